import { it } from 'vitest'
import { logbook } from './apps.ts'
import { onFly } from './fly.ts'
import { live } from './story.ts'

it('fly, which a stand-in plays', { timeout: 300_000 }, async () =>
  live(await onFly('logbook-prisma6', logbook)),
)
