import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Sqlite } from '../../src/sqlite/driver.ts'
import { dump } from './database-check.ts'
import type { Host, Machine } from './machine.ts'
import { waitUntil } from './s3-server.ts'

/** A write that the app has acknowledged. */
export interface Write {
  id: number
  /** Milliseconds since 1970. */
  time: number
}

/** What the app of tests/fixtures/app/load.js has acknowledged; kept beside the host, so that it survives any loss. */
export class Ledger {
  readonly file: string

  constructor(host: Host) {
    this.file = join(host.image, 'ledger')
    if (!existsSync(this.file)) appendFileSync(this.file, '')
  }

  writes(): Write[] {
    const lines = readFileSync(this.file, 'utf8').split('\n').slice(0, -1)
    return lines.map((line) => {
      const [id = 0, time = 0] = line.split(' ').map(Number)
      return { id, time }
    })
  }

  /** What a lost host has taken with it is no longer asked for. */
  forgetAfter(id: number): void {
    this.#write(this.writes().filter((write) => write.id <= id))
  }

  /** After a loss the numbers begin anew behind the last row that was left: those that were lost are no longer asked for. */
  forgetLost(): void {
    const kept: Write[] = []
    for (const write of this.writes().reverse())
      if (write.id < (kept.at(-1)?.id ?? Number.POSITIVE_INFINITY)) kept.push(write)
    this.#write(kept.reverse())
  }

  /** Waits until the app has written this much more. */
  async grows(machine: Machine, by = 1): Promise<void> {
    const before = this.writes().length
    await waitUntil(() => this.writes().length >= before + by, 60_000).catch((error) => {
      throw new Error(`${error.message}: the app writes nothing\n${machine.output()}`)
    })
  }

  #write(writes: readonly Write[]): void {
    writeFileSync(this.file, writes.map(({ id, time }) => `${id} ${time}\n`).join(''))
  }
}

/** What is compared of a database and its backup: how many rows the app has written, and all of them. */
export const contentsOf = (database: Sqlite): { entries: number; dump: Record<string, string> } => ({
  entries: entries(database).length,
  dump: dump(database),
})

/** Numbers of the rows that are there. */
export const entries = (database: Sqlite): number[] =>
  database.all<{ id: number }>('SELECT "id" FROM "Entry" ORDER BY "id"').map(({ id }) => id)
