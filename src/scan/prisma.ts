import { posix } from 'node:path'
import semver from 'semver'
import {
  defaultMigrations,
  fromRoot,
  type PrismaVersion,
  readsConfig,
  readsPackageJson,
} from '../prisma/location.ts'
import type { AppPackage } from './app-package.ts'
import { dependencyVersion } from './dependency-version.ts'
import { type Fact, fact } from './fact.ts'
import { textAt } from './json-value.ts'
import { findClientAdapter } from './prisma-adapter.ts'
import { findPrismaCli } from './prisma-cli.ts'
import { type PrismaConfig, readPrismaConfig } from './prisma-config.ts'
import { findDatabases, otherDatabases, type PrismaSources } from './prisma-databases.ts'
import { prismaFindings } from './prisma-findings.ts'
import { type FoundSchema, findOtherSchemas, findSchema } from './prisma-schema.ts'
import type { Finding, GeneratorProfile, PrismaProfile } from './profile.ts'
import { findSeedNeeds } from './seed-needs.ts'

export interface ScannedPrisma {
  profile: PrismaProfile
  findings: Finding[]
  sources: Record<string, string>
}

/**
 * Everything about Prisma; null when the app does not depend on it.
 *
 * @param start the command that is run in the end, behind `npm run start`, with where it was found.
 */
export const scanPrisma = (app: AppPackage, start: Fact<string>): ScannedPrisma | null => {
  const installed = dependencyVersion(app, 'prisma') ?? dependencyVersion(app, '@prisma/client')
  if (!installed) return null
  const { tree } = app
  const written = readPrismaConfig(tree)
  const version = parseVersion(installed.value, written !== null)
  const config = readsConfig(version) ? written : null
  const schema = findSchema(app, version, config)
  const sources: PrismaSources = {
    tree,
    version,
    config,
    schema: schema.value,
    adapter: findClientAdapter(tree),
  }
  const opened = findDatabases(sources)
  const others = otherDatabases(sources, findOtherSchemas(app, schema.value), opened)
  const databases = [...opened, ...others]
  const migrations = findMigrations(sources)
  const seed = findSeed(app, sources)
  return {
    profile: {
      version: installed.value,
      schema: schema.value.files,
      config: config?.file ?? null,
      provider: schema.value.provider,
      databases,
      migrations: migrations.value,
      seed: seed && { command: seed.value, from: seed.from },
      seedNeeds: seed && findSeedNeeds(app, seed.value),
      generators: schema.value.generators.map((generator) => describeGenerator(generator, tree.root)),
      cli: findPrismaCli(app, start.value, start.from),
    },
    findings: prismaFindings(sources, opened),
    sources: {
      'prisma.version': installed.from,
      'prisma.schema': schema.from,
      'prisma.provider': schema.value.datasourceFile,
      ...(databases[0] ? { 'prisma.databases': databases[0].from } : {}),
      'prisma.migrations': migrations.from,
      ...(seed ? { 'prisma.seed': seed.from } : {}),
    },
  }
}

/** A client in node_modules, where Prisma puts it by default, has no folder of its own. */
const describeGenerator = (
  { provider, output, binaryTargets, engineType, file }: FoundSchema['generators'][number],
  root: string,
): GeneratorProfile => {
  const folder = output === null ? null : fromRoot(output, posix.dirname(file), root)
  return {
    provider: provider ?? '',
    output: folder?.split('/').includes('node_modules') ? null : folder,
    binaryTargets,
    engineType,
  }
}

/** What says no number (`latest`, `workspace:*`) is taken for 7 when there is a configuration, which 7 demands. */
const parseVersion = (text: string, hasConfig: boolean): PrismaVersion => {
  const range = semver.validRange(text)
  const version = range === null ? null : semver.minVersion(range)
  return version && version.major > 0 ? version : { major: hasConfig ? 7 : 6, minor: hasConfig ? 0 : 19 }
}

const findMigrations = ({
  tree,
  version,
  config,
  schema,
}: PrismaSources): Fact<PrismaProfile['migrations']> => {
  const path = config?.migrationsPath
  const named =
    config && path?.value.kind === 'text' ? fromRoot(path.value.text, config.folder, tree.root) : null
  const dir = named ?? defaultMigrations(version, schema)
  const count = tree.folders(dir).filter((name) => tree.has(`${dir}/${name}/migration.sql`)).length
  return fact({ dir, count }, named !== null && path ? path.from : schema.path)
}

/** A configuration file puts package.json aside. */
const findSeed = ({ json }: AppPackage, { version, config }: PrismaSources): Fact<string> | null => {
  if (config) return seedInConfig(config)
  const command = readsPackageJson(version) ? textAt(json, 'prisma', 'seed') : null
  return command ? fact(command, 'package.json#prisma.seed') : null
}

const seedInConfig = ({ seed }: PrismaConfig): Fact<string> | null =>
  seed.value.kind === 'text' ? fact(seed.value.text, seed.from) : null
