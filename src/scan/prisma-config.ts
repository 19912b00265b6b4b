import { type ConfigValue, definedObject, readConfigFile } from './config-file.ts'
import { adapterIn, type ClientAdapter } from './prisma-adapter.ts'
import type { SourceTree } from './source-tree.ts'

/** What `prisma.config.*` says, as far as reading tells. */
export interface PrismaConfig {
  /** Relative to the root. */
  file: string
  /** The folder that its own paths are relative to. */
  folder: string
  schema: ConfigValue
  migrationsPath: ConfigValue
  seed: ConfigValue
  url: ConfigValue
  engine: ConfigValue
  /** The driver adapter that the CLI itself uses (`engine: 'js'`, Prisma 6). */
  adapter: ClientAdapter | null
}

/** The configuration that Prisma loads; null when the app has none. */
export const readPrismaConfig = (tree: SourceTree): PrismaConfig | null => {
  const config = readConfigFile(tree, configFiles, definedObject)
  if (config === null) return null
  const { file, folder, module, value } = config
  return {
    file,
    folder,
    schema: value('schema'),
    migrationsPath: value('migrations', 'path'),
    seed: value('migrations', 'seed'),
    url: value('datasource', 'url'),
    engine: value('engine'),
    adapter: module && adapterIn(module, file),
  }
}

// The order in which Prisma's loader tries them.
const configFiles = ['prisma.config', '.config/prisma'].flatMap((name) =>
  ['.js', '.ts', '.mjs', '.cjs', '.mts', '.cts'].map((extension) => name + extension),
)
