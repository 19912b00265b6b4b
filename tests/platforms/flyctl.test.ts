import { expect, it } from 'vitest'
import type { VolumePlan } from '../../src/plan/plan-types.ts'
import type { FlyMachine } from '../../src/platforms/fly/machines.ts'
import { type FlyVolume, volumeFor } from '../../src/platforms/fly/volumes.ts'
import { secretLines } from '../../src/platforms/random-secrets.ts'
import { account } from '../support/flyctl.ts'

const plan: VolumePlan = {
  ...{ source: 'data', destination: '/data', sizeGb: 1, snapshotDays: 5 },
  autoExtend: { threshold: 80, increment: '1GB', limit: '10GB' },
}
const volume = (changes: Partial<FlyVolume> = {}): FlyVolume => ({
  ...{ id: 'v1', name: 'data', region: 'ams', sizeGb: 1, machine: null, isReachable: true },
  ...changes,
})
const machine = (changes: Partial<FlyMachine> = {}): FlyMachine => ({
  ...{ id: 'm1', state: 'started', region: 'ams', volumes: [], checks: [] },
  ...changes,
})

it.each<[string, FlyVolume, FlyMachine | null, string | null, boolean]>([
  ['is there where nothing runs yet', volume(), null, 'ams', true],
  ['is there in any region where none is named', volume({ region: 'syd' }), null, null, true],
  ['is none in another region', volume({ region: 'syd' }), null, 'ams', false],
  ['is none of another name', volume({ name: 'cache' }), null, 'ams', false],
  ['is none on a host that is away', volume({ isReachable: false }), null, 'ams', false],
  ['is none that another machine has', volume({ machine: 'm2' }), null, 'ams', false],
  [
    "is the machine's own, whatever its name",
    volume({ name: 'old', machine: 'm1' }),
    machine({ volumes: ['v1'] }),
    'ams',
    true,
  ],
  [
    "is a free one in the machine's region",
    volume({ region: 'iad' }),
    machine({ region: 'iad' }),
    'ams',
    true,
  ],
  ["is none outside of the machine's region", volume(), machine({ region: 'iad' }), 'ams', false],
])('the volume of a deployment %s', (_, found, its, region, isThere) =>
  expect(volumeFor([found], plan, its, region) !== null).toBe(isThere),
)

it('makes up secrets that differ, and need no quoting where flyctl parses them', () => {
  const lines = secretLines(['A', 'B']).split('\n')
  expect(lines).toEqual([expect.stringMatching(/^A=[\w-]{43}$/), expect.stringMatching(/^B=[\w-]{43}$/), ''])
  expect(lines[0]?.slice(2)).not.toBe(lines[1]?.slice(2))
})

it.each([
  ['a command that flyctl does not have', ['volume', 'make'], /unknown command/],
  ['a flag that flyctl does not have', ['apps', 'list', '--frob'], /--frob/],
  ['a flag of another command', ['storage', 'create', '--json'], /--json/],
  ['too many words', ['apps', 'create', 'a', 'b'], /arg\(s\)/],
  ['a question that nobody answers', ['apps', 'create', 'a'], /non|interactively/],
  ['an app that is not there', ['status', '--app', 'x', '--json'], /Could not find App/],
])('the stand-in refuses %s', async (_, args, words) => {
  const { code, stderr } = await account().run({ file: 'fly', args })
  expect([code, stderr]).toEqual([1, expect.stringMatching(words)])
})

it('the stand-in writes an empty list as Go does', async () => {
  const { stdout } = await account().run({ file: 'fly', args: ['apps', 'list', '--json'] })
  expect(JSON.parse(stdout)).toBeNull()
})
