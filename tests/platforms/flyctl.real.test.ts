import { describe, expect, it } from 'vitest'
import { table } from '../support/flyctl/flags.ts'
import { flyctl, realFlyctl } from '../support/real-flyctl.ts'

/** Its flags as `--help` lists them: the short one, and whether a value follows. */
const flagsIn = (help: string): Map<string, { short: string | undefined; type: string }> =>
  new Map(
    [...help.matchAll(/^ +(?:-(\w), )?--([\w-]+)(?: (\w\S*))?(?: {2,}|$)/gm)].map(
      ([, short, name = '', value]) => [name, { short, type: value ? 'string' : 'boolean' }],
    ),
  )

describe.skipIf(realFlyctl === undefined)('the real flyctl', () => {
  it.each(Object.entries(table))('has the flags of our stand-in: %s', async (command, { flags }) => {
    const { code, stdout } = await flyctl([...command.split(' '), '--help'])
    expect([code, stdout]).toEqual([0, expect.stringContaining(` ${command} `)])
    const real = flagsIn(stdout)
    expect(real.size).toBeGreaterThan(0)
    for (const [name, { short, type }] of Object.entries(flags))
      expect([name, real.get(name)]).toEqual([name, { short, type }])
  })
})
