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
  /** Starts of this volume that went for the lease, newest last; among them the last one that got it. */
  boots: string[]
}

interface StoredIdentity {
  owner: string
  boots: string[]
}

const keptBoots = 20

/**
 * Gives this start a name and writes it to the volume before anybody else hears of it: whoever finds the head's last
 * boot among its own knows that nobody wrote to the backup in between.
 */
export const newIdentity = (state: string, env: NodeJS.ProcessEnv): Identity => {
  const file = join(state, 'identity.json')
  const stored = readStored(file) ?? { owner: randomUUID(), boots: [] }
  const boot = randomUUID()
  const boots = [...stored.boots, boot].slice(-keptBoots)
  const temporary = `${file}.tmp`
  writeFileSync(temporary, JSON.stringify({ owner: stored.owner, boots } satisfies StoredIdentity))
  syncFile(temporary)
  renameSync(temporary, file)
  return {
    owner: stored.owner,
    machine: machineOf(join(state, 'lock.db'), env),
    boot,
    holder: `${env.FLY_MACHINE_ID ?? hostname()} (process ${process.pid})`,
    boots,
  }
}

// A file copied to another volume has another inode and birth time; a volume copied block by block keeps both, but is
// on another machine, and Fly names its machines.
const machineOf = (file: string, env: NodeJS.ProcessEnv): string => {
  const { ino, birthtimeMs } = statSync(file)
  return createHash('sha256')
    .update(`${env.FLY_MACHINE_ID ?? ''} ${ino} ${birthtimeMs}`)
    .digest('hex')
    .slice(0, 16)
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
