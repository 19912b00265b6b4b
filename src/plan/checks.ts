import type { AppProfile, Finding } from '../scan/profile.ts'
import { earlierSetupRules } from './earlier-setup-checks.ts'
import { prismaRules } from './prisma-checks.ts'
import type { Facts, Rule } from './rule.ts'

/** Everything that is amiss with a deployment before it is made, errors first. */
export const check = (profile: AppProfile, plan: Facts['plan']): Finding[] =>
  rules.flatMap(({ code, level, find, next }) => {
    const what = find({ profile, plan })
    return what === null ? [] : [{ level, code, what, next: next({ profile, plan }) }]
  })

const rules: Rule[] = [
  {
    code: 'SW-PRISMA-NONE',
    level: 'error',
    find: ({ profile }) =>
      profile.prisma || profile.findings.some(({ code }) => code === 'SW-PRISMA-ELSEWHERE')
        ? null
        : 'This app does not use Prisma, and seaworthy keeps the SQLite databases of Prisma apps.',
    next: () =>
      'Add Prisma (`npm install prisma @prisma/client`), or let `seaworthy dockerfile` write a Dockerfile and fly.toml alone.',
  },
  {
    code: 'SW-PROVIDER-NOT-SQLITE',
    level: 'error',
    find: ({ profile: { prisma } }) =>
      prisma && prisma.databases.length === 0
        ? `The database is ${prisma.provider}, which lives outside of the machine: seaworthy neither runs nor backs it up.`
        : null,
    next: () =>
      'Use the backups of your database server; `seaworthy dockerfile` writes a Dockerfile and fly.toml alone, without volume and backup.',
  },
  {
    code: 'SW-START-NONE',
    level: 'error',
    find: ({ profile, plan }) =>
      plan.image.start.length === 0 && !isStatic(profile, plan)
        ? 'Nothing says how this app is started.'
        : null,
    next: ({ profile, plan }) =>
      plan.image.isOwnDockerfile
        ? 'Give the last stage of your Dockerfile a CMD, or package.json a script `start`.'
        : (profile.findings.find(({ code }) => code === 'SW-FRAMEWORK-ADAPTER')?.next ??
          'Give package.json a script `start`: `npm pkg set scripts.start="node server.js"`.'),
  },
  {
    code: 'SW-STATIC-SITE',
    level: 'error',
    find: ({ profile, plan }) =>
      isStatic(profile, plan)
        ? `${profile.framework?.name} makes a static site of this app: nothing of it runs in production, Prisma neither.`
        : null,
    next: () =>
      'Build it with a server where it needs its database in production; `seaworthy dockerfile` writes files for the site alone.',
  },
  {
    code: 'SW-DATABASES-SEVERAL',
    level: 'warning',
    find: ({ profile, plan }) => {
      // The second may be the first one's double, of which that finding tells.
      const isSplit = profile.findings.some(({ code }) => code === 'SW-DATABASE-TWO-FILES')
      const others = profile.prisma?.databases.slice(isSplit ? 2 : 1).map(({ file }) => file) ?? []
      return plan.database && others.length > 0
        ? `There is more than one SQLite database; only ${plan.database.file} is kept, not ${others.join(', ')}.`
        : null
    },
    next: ({ plan }) =>
      `Add lines like those for ${plan.database?.name} to ${plan.startScript?.file} and litestream.yml for the others.`,
  },
  {
    code: 'SW-MIGRATIONS-NONE',
    level: 'warning',
    find: ({ plan }) =>
      plan.database && plan.database.migrations.count === 0
        ? `There are no migrations in ${plan.database.migrations.dir}: in production the database would have no tables.`
        : null,
    next: ({ plan: { database } }) =>
      `Make the first one and commit it: \`${database && database.folder !== '.' ? `cd ${database.folder} && ` : ''}npx prisma migrate dev --name init\`.`,
  },
  {
    code: 'SW-WORKSPACE-MEMBER',
    level: 'warning',
    find: ({ profile, plan }) =>
      profile.workspace && profile.workspace.app !== '.' && !plan.image.isOwnDockerfile
        ? `This app is part of the workspace ${profile.workspace.root}: its image is built from there, not from the app's folder.`
        : null,
    next: ({ profile: { workspace } }) =>
      `Deploy from there: cd ${workspace?.root} && fly deploy --config ${workspace?.app}/fly.toml --dockerfile ${workspace?.app}/Dockerfile --ignorefile ${workspace?.app}/Dockerfile.dockerignore`,
  },
  ...prismaRules,
  ...earlierSetupRules,
  {
    code: 'SW-YARN-PNP',
    level: 'warning',
    find: ({ profile }) =>
      profile.packageManager.linker === 'pnp'
        ? "Yarn installs this app without node_modules (Plug'n'Play), where the image and the start script look for packages."
        : null,
    next: () => 'yarn config set nodeLinker node-modules && yarn install',
  },
  {
    code: 'SW-LITESTREAM-NPM',
    level: 'warning',
    find: ({ plan }) =>
      plan.startScript?.kind === 'dbsetup' && plan.backup && plan.backup.litestream !== '0.3.13'
        ? `npm has Litestream 0.3.13, not ${plan.backup.litestream}, and your Dockerfile is left alone.`
        : null,
    next: ({ plan }) =>
      `Add to its last stage: COPY --from=litestream/litestream:${plan.backup?.litestream} /usr/local/bin/litestream /usr/local/bin/litestream`,
  },
  {
    code: 'SW-PROCESS-GUESSED',
    level: 'warning',
    find: ({ plan: { startScript } }) =>
      startScript?.isGroupGuessed
        ? `fly.toml starts several processes and nothing says which of them serves the app: ${startScript.group} was taken, not ${startScript.otherGroups.join(', ')}.`
        : null,
    next: ({ plan }) =>
      `If it is another one, say so in fly.toml before it is written: in [http_service], processes = ["${plan.startScript?.otherGroups[0]}"].`,
  },
  {
    code: 'SW-PROCESS-NO-VOLUME',
    level: 'warning',
    find: ({ plan: { startScript, database } }) =>
      startScript && startScript.otherGroups.length > 0
        ? `Only machines of the process ${startScript.group} have the volume: ${startScript.otherGroups.join(', ')} cannot open ${database?.name}.`
        : null,
    next: ({ plan }) =>
      plan.startScript?.kind === 'dbsetup'
        ? `Let ${plan.startScript.group} do what needs the database; a volume is mounted by one machine.`
        : `Let ${plan.startScript?.group} do what needs the database. The image's ENTRYPOINT goes before each process and refuses to start without a volume: take it out of the Dockerfile, and begin only the command of ${plan.startScript?.group} with node ${plan.startScript?.file}.`,
  },
  {
    code: 'SW-PACKAGE-OUTSIDE',
    level: 'warning',
    find: ({ profile, plan }) =>
      plan.package.startsWith('/') && !plan.package.startsWith(`${profile.root}/`)
        ? `${plan.package} lies outside of the app's folder, where building its image cannot see it.`
        : null,
    next: () => "Copy it into the app's folder and name that copy with --package, before an image is built.",
  },
]

/** There is no server to start, unless a Dockerfile of the user's own has one. */
const isStatic = (profile: AppProfile, plan: Facts['plan']): boolean =>
  profile.framework?.output === 'static' && !plan.image.isOwnDockerfile
