import { appName, readAppPackage } from './app-package.ts'
import { findScript, findStart } from './commands.ts'
import { dependencyVersion } from './dependency-version.ts'
import { findFramework } from './frameworks.ts'
import { textAt } from './json-value.ts'
import { findPackageManager } from './package-manager.ts'
import { findPort } from './port.ts'
import { scanPrisma } from './prisma.ts'
import type { AppProfile } from './profile.ts'
import { findRuntime } from './runtime.ts'
import type { SourceTree } from './source-tree.ts'

/**
 * What the app tells: read, with nothing of it run or written. Throws a `SeaworthyError` with a code that begins with
 * `SW-APP-`, `SW-FILE-`, `SW-SCHEMA-`, `SW-CONFIG-` or `SW-URL-`.
 */
export const scan = (tree: SourceTree): AppProfile => {
  const app = readAppPackage(tree)
  const packageManager = findPackageManager(app)
  const runtime = findRuntime(app, packageManager.value)
  const framework = findFramework(app)
  const build = findScript(app, 'build', packageManager.value.name)
  const start = findStart(app, packageManager.value.name, framework)
  const port = findPort(app, start?.value ?? null, framework)
  const prisma = scanPrisma(app)
  return {
    version: 1,
    root: tree.root,
    name: appName(app),
    moduleType: textAt(app.json, 'type') === 'module' ? 'module' : 'commonjs',
    packageManager: packageManager.value,
    runtime: runtime.value,
    framework: framework && {
      name: framework.value.name,
      version: dependencyVersion(app, framework.value.package)?.value ?? null,
    },
    build: build?.value ?? null,
    start: start?.value ?? null,
    port: port.value,
    workspace: app.workspace?.value ?? null,
    prisma: prisma?.profile ?? null,
    existing: existingFiles(tree),
    findings: prisma?.findings ?? [],
    sources: {
      packageManager: packageManager.from,
      'runtime.version': runtime.from,
      ...(framework ? { framework: framework.from } : {}),
      ...(build ? { build: build.from } : {}),
      ...(start ? { start: start.from } : {}),
      port: port.from,
      ...(app.workspace ? { workspace: app.workspace.from } : {}),
      ...prisma?.sources,
    },
  }
}

const existingFiles = (tree: SourceTree): AppProfile['existing'] => ({
  dockerfile: tree.has('Dockerfile'),
  flyToml: tree.has('fly.toml'),
  litestreamYml: tree.has('litestream.yml'),
  dockerignore: tree.has('.dockerignore'),
})
