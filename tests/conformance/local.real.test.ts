import { describe, it } from 'vitest'
import { logbook, notes } from './apps.ts'
import { onLocal } from './local.ts'
import { live } from './story.ts'

describe('local', () => {
  it('with Prisma 6', { timeout: 300_000 }, async () => live(await onLocal('logbook-prisma6', logbook)))
  it('with Prisma 7', { timeout: 300_000 }, async () => live(await onLocal('notes-prisma7', notes)))
})
