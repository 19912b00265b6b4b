import { cpSync, existsSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSqlite } from '../../src/sqlite/driver.ts'
import { type Host, newHost } from '../support/machine.ts'
import { project } from '../support/project.ts'

const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.split('/').at(-1) ?? '')

const mountsAt = (host: Host, volume: string): void => {
  const script = join(host.image, 'start.js')
  writeFileSync(script, readFileSync(script, 'utf8').replace("'/data'", JSON.stringify(volume)))
}

describe('no volume to write to', () => {
  it.runIf(process.platform === 'linux')('read-only', async () => {
    const host = await newHost()
    const machine = host.start({ SEAWORTHY_VOLUME: '/proc' })
    expect(await machine.exited).toBe(1)
    expect(machine.codes()).toEqual(['SW-VOLUME-READ-ONLY'])
  })

  it('not there', async () => {
    const host = await newHost()
    const machine = host.start({ SEAWORTHY_VOLUME: join(host.volume, 'none') })
    expect(await machine.exited).toBe(1)
    expect(machine.codes()).toEqual(['SW-VOLUME-MISSING'])
  })

  it('a plain folder, unless the data may be lost', async () => {
    const host = await newHost()
    mountsAt(host, host.volume)
    const refused = host.start({ SEAWORTHY_VOLUME: undefined })
    expect(await refused.exited).toBe(1)
    expect(refused.codes()).toEqual(['SW-VOLUME-NOT-MOUNTED'])
    expect(files(host.volume)).toEqual([])
    const told = host.start({ SEAWORTHY_VOLUME: undefined, SEAWORTHY_EPHEMERAL: '1' })
    await told.ready()
    expect(await told.stop()).toBe(0)
  })
})

describe('a Node without SQLite', () => {
  it.runIf(Number(process.versions.node.split('.')[0]) < 22)(
    'and without the package that stands in for it is not taken for a fault of the volume',
    async () => {
      const host = await newHost()
      const installed = join(host.image, 'node_modules/seaworthy')
      const seaworthy = realpathSync(installed)
      rmSync(installed)
      for (const part of ['package.json', 'dist'])
        cpSync(join(seaworthy, part), join(installed, part), { recursive: true })
      const machine = host.start()
      expect(await machine.exited).toBe(1)
      expect(machine.codes()).toEqual(['SW-SQLITE-NONE'])
    },
  )
})

/** A host whose app ran once: with the rows `seed` and `one` on the volume and in the bucket. */
const usedHost = async (): Promise<Host> => {
  const host = await newHost()
  const machine = host.start()
  await machine.ready()
  await machine.add('one')
  expect(await machine.stop(), machine.output()).toBe(0)
  return host
}

describe('what is no database on the volume, and a good backup', () => {
  it.each([
    ['a zero-byte file (F33, F42)', ''],
    ['garbage', 'this was never a database, or is none any more'],
  ])('%s: restored, and the file is kept aside', async (_, contents) => {
    const host = await usedHost()
    writeFileSync(join(host.volume, 'dev.db'), contents)
    const machine = host.start()
    await machine.ready()
    expect(machine.outcome('restore')).toBe('restored')
    expect(await machine.rows()).toEqual(['seed', 'one'])
    const kept = readdirSync(join(host.volume, '.seaworthy/aside'), { recursive: true, encoding: 'utf8' })
    const file = kept.find((name) => name.endsWith('/dev.db')) ?? ''
    expect(readFileSync(join(host.volume, '.seaworthy/aside', file), 'utf8')).toBe(contents)
  })

  it('an old log beside nothing is not replayed into the restored database', async () => {
    const host = await usedHost()
    rmSync(join(host.volume, 'dev.db'))
    staleLog(join(host.volume, 'dev.db-wal'))
    const machine = host.start()
    await machine.ready()
    expect(await machine.rows()).toEqual(['seed', 'one'])
    expect(files(join(host.volume, '.seaworthy/aside'))).toContain('dev.db-wal')
  })

  it('an old log beside nothing is not replayed into a new database', async () => {
    const host = await newHost()
    staleLog(join(host.volume, 'dev.db-wal'))
    const machine = host.start()
    await machine.ready()
    expect(machine.outcome('restore')).toBe('created')
    expect(await machine.rows()).toEqual(['seed'])
  })
})

/** The log of some other database, whole and valid. */
const staleLog = (to: string): void => {
  const file = join(project({}), 'other.db')
  const other = openSqlite(file)
  other.exec('PRAGMA journal_mode = WAL; CREATE TABLE "Other" (x)')
  cpSync(`${file}-wal`, to)
  other.close()
}

describe('an image', () => {
  it('with a database of the laptop’s: it is set aside, and the app runs on the volume (F9)', async () => {
    const host = await newHost()
    writeFileSync(join(host.image, 'prisma/dev.db'), 'from the laptop')
    const machine = host.start()
    await machine.ready()
    expect(await machine.rows()).toEqual(['seed'])
    expect(existsSync(join(host.volume, 'dev.db'))).toBe(true)
    expect(files(join(host.image, 'prisma')).some((name) => name.startsWith('dev.db.set-aside'))).toBe(true)
  })

  it('that starts again after a migration that failed: its link is no obstacle (F8)', async () => {
    const host = await newHost()
    const migration = join(host.image, 'prisma/migrations/20260102000000_more/migration.sql')
    const good = readFileSync(migration, 'utf8')
    writeFileSync(migration, 'ALTER TABLE "None" ADD COLUMN "x" TEXT;')
    const failed = host.start()
    expect(await failed.exited).toBe(1)
    expect(failed.codes()).toEqual(['SW-MIGRATE-FAILED'])
    expect(existsSync(join(host.volume, 'dev.db'))).toBe(false)
    writeFileSync(migration, good)
    const machine = host.start()
    await machine.ready()
    expect(await machine.rows()).toEqual(['seed'])
  })
})
