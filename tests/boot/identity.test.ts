import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newIdentity, rememberWriter } from '../../src/boot/identity.ts'
import { project } from '../support/project.ts'

const newState = () => project({ 'lock.db': 'a lock' })

describe('the identity of a start', () => {
  it('keeps its volume and changes its start', () => {
    const state = newState()
    const [first, second] = [newIdentity(state, {}), newIdentity(state, {})]
    expect(second).toMatchObject({ owner: first.owner, machine: first.machine })
    expect(second.boot).not.toBe(first.boot)
    expect(second.boots).toEqual([first.boot, second.boot])
  })

  it('is another machine on a volume that Fly put on one, and on a copy of the files', () => {
    const state = newState()
    const copy = project({ 'lock.db': 'a lock' })
    const machines = [
      newIdentity(state, {}),
      newIdentity(state, { FLY_MACHINE_ID: 'm1' }),
      newIdentity(copy, {}),
    ]
    expect(new Set(machines.map(({ machine }) => machine)).size).toBe(3)
  })

  it('remembers who wrote last, however many starts did not get that far since', () => {
    const state = newState()
    const writer = newIdentity(state, {})
    rememberWriter(state, writer, writer.boot)
    for (let failed = 0; failed < 250; failed++) newIdentity(state, {})
    const now = newIdentity(state, {})
    expect(now.boots).toContain(writer.boot)
    expect(now.boots.at(-1)).toBe(now.boot)
    rememberWriter(state, now, now.boot)
    expect(newIdentity(state, {}).boots).toHaveLength(2)
  })

  it('is a new one when its file is damaged', () => {
    const state = newState()
    const { owner } = newIdentity(state, {})
    writeFileSync(join(state, 'identity.json'), '{"own')
    expect(newIdentity(state, {}).owner).not.toBe(owner)
  })
})
