import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readSchema } from '../prisma/schema.ts'

/**
 * Takes out of `@prisma/client`, 75 MB large, the query engines for databases that no schema of the app names, and the
 * source maps. Their files tell the database: `runtime/query_compiler_fast_bg.postgresql.wasm-base64.js`.
 *
 * @param client folder of the package.
 * @param root folder that the schemas are looked for in.
 */
export const pruneClient = (client: string, root: string): void => {
  const runtime = join(client, 'runtime')
  if (!existsSync(runtime)) return
  const providers = providersBelow(root)
  for (const name of readdirSync(runtime)) {
    const provider = /^query_.*\.(cockroachdb|mysql|postgresql|sqlserver)\./.exec(name)?.[1]
    const isForeign = provider !== undefined && providers !== null && !providers.has(provider)
    if (isForeign || name.endsWith('.map')) rmSync(join(runtime, name))
  }
}

/** Null where they are not known: a schema that cannot be read, or none at all. */
const providersBelow = (root: string): Set<string> | null => {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.prisma') && !path.includes('node_modules/'),
  )
  try {
    const providers = files.flatMap((file) => {
      const provider = readSchema(readFileSync(join(root, file), 'utf8'), file).datasource?.provider
      return provider ? [provider === 'postgres' ? 'postgresql' : provider] : []
    })
    return providers.length > 0 ? new Set(providers) : null
  } catch {
    return null
  }
}
