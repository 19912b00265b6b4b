import { posix } from 'node:path'
import type { Facts, Rule } from './rule.ts'

/** What launching changes about a set-up that another tool has made, and what to do with its data. */
export const earlierSetupRules: Rule[] = [
  {
    code: 'SW-EARLIER-FLY-LAUNCH',
    level: 'warning',
    find: ({ profile: { earlier, backupPaths }, plan }) => {
      const { database, backup, startScript } = plan
      if (earlier?.by !== 'dockerfile-node' || !database || !startScript) return null
      const replaced = plan.takesOver.map(({ path }) => path).join(', ')
      const path = backup && backupPaths[database.name]
      const history = path ? ` The backup at ${path} goes on as timeline 1.` : ''
      return `This app was set up by fly launch. Its database stays at ${database.path}, migrations and seed are not run again.${history} Written anew: ${replaced}.`
    },
    next: ({ plan }) =>
      `${keptText(plan)}Look at the changes first: seaworthy launch --dry-run. Then deploy as ever: the volume stays.`,
  },
  {
    code: 'SW-EARLIER-OFF-VOLUME',
    level: 'warning',
    find: ({ profile: { earlier, prisma }, plan }) => {
      const [database] = prisma?.databases ?? []
      if (!earlier?.link || !database || !plan.database) return null
      const linked = posix.normalize(earlier.link)
      // The Dockerfile that comes with it copies the folder of the schema to the app's own.
      const opened = [database.file, ...(plan.image.isOwnDockerfile ? [] : [posix.basename(database.file)])]
      return opened.includes(linked)
        ? null
        : `So far the app's data were not on the volume: ${earlier.script} makes a link at ${earlier.link}, and Prisma opens ${database.file}.`
    },
    next: ({ plan }) =>
      `Copy them there before you deploy, or they are lost with the machine: fly ssh console -C "cp ${plan.image.folder}/${plan.database?.file} ${plan.database?.path}"`,
  },
  {
    code: 'SW-EARLIER-LITEFS',
    level: 'warning',
    find: ({ profile: { earlier }, plan: { database } }) =>
      earlier?.by === 'litefs' && database
        ? `This app runs on LiteFS, which keeps the database in a layout of its own. Seaworthy keeps it at ${database.path}, on one machine, and starts the app without LiteFS.`
        : null,
    next: ({ plan: { database, image } }) =>
      `In this order: one machine alone (fly scale count 1); fly ssh console -C "litefs export -name ${database?.name} ${database?.path}"; deploy; when all is there, take litefs.yml and litefs-js out.${image.start[0] === 'litefs' ? ' Name the command that starts the app in the CMD of the Dockerfile.' : ''}`,
  },
  {
    code: 'SW-EARLIER-VOLUME',
    level: 'warning',
    find: ({ profile: { existing, earlier }, plan }) =>
      plan.database && plan.backup && startsMigrations(plan) && earlier === null && !existing.litestreamYml
        ? `The database ${plan.database.path} is on a volume already and stays there; from now on it is backed up. The start script applies the migrations before ${plan.image.start.join(' ')} does.`
        : null,
    next: ({ plan }) =>
      `Take \`prisma migrate deploy\` and what makes swap space out of ${plan.image.start.join(' ')} when you like (--swap=512M does the latter).`,
  },
]

const keptText = ({ takesOver }: Facts['plan']): string => {
  const kept = takesOver.filter(({ isKept }) => isKept).map(({ path }) => path)
  return kept.length === 0
    ? ''
    : `What you have edited in ${kept.join(', ')} stays beside it as …${asideEnding}. `
}

/** Ending of the copy that stays of a file which somebody may have edited. */
export const asideEnding = '.before-seaworthy'

/** As the Remix stacks do it: a script of the user's own is the image's ENTRYPOINT. */
const startsMigrations = ({ image }: Facts['plan']): boolean =>
  image.isOwnDockerfile && image.start.some((word) => word.endsWith('.sh'))
