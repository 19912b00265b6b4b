import { it } from 'vitest'
import { hasDockerEngine } from '../support/docker-engine.ts'
import { imageNotes } from './apps.ts'
import { onCompose } from './compose.ts'
import { live } from './story.ts'

it.skipIf(!hasDockerEngine())('compose, on a Docker engine', { timeout: 400_000 }, async () =>
  live(await onCompose(imageNotes)),
)
