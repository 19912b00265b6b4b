import { accessSync, constants } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { run } from '../command.ts'
import { SeaworthyError } from '../errors.ts'

/** The two formats and behaviours of Litestream: 0.3 with generations, 0.5 with transaction ids. */
export type DialectName = '0.3' | '0.5'

export interface Litestream {
  /** Path of the binary. */
  path: string
  version: string
  dialect: DialectName
}

/**
 * Finds the binary: named, on PATH, or the real one in npm's platform package (whose wrapper loses signals and exit
 * codes).
 *
 * @throws SeaworthyError `SW-LITESTREAM-MISSING`.
 */
export const findLitestream = (named: string | undefined, searchPath = ''): string => {
  if (named !== undefined) {
    if (isExecutable(named)) return named
    throw missing(`SEAWORTHY_LITESTREAM names ${named}, which is no program.`)
  }
  const onPath = searchPath.split(delimiter).map((folder) => join(folder, 'litestream'))
  const found = [...onPath.filter((path) => !isWrapper(path)), packagedBinary()].find(isExecutable)
  if (found !== undefined) return found
  throw missing('It is neither on PATH nor in node_modules.')
}

/**
 * Asks the binary what it is.
 *
 * @throws SeaworthyError `SW-LITESTREAM-MISSING` when it does not run, `SW-LITESTREAM-VERSION` for a version whose
 * behaviour is unknown or known to lose data.
 */
export const identifyLitestream = async (path: string): Promise<Litestream> =>
  litestreamOf(path, await askVersion(path))

/** @throws SeaworthyError `SW-LITESTREAM-MISSING` when it does not run. */
export const askVersion = async (path: string): Promise<string> => {
  const { code, stdout, stderr } = await run({ file: path, args: ['version'] }, { timeoutMs: 10_000 })
  if (code !== 0) throw missing(`${path} does not run: ${stderr.trim() || `exit code ${code}`}`)
  return stdout.trim().replace(/^v/, '')
}

/** @throws SeaworthyError `SW-LITESTREAM-VERSION`. */
export const litestreamOf = (path: string, version: string): Litestream => {
  const dialect = dialectOf(version)
  if (dialect !== null) return { path, version, dialect }
  throw new SeaworthyError({
    code: 'SW-LITESTREAM-VERSION',
    what: `Litestream ${version || 'of an unknown version'} (${path}) is not one that seaworthy can trust a database to.`,
    why: 'It knows 0.3.13, and 0.5.8 and later of 0.5; 0.5.0 to 0.5.7 stopped replicating or could not read old backups.',
    next: 'Install 0.3.13 (npm install @flydotio/litestream) or 0.5.16, or name one in SEAWORTHY_LITESTREAM.',
  })
}

// 0.5.6 and 0.5.7 stopped replicating silently: https://github.com/benbjohnson/litestream/issues/1037 and /1083.
const dialectOf = (version: string): DialectName | null => {
  const [major, minor, patch] = version.split('.').map((part) => Number.parseInt(part, 10))
  if (major !== 0 || patch === undefined) return null
  if (minor === 3 && patch >= 13) return '0.3'
  return minor === 5 && patch >= 8 ? '0.5' : null
}

const isExecutable = (path: string | undefined): path is string => {
  if (path === undefined) return false
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

// npm puts node_modules/.bin on PATH, and there the package's JavaScript wrapper.
const isWrapper = (path: string): boolean => path.includes(join('node_modules', '.bin'))

const packagedBinary = (): string | undefined => {
  try {
    const name = `@flydotio/litestream-${process.platform}-${process.arch}/package.json`
    return join(createRequire(import.meta.filename).resolve(name), '..', 'litestream')
  } catch {
    return undefined
  }
}

const missing = (why: string): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-LITESTREAM-MISSING',
    what: 'Litestream, which backs the database up, was not found.',
    why,
    next: 'Install it (npm install @flydotio/litestream), put it on PATH, or name the binary in SEAWORTHY_LITESTREAM.',
  })
