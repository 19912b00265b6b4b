import { expect } from 'vitest'
import type { BackupState } from '../../src/boot/status.ts'
import { waitUntil } from '../support/s3-server.ts'
import { add, rowsOf, type Site, say, statusOf } from './site.ts'

/** What an app lives through on every platform, each step on what the ones before it have left. */
const story: [step: string, tell: (site: Site) => Promise<void>][] = [
  [
    'launch and deploy: migrated, seeded, backed up',
    async (site) => {
      for (const words of site.words.launch) await say(site, words)
      expect(await rowsOf(site)).toSatisfy(hasSeedOnce(site))
      expect(await statusOf(site)).toMatchObject({ isRunning: true, hasVolume: true })
    },
  ],
  [
    'a redeployment keeps what was written, and does not seed again',
    async (site) => {
      await add(site, 'before a redeployment')
      await keepsRows(site, () => say(site, site.words.deploy))
    },
  ],
  [
    'a stop uploads the last write, a start goes on',
    async (site) => {
      await add(site, 'right before a stop')
      await keepsRows(site, async () => {
        const url = await site.url()
        await say(site, site.words.stop)
        expect((await statusOf(site)).isRunning).toBe(false)
        await expect(fetch(url)).rejects.toThrow()
        expect((await site.restored(null)).at(-1)).toBe('right before a stop')
        await say(site, site.words.start)
      })
    },
  ],
  [
    'a kill loses nothing that is on the volume',
    async (site) => {
      await add(site, 'right before a kill')
      await keepsRows(site, async () => {
        await site.kill()
        await say(site, site.words.deploy)
      })
    },
  ],
  [
    'machine and volume are lost, and a deployment has every row again',
    async (site) => {
      await add(site, 'before the loss')
      await site.momentWith('before the loss')
      await keepsRows(site, async () => {
        await say(site, site.words.loseMachine)
        expect(await statusOf(site)).toMatchObject({ isRunning: false, hasVolume: true })
        await say(site, site.words.loseVolume)
        expect((await statusOf(site)).hasVolume).toBe(false)
        await say(site, site.words.deploy)
      })
      await comesToSay(site, 'backed-up')
    },
  ],
  [
    'a moment is restored to a file, and put into the place of the database',
    async (site) => {
      await add(site, 'good')
      const then = await site.momentWith('good')
      const rows = await rowsOf(site)
      await add(site, 'regretted')
      await site.momentWith('regretted')
      expect(await site.restored(then)).toEqual(rows)
      await say(site, site.words.stop)
      await site.replace(then)
      await say(site, site.words.start)
      expect(await rowsOf(site)).toEqual(rows)
    },
  ],
  [
    'detached: the rows stay, and it says that nothing is backed up',
    async (site) => {
      await keepsRows(site, async () => {
        await say(site, 'detach --yes')
        await say(site, site.words.deploy)
      })
      await comesToSay(site, 'not-backed-up')
      await add(site, 'while detached')
    },
  ],
  [
    'attached: what was written meanwhile is in the backup',
    async (site) => {
      await keepsRows(site, async () => {
        await say(site, 'attach --yes')
        await say(site, site.words.deploy)
      })
      await site.momentWith('while detached')
      expect(await site.restored(null)).toEqual(await rowsOf(site))
    },
  ],
]

/** The same rows after it, the seed's among them once. */
const keepsRows = async (site: Site, work: () => Promise<unknown>): Promise<void> => {
  const before = await rowsOf(site)
  await work()
  const after = await rowsOf(site)
  expect(after).toEqual(before)
  expect(after).toSatisfy(hasSeedOnce(site))
}

/** An app answers before its backup is settled. */
const comesToSay = (site: Site, state: BackupState): Promise<void> =>
  waitUntil(async () => (await statusOf(site)).backup?.state === state)

const hasSeedOnce =
  ({ facts: { seed } }: Site) =>
  (texts: string[]): boolean =>
    texts.filter((text) => text.startsWith(seed)).length === 1

/** Tells the story from its beginning; what goes wrong says in which step. */
export const live = async (site: Site): Promise<void> => {
  const times: string[] = []
  for (const [step, tell] of story) {
    const began = Date.now()
    try {
      await tell(site)
    } catch (error) {
      throw new Error(`${step}: ${error instanceof Error ? error.message : error}`, { cause: error })
    }
    times.push(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${step}`)
  }
  console.log(times.join('\n'))
}
