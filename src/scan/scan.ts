import { appName, readAppPackage } from './app-package.ts'
import { commandBehind, findBuild, findStart } from './commands.ts'
import { findBackupPaths, findEarlierSetup } from './earlier-setup.ts'
import { findEntry } from './entry.ts'
import { type Fact, fact } from './fact.ts'
import { findFramework } from './framework.ts'
import { textAt } from './json-value.ts'
import { findLocalHost } from './listening.ts'
import { findPackageManager } from './package-manager.ts'
import { findHostVariables, findPort } from './port.ts'
import { scanPrisma } from './prisma.ts'
import { findPrismaPackage } from './prisma-package.ts'
import type { AppProfile, Finding } from './profile.ts'
import { findRuntime } from './runtime.ts'
import type { SourceTree } from './source-tree.ts'
import { unbuiltFinding } from './unbuilt.ts'
import { findVariables } from './variables.ts'

/**
 * What the app tells: read, with nothing of it run or written. Throws a `SeaworthyError` with a code that begins with
 * `SW-APP-`, `SW-FILE-`, `SW-SCHEMA-`, `SW-CONFIG-` or `SW-URL-`.
 */
export const scan = (tree: SourceTree): AppProfile => {
  const app = readAppPackage(tree)
  const packageManager = findPackageManager(app)
  const runtime = findRuntime(app, packageManager.value)
  const framework = findFramework(app)
  const start = findStart(app, packageManager.value.name, framework)
  const command = commandBehind(app, start)
  const build = findBuild(app, packageManager.value.name, command)
  const entry = findEntry(app, command)
  const port = findPort(command, entry, framework)
  const local = entry && findLocalHost(entry, framework?.value.profile.name ?? null)
  const unbuilt = framework?.value.start ? null : unbuiltFinding(tree, command, build?.value ?? null)
  const variables = findVariables(app)
  const owner = findPrismaPackage(app)
  const elsewhere = 'finding' in owner ? owner.finding : null
  const prisma = 'finding' in owner ? null : scanPrisma(app, owner, fact(command, start?.from ?? 'default'))
  return {
    version: 1,
    root: tree.root,
    name: appName(app),
    moduleType: textAt(app.json, 'type') === 'module' ? 'module' : 'commonjs',
    packageManager: packageManager.value,
    runtime: runtime.value,
    framework: framework?.value.profile ?? null,
    hosts: entry ? findHostVariables(entry) : {},
    build: build?.value ?? null,
    start: start?.value ?? null,
    port: port.value,
    workspace: app.workspace?.value ?? null,
    variables: variables?.value ?? null,
    prisma: prisma?.profile ?? null,
    earlier: findEarlierSetup(tree),
    backupPaths: findBackupPaths(tree),
    existing: existingFiles(tree),
    findings: [
      ...(framework?.value.findings ?? []),
      ...(local ? [localFinding(local)] : []),
      ...(unbuilt ? [unbuilt] : []),
      ...(elsewhere ? [elsewhere] : []),
      ...(prisma?.findings ?? []),
    ],
    sources: {
      packageManager: packageManager.from,
      'runtime.version': runtime.from,
      ...(framework ? { framework: framework.from, ...framework.value.sources } : {}),
      ...(build ? { build: build.from } : {}),
      ...(start ? { start: start.from } : {}),
      port: port.from,
      ...(app.workspace ? { workspace: app.workspace.from } : {}),
      ...(variables ? { variables: variables.from } : {}),
      ...prisma?.sources,
    },
  }
}

const localFinding = ({ value, from }: Fact<string>): Finding => ({
  level: 'warning',
  code: 'SW-HOST-LOCAL',
  what: `The server in ${from} listens on ${value}: in a container nobody else reaches it.`,
  next: `Give it the host 0.0.0.0 there: listen({ port, host: '0.0.0.0' }).`,
})

const existingFiles = (tree: SourceTree): AppProfile['existing'] => ({
  dockerfile: tree.has('Dockerfile'),
  flyToml: tree.has('fly.toml'),
  litestreamYml: tree.has('litestream.yml'),
  dockerignore: tree.has('.dockerignore'),
})
