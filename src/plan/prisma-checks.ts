import { majorOf } from '../prisma/location.ts'
import type { AppProfile, GeneratorProfile } from '../scan/profile.ts'
import type { PrunePlan } from './image-plan.ts'
import type { Facts, Rule } from './rule.ts'

/** What may be amiss with Prisma in the image. */
export const prismaRules: Rule[] = [
  {
    code: 'SW-PRISMA-PRUNED',
    level: 'warning',
    find: ({ profile: { prisma }, plan }) =>
      prisma?.cli.calledBy && !plan.image.isOwnDockerfile && !hasCli(prisma.cli.group, plan.image.prune)
        ? `${prisma.cli.calledBy} calls Prisma's CLI when the app starts, but prisma is not in the image: npx would fetch another version of it, or fail.`
        : null,
    next: ({ profile: { prisma } }) =>
      `Take that call out of ${prisma?.cli.calledBy}: the image has the generated client, and the start script has applied the migrations by then.`,
  },
  {
    code: 'SW-BINARY-TARGETS',
    level: 'warning',
    find: (facts) => {
      const generator = misfit(facts)
      return generator === null
        ? null
        : `The client of ${generator.provider} is built for ${generator.binaryTargets.join(', ')}, not for the image, which has ${imageTargets(facts)[0]}: it would not find its engine there.`
    },
    next: (facts) =>
      `In that generator of ${facts.profile.prisma?.schema[0]}: binaryTargets = ["native"${facts.plan.image.isOwnDockerfile ? `, "${imageTargets(facts)[0]}"` : ''}]`,
  },
  {
    code: 'SW-DATABASE-IN-BUILD',
    level: 'warning',
    find: ({ profile, plan: { database } }) => {
      const folder = database && buildFolder(profile, database.file)
      return folder
        ? `The database ${database.file} lies in ${folder}, which a build makes anew: with it goes the database.`
        : null
    },
    next: ({ profile }) =>
      `Name a file outside of it in ${profile.prisma?.databases[0]?.from}, such as file:./dev.db, and move the database there.`,
  },
  {
    code: 'SW-URL-DOTENV',
    level: 'warning',
    find: ({ profile: { prisma }, plan: { database } }) => {
      const file = prisma?.databases[0]?.from.match(/^((?:.*\/)?\.env[^#]*)#/)?.[1]
      return database?.env && file
        ? `${database.env} is set in ${file} alone, which is not in the image: there the start script sets it for the app, and nothing does for a console or a release command.`
        : null
    },
    next: ({ plan: { database } }) =>
      `Where those need it, set it in fly.toml too: [env] ${database?.env} = "file:${database?.path}"`,
  },
]

/** The CLI stays in the image where it is a dependency, or is kept because the start calls it; not beside a standalone output. */
const hasCli = (group: string | null, prune: PrunePlan | null): boolean =>
  prune === null || prune.keep.includes('prisma') || (group === 'dependencies' && !prune.isOnly)

/** The generator whose engine does not run in the image; from 7 on, and with `engineType = "client"`, there is none. */
const misfit = (facts: Facts): GeneratorProfile | null => {
  const { prisma } = facts.profile
  if (!prisma || majorOf(prisma.version) >= 7) return null
  const fits = new Set(['native', ...imageTargets(facts)])
  return (
    prisma.generators.find(
      ({ provider, engineType, binaryTargets }) =>
        provider.startsWith('prisma-client') &&
        engineType !== 'client' &&
        binaryTargets.length > 0 &&
        !binaryTargets.some((target) => fits.has(target)),
    ) ?? null
  )
}

/** By Prisma's names for platforms: https://www.prisma.io/docs/orm/reference/prisma-schema-reference#binarytargets-options */
const imageTargets = ({ plan: { image } }: Facts): string[] => {
  const debian = ['debian-openssl-3.0.x', 'linux-arm64-openssl-3.0.x']
  const alpine = ['linux-musl-openssl-3.0.x', 'linux-musl-arm64-openssl-3.0.x']
  if (image.isOwnDockerfile) return [...debian, ...alpine]
  return image.base === 'alpine' ? alpine : debian
}

const buildFolder = ({ framework }: AppProfile, file: string): string | null =>
  [...(framework?.outputs ?? []), 'dist', 'build', 'out'].find((folder) => file.startsWith(`${folder}/`)) ??
  null
