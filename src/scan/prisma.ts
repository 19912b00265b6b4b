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
import type { PrismaPackage } from './prisma-package.ts'
import { type FoundSchema, findOtherSchemas, findSchema } from './prisma-schema.ts'
import type { Finding, GeneratorProfile, PrismaProfile, SeedNeeds } from './profile.ts'
import { findSeedNeeds } from './seed-needs.ts'

export interface ScannedPrisma {
  profile: PrismaProfile
  findings: Finding[]
  sources: Record<string, string>
}

/**
 * Everything about Prisma; null when nothing depends on it. Paths are seen from the app.
 *
 * @param owner the package that has it.
 * @param start the command that is run in the end, behind `npm run start`, with where it was found.
 */
export const scanPrisma = (
  app: AppPackage,
  owner: PrismaPackage,
  start: Fact<string>,
): ScannedPrisma | null => {
  const { seen } = owner
  const { tree } = owner.package
  const installed =
    dependencyVersion(owner.package, 'prisma') ?? dependencyVersion(owner.package, '@prisma/client')
  if (!installed) return null
  const written = readPrismaConfig(tree)
  const version = parseVersion(installed.value, written !== null)
  const config = readsConfig(version) ? written : null
  const schema = findSchema(owner.package, version, config)
  const sources: PrismaSources = {
    tree,
    app,
    owner,
    version,
    config,
    schema: schema.value,
    adapter: findClientAdapter(app.tree, [...new Set(['.', owner.folder])]),
  }
  const opened = findDatabases(sources)
  const others = otherDatabases(sources, findOtherSchemas(owner.package, schema.value), opened)
  const databases = [...opened, ...others]
  const migrations = findMigrations(sources)
  const seed = findSeed(sources)
  return {
    profile: {
      version: installed.value,
      folder: owner.folder,
      schema: schema.value.files.map(seen),
      config: config && seen(config.file),
      provider: schema.value.provider,
      databases,
      migrations: migrations.value,
      seed: seed && { command: seed.value, from: seed.from },
      seedNeeds: seed && seedNeedsOf(owner, seed.value),
      generators: schema.value.generators.map((generator) => describeGenerator(generator, owner)),
      cli: findPrismaCli(app, owner.package, start),
    },
    findings: prismaFindings(sources, opened),
    sources: {
      'prisma.version': installed.from,
      'prisma.schema': seen(schema.from),
      'prisma.provider': seen(schema.value.datasourceFile),
      ...(databases[0] ? { 'prisma.databases': databases[0].from } : {}),
      'prisma.migrations': migrations.from,
      ...(seed ? { 'prisma.seed': seed.from } : {}),
    },
  }
}

/** A client in node_modules, where Prisma puts it by default, has no folder of its own. */
const describeGenerator = (
  { provider, output, binaryTargets, engineType, file }: FoundSchema['generators'][number],
  owner: PrismaPackage,
): GeneratorProfile => {
  const { root } = owner.package.tree
  const folder = output === null ? null : seenFrom(owner, fromRoot(output, posix.dirname(file), root))
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

const seenFrom = ({ seen }: PrismaPackage, path: string): string =>
  posix.isAbsolute(path) ? path : seen(path)

const seedNeedsOf = ({ package: owner, seen }: PrismaPackage, command: string): SeedNeeds | null => {
  const needs = findSeedNeeds(owner, command)
  return needs && { ...needs, files: needs.files.map(seen) }
}

const findMigrations = ({
  tree,
  owner,
  version,
  config,
  schema,
}: PrismaSources): Fact<PrismaProfile['migrations']> => {
  const path = config?.migrationsPath
  const named =
    config && path?.value.kind === 'text' ? fromRoot(path.value.text, config.folder, tree.root) : null
  const dir = named ?? defaultMigrations(version, schema)
  const count = tree.folders(dir).filter((name) => tree.has(`${dir}/${name}/migration.sql`)).length
  return fact(
    { dir: seenFrom(owner, dir), count },
    owner.seen(named !== null && path ? path.from : schema.path),
  )
}

/** A configuration file puts package.json aside. */
const findSeed = ({ owner, version, config }: PrismaSources): Fact<string> | null => {
  const found = config
    ? seedInConfig(config)
    : readsPackageJson(version)
      ? textAt(owner.package.json, 'prisma', 'seed')
      : null
  const from = config?.seed.from ?? 'package.json#prisma.seed'
  return found === null ? null : fact(found, owner.seen(from))
}

const seedInConfig = ({ seed }: PrismaConfig): string | null =>
  seed.value.kind === 'text' ? seed.value.text : null
