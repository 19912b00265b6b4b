import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Script } from 'node:vm'
import type * as Yaml from 'yaml'

/** A CommonJS file that was loaded. */
export interface Compiled {
  exports: unknown
  /** Whether an earlier process had compiled it. */
  isKept: boolean
  /** Keeps what has been compiled of it by now, for processes to come; where nothing can be written, nothing is kept. */
  keep(): void
}

/**
 * Loads a CommonJS file as V8 compiled it in an earlier process: the run-time is large enough for compiling it to be a tenth of
 * a warm start. Node's own cache (`module.enableCompileCache`) begins with 22.8. V8 refuses what another version of it
 * has made, but believes the bytes, which therefore have a checksum: https://v8.dev/blog/code-caching
 */
export const loadCompiled = (file: string): Compiled => {
  const source = `(function (exports, require, module, __filename, __dirname) {${readFileSync(file, 'utf8')}\n})`
  const cachedData = readKept(source, file)
  const script = new Script(source, { filename: file, ...(cachedData && { cachedData }) })
  const loaded: { exports: unknown } = { exports: {} }
  script.runInThisContext()(loaded.exports, requireBeside(file), loaded, file, dirname(file))
  return {
    exports: loaded.exports,
    isKept: cachedData !== undefined && !script.cachedDataRejected,
    keep: () => writeKept(source, file, script.createCachedData()),
  }
}

/** What it requires of its own folder may be kept compiled as well. */
const requireBeside = (file: string): ((name: string) => unknown) => {
  const required = createRequire(file)
  return (name) => (name.startsWith('./') ? loadCompiled(join(dirname(file), name)).exports : required(name))
}

/** The run-time, as the package has it. */
export const runTimeFile = join(import.meta.dirname, 'boot.cjs')

/** The parser of `litestream.yml`, for starts that find another one than the start before them. */
const parserFile = join(import.meta.dirname, 'libraries', 'yaml.cjs')

/** Compiles the run-time ahead of its first start, for instance while an image is built. */
export const compileRunTime = (): void => {
  if (!existsSync(runTimeFile)) return
  compile(runTimeFile)
  // V8 keeps what has run.
  compile(parserFile, (exports) => (exports as typeof Yaml).parse(example))
}

const compile = (file: string, use: (exports: unknown) => void = () => {}): void => {
  const { exports, isKept, keep } = loadCompiled(file)
  if (isKept) return
  use(exports)
  keep()
}

const example =
  'dbs:\n  - path: "/data/dev.db" # the database\n    replicas: [{ type: s3, retention: 168h }]\n'

/** Where it is kept: beside the file, so that it goes when the package goes, and is trusted as the package is. */
export const keptFile = (file: string): string => `${file}.${process.version}-${process.arch}.cache`

const checksumBytes = 32

const checksum = (source: string, compiled: Buffer): Buffer =>
  createHash('sha256').update(source).update(compiled).digest()

const readKept = (source: string, file: string): Buffer | undefined => {
  try {
    const kept = readFileSync(keptFile(file))
    const compiled = kept.subarray(checksumBytes)
    return checksum(source, compiled).equals(kept.subarray(0, checksumBytes)) ? compiled : undefined
  } catch {
    return undefined
  }
}

const writeKept = (source: string, file: string, compiled: Buffer): void => {
  const temporary = `${keptFile(file)}.${process.pid}`
  try {
    writeFileSync(temporary, Buffer.concat([checksum(source, compiled), compiled]), { flush: true })
    renameSync(temporary, keptFile(file))
  } catch {
    // A package that cannot be written to is compiled at each start.
    rmSync(temporary, { recursive: true, force: true })
  }
}
