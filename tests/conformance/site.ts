import { expect } from 'vitest'
import type { BackupStatus } from '../../src/boot/status.ts'
import type { CommandResult } from '../../src/command.ts'

/** What a user types behind `seaworthy` on a platform, in the app's folder. */
export interface Words {
  /** From the app as it is to one that runs. */
  launch: string[]
  deploy: string
  status: string
  stop: string
  start: string
  /** Without a warning, as a host is lost. */
  loseMachine: string
  loseVolume: string
}

/** An app of the tests: how it is talked to, and where its texts are. */
export interface AppFacts {
  /** Path that lists and takes rows. */
  api: string
  /** What is posted for a text, beside it. */
  more: Record<string, string>
  /** Key of the text in a row; column of `table` too. */
  key: string
  table: string
  /** What a text of the seed begins with. */
  seed: string
}

export interface SiteStatus {
  isRunning: boolean
  hasVolume: boolean
  backup: BackupStatus | null
}

/** An app on a platform. */
export interface Site {
  facts: AppFacts
  words: Words
  seaworthy: (words: string) => Promise<CommandResult>
  status: (json: string) => SiteStatus
  /** Where the app answers from this computer. */
  url: () => Promise<string>
  /** All of the machine's processes die at once; machine and volume are there still. */
  kill: () => Promise<void>
  /** The texts of the backup at a moment, in the order in which they came; the newest state without one. */
  restored: (moment: Date | null) => Promise<string[]>
  /** Waits until the backup has this text as its newest, and gives a moment of then. */
  momentWith: (text: string) => Promise<Date>
  /** Puts the volume back to a moment, while no machine runs. */
  replace: (moment: Date) => Promise<void>
}

/** Types it, and gives what it printed. */
export const say = async (site: Site, words: string): Promise<string> => {
  const { code, stdout, stderr } = await site.seaworthy(words)
  if (code !== 0) throw new Error(`seaworthy ${words} ended with ${code}:\n${stderr}\n${stdout}`)
  return stdout
}

export const statusOf = async (site: Site): Promise<SiteStatus> =>
  site.status(await say(site, site.words.status))

/** The texts of the rows that the app answers with, in the order in which they came. */
export const rowsOf = async (site: Site): Promise<string[]> => {
  const { api, key } = site.facts
  const answer = await fetch((await site.url()) + api)
  const rows = (await answer.json()) as Record<string, unknown>[]
  return rows.toSorted((a, b) => Number(a.id) - Number(b.id)).map((row) => String(row[key]))
}

export const add = async (site: Site, text: string): Promise<void> => {
  const { api, key, more } = site.facts
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ ...more, [key]: text })
  const { status } = await fetch((await site.url()) + api, { method: 'POST', headers, body })
  expect(status).toBe(201)
}
