import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planOf, readProject } from '../../src/commands/project.ts'
import { flyToml } from '../../src/generate/fly-toml.ts'
import { fakeContext } from '../support/context.ts'
import { verdicts } from '../support/fly-toml-verdicts.ts'
import { anyFlyToml, merges, ownDockerfile, written } from '../support/fly-tomls.ts'
import { flyctlFaults } from '../support/flyctl-rules.ts'
import { judge, knowsStrict, realFlyctl } from '../support/real-flyctl.ts'

const isStrict = realFlyctl !== undefined && (await knowsStrict())
const withoutNames = verdicts.filter(([, , verdict]) => verdict !== 'strict')
const withName = (toml: string): string => `app = "x"\n${toml}\n`
const strict = isStrict ? ['--strict'] : []

describe.skipIf(realFlyctl === undefined)('the real flyctl', () => {
  it.each(merges)('takes %s', async (_, ...merge) => {
    const { isTaken, says } = await judge(written(...merge), strict)
    expect(isTaken, says).toBe(true)
  })

  it.each(['logbook-prisma6', 'notes-prisma7'])('takes that of %s, and warns of nothing', async (name) => {
    const toml = flyToml(planOf(readProject(`examples/${name}`, fakeContext(process.cwd()))))
    const { isTaken, says } = await judge(toml, strict)
    expect([isTaken, says]).toEqual([true, expect.not.stringContaining('WARN')])
  })

  it('takes any merge, and reads in it all that it read before', async () => {
    await fc.assert(
      fc.asyncProperty(anyFlyToml, fc.constantFrom(null, ownDockerfile), async (text, dockerfile) => {
        const [before, after] = [await judge(text), await judge(written(text, {}, dockerfile), strict)]
        expect([before.says, after.says, after.isTaken]).toEqual([before.says, after.says, true])
        const { processes, mounts, ...kept } = before.config
        expect(after.config).toMatchObject(kept)
        expect(after.config.mounts).toEqual([expect.objectContaining(Array.isArray(mounts) ? mounts[0] : {})])
      }),
      { numRuns: 50 },
    )
  })

  it.each(isStrict ? verdicts : withoutNames)('has refused or taken %s', async (_, toml, verdict) => {
    const { isTaken, says } = await judge(withName(toml), strict)
    expect(isTaken, says).toBe(verdict === 'taken')
  })
})

it.each(verdicts)('our rules do the same with %s', (_, toml, verdict) => {
  expect(flyctlFaults(withName(toml)).length === 0).toBe(verdict === 'taken')
})
