import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Command } from '../command.ts'

/**
 * The app's own Prisma CLI, the locked version, when it can run without fetching anything.
 *
 * @returns the path of its script; null when the CLI or the engine that it needs is not installed.
 */
export const findPrismaCli = (root: string, env: NodeJS.ProcessEnv): string | null => {
  const manifest = resolveFrom(join(root, 'package.json'), 'prisma/package.json')
  if (manifest === null) return null
  return hasEngine(manifest, root, env) ? join(dirname(manifest), 'build', 'index.js') : null
}

/** @param url variables that hold the database's url. */
export const migrateDeployCommand = (
  cli: string,
  root: string,
  schema: string | undefined,
  url: Record<string, string>,
): Command => ({
  file: process.execPath,
  args: [cli, 'migrate', 'deploy', ...(schema === undefined ? [] : ['--schema', schema])],
  cwd: root,
  // Neither its update check nor its telemetry has a place in a start.
  env: { ...url, PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1', NO_COLOR: '1' },
})

// `migrate` starts a native schema engine, which is downloaded after the installation, unless the configuration
// chooses the engine that is part of the CLI (`engine: 'js'`, Prisma 6).
const hasEngine = (manifest: string, root: string, env: NodeJS.ProcessEnv): boolean => {
  if (env.PRISMA_SCHEMA_ENGINE_BINARY) return existsSync(env.PRISMA_SCHEMA_ENGINE_BINARY)
  const engines = resolveFrom(manifest, '@prisma/engines/package.json')
  const folders = [dirname(manifest), ...(engines === null ? [] : [dirname(engines)])]
  return (
    folders.some((folder) => readdirSync(folder).some((name) => /^schema-engine-(?!.*\.gz)/.test(name))) ||
    configFiles.some((name) => choosesJsEngine(join(root, name)))
  )
}

const configFiles = ['ts', 'mts', 'js', 'mjs', 'cjs'].map((ending) => `prisma.config.${ending}`)

const choosesJsEngine = (file: string): boolean =>
  existsSync(file) && /^\s*engine:\s*['"]js['"]/m.test(readFileSync(file, 'utf8'))

const resolveFrom = (file: string, request: string): string | null => {
  try {
    return createRequire(file).resolve(request)
  } catch {
    return null
  }
}
