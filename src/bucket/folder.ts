import { createHash, randomUUID } from 'node:crypto'
import type { Dirent } from 'node:fs'
import { link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { SeaworthyError, systemCode, TemporaryError } from '../errors.ts'
import { takeFileLock } from '../sqlite/file-lock.ts'
import type { Bucket, FolderConfig, ListedObject, PutCondition, PutResult } from './bucket.ts'

const lockName = '.seaworthy-lock.db'

/** A folder as the bucket, for the local platform and for tries. Conditional writes hold between processes of one host. */
export const folderBucket = ({ directory }: FolderConfig): Bucket => {
  const pathOf = (key: string) => join(directory, ...key.split('/'))

  const get: Bucket['get'] = async (key) => {
    await assertFolder(directory)
    try {
      const [body, { mtime }] = await Promise.all([readFile(pathOf(key), 'utf8'), stat(pathOf(key))])
      return { body, etag: etagOf(body), modified: mtime, now: await storeClock(directory) }
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return null
      throw error
    }
  }

  const replace = async (key: string, body: string, condition?: PutCondition): Promise<PutResult> => {
    const current = await get(key)
    if (condition && 'etag' in condition && current?.etag !== condition.etag) return { isWritten: false }
    const temporary = `${pathOf(key)}.${randomUUID()}.tmp`
    await writeFile(temporary, body)
    await rename(temporary, pathOf(key))
    return { isWritten: true, etag: etagOf(body) }
  }

  const create = async (key: string, body: string): Promise<PutResult> => {
    const temporary = `${pathOf(key)}.${randomUUID()}.tmp`
    await writeFile(temporary, body)
    try {
      await link(temporary, pathOf(key))
      return { isWritten: true, etag: etagOf(body) }
    } catch (error) {
      if (systemCode(error) === 'EEXIST') return { isWritten: false }
      throw error
    } finally {
      await rm(temporary)
    }
  }

  return {
    kind: 'folder',
    location: directory,
    get,
    put: async (key, body, condition) => {
      await assertFolder(directory)
      return withLock(directory, async () => {
        await mkdir(dirname(pathOf(key)), { recursive: true })
        return condition && 'isAbsent' in condition ? create(key, body) : replace(key, body, condition)
      })
    },
    list: async (prefix, { startAfter = '', limit = Number.POSITIVE_INFINITY } = {}) => {
      await assertFolder(directory)
      const keys = (await filesBelow(directory, prefix))
        .filter((key) => key.startsWith(prefix) && key > startAfter)
        .sort()
        .slice(0, limit)
      const objects = await Promise.all(keys.map((key) => describe(pathOf(key), key)))
      return objects.filter((object) => object !== null)
    },
    delete: async (key) => {
      await assertFolder(directory)
      await rm(pathOf(key), { force: true })
    },
  }
}

// A bucket folder is never created on the way: a share that is not mounted must not look like an empty bucket.
const assertFolder = async (directory: string): Promise<void> => {
  const found = await stat(directory).catch(() => null)
  if (found?.isDirectory()) return
  throw new TemporaryError({
    code: 'SW-BUCKET-FOLDER-GONE',
    what: `The bucket folder ${directory} is not there.`,
    why: 'A folder that is not mounted, or was deleted, must not be taken for an empty bucket.',
    next: `Mount it, or make a new, empty one: mkdir -p ${directory}`,
  })
}

const withLock = async <Result>(directory: string, work: () => Promise<Result>): Promise<Result> => {
  const lock = await lockOf(directory)
  try {
    return await work()
  } finally {
    lock.release()
  }
}

const lockOf = async (directory: string) => {
  try {
    const lock = await takeFileLock(join(directory, lockName), 10_000)
    if (lock !== null) return lock
  } catch (cause) {
    throw new SeaworthyError({
      code: 'SW-BUCKET-DENIED',
      what: `The bucket folder ${directory} cannot be written.`,
      why: cause instanceof Error ? cause.message : String(cause),
      next: `Look at its owner and permissions: ls -ld ${directory}`,
      cause,
    })
  }
  throw new TemporaryError({
    code: 'SW-BUCKET-UNREACHABLE',
    what: `The bucket folder ${directory} stayed locked for 10 s.`,
    next: 'Start again; if it stays so, look for a process that holds the folder.',
  })
}

// The folder's file system says what time it is, as an S3 store does by its Date header.
const storeClock = async (directory: string): Promise<Date> => {
  const probe = join(directory, `.seaworthy-clock.${randomUUID()}.tmp`)
  await writeFile(probe, '')
  try {
    return (await stat(probe)).mtime
  } finally {
    await rm(probe, { force: true })
  }
}

const filesBelow = async (directory: string, prefix: string): Promise<string[]> => {
  const entries = await readAll(join(directory, ...prefix.split('/').slice(0, -1)))
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.tmp') && entry.name !== lockName)
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
}

// Litestream's retention removes folders while they are read: only a missing top folder means that there is nothing.
const readAll = async (folder: string): Promise<Dirent[]> => {
  for (;;) {
    try {
      return await readdir(folder, { recursive: true, withFileTypes: true })
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error
      if ((await stat(folder).catch(() => null)) === null) return []
    }
  }
}

const describe = async (path: string, key: string): Promise<ListedObject | null> => {
  const info = await stat(path).catch(() => null)
  return info && { key, size: info.size, modified: info.mtime }
}

const etagOf = (body: string): string => createHash('sha256').update(body).digest('hex')
