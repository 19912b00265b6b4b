import { createHash, randomUUID } from 'node:crypto'
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { syncFile } from '../sqlite/file.ts'

/** Who this start is, to the lease. */
export interface Identity {
  /** The volume's id: kept on it, so that it lives as long as the data. */
  owner: string
  /** Tells a volume from a copy of it: the owner is copied too, this is not. */
  machine: string
  /** This one start. */
  boot: string
  /** For people. */
  holder: string
  /** The start whose writes this volume has, and those of this volume that went for the lease since, newest last. */
  boots: string[]
}

interface StoredIdentity {
  owner: string
  boots: string[]
}

// Starts that never wrote, such as those while the bucket is away, must not push out the one that did.
const keptTries = 200

/**
 * Gives this start a name and writes it to the volume before anybody else hears of it: whoever finds the head's last
 * boot among its own knows that nobody wrote to the backup in between.
 */
export const newIdentity = (state: string, env: NodeJS.ProcessEnv): Identity => {
  const file = fileIn(state)
  const stored = readStored(file) ?? { owner: randomUUID(), boots: [] }
  const boot = randomUUID()
  const [writer, ...tries] = [...stored.boots, boot]
  const boots = [...(writer === undefined ? [] : [writer]), ...tries.slice(-keptTries)]
  writeStored(file, { owner: stored.owner, boots })
  return {
    owner: stored.owner,
    machine: machineOf(state, env),
    boot,
    holder: `${env.FLY_MACHINE_ID ?? hostname()} (process ${process.pid})`,
    boots,
  }
}

/** The volume has what this start wrote: no earlier one counts any more. */
export const rememberWriter = (state: string, { owner, boot }: Identity, writer: string): void =>
  writeStored(fileIn(state), { owner, boots: writer === boot ? [boot] : [writer, boot] })

// A file copied to another volume has another inode and birth time; a volume copied block by block keeps both, but is
// on another machine, and Fly names its machines.
export const machineOf = (state: string, env: NodeJS.ProcessEnv): string => {
  const { ino, birthtimeMs } = statSync(join(state, 'lock.db'))
  return createHash('sha256')
    .update(`${env.FLY_MACHINE_ID ?? ''} ${ino} ${birthtimeMs}`)
    .digest('hex')
    .slice(0, 16)
}

const fileIn = (state: string): string => join(state, 'identity.json')

const writeStored = (file: string, stored: StoredIdentity): void => {
  const temporary = `${file}.tmp`
  writeFileSync(temporary, JSON.stringify(stored))
  syncFile(temporary)
  renameSync(temporary, file)
}

const readStored = (file: string): StoredIdentity | null => {
  try {
    const stored: Partial<StoredIdentity> = JSON.parse(readFileSync(file, 'utf8'))
    return typeof stored.owner === 'string' && Array.isArray(stored.boots)
      ? { owner: stored.owner, boots: stored.boots }
      : null
  } catch {
    return null
  }
}
