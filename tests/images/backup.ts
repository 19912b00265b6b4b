import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readStatus } from '../../src/boot/status.ts'
import type { S3Config } from '../../src/bucket/bucket.ts'
import { run } from '../../src/command.ts'
import { openSqlite } from '../../src/sqlite/driver.ts'
import { litestreams } from '../support/litestreams.ts'

/** The texts of the notes that Litestream by itself restores from the bucket; none while there is no backup. */
export const notesInBucket = async (bucket: S3Config, volume: string): Promise<string[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-restored-'))
  try {
    const output = join(folder, 'restored.db')
    const config = join(folder, 'litestream.json')
    const path = `litestream/dev.db${timelineEnd(volume)}`
    writeFileSync(config, JSON.stringify({ dbs: [{ path: '/dev.db', replicas: [replica(bucket, path)] }] }))
    const args = ['restore', '-config', config, '-o', output, '/dev.db']
    await run({ file: litestreams[0]?.path ?? '', args })
    return existsSync(output) ? notesOf(output) : []
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const timelineEnd = (volume: string): string => {
  const timeline = readStatus(join(volume, '.seaworthy'))?.timeline ?? 1
  return timeline === 1 ? '' : `.t${timeline}`
}

const replica = ({ bucket, endpoint, region, accessKeyId, secretAccessKey }: S3Config, path: string) => ({
  type: 's3',
  bucket,
  path,
  endpoint,
  region,
  'access-key-id': accessKeyId,
  'secret-access-key': secretAccessKey,
  'force-path-style': true,
})

const notesOf = (file: string): string[] => {
  const database = openSqlite(file, { readOnly: true })
  try {
    return database.all<{ text: string }>('SELECT text FROM Note ORDER BY id').map(({ text }) => text)
  } finally {
    database.close()
  }
}
