import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { newHost } from '../support/machine.ts'

it.each([
  ['with a bucket', {}],
  ['without', { SEAWORTHY_BUCKET_DIR: undefined }],
])('no empty database takes the place of the one that LiteFS keeps on the volume, %s', async (_, env) => {
  const host = await newHost()
  const kept = join(host.volume, 'litefs', 'dbs', 'dev.db')
  mkdirSync(kept, { recursive: true })
  writeFileSync(join(kept, 'database'), '')
  const refused = host.start(env)
  expect(await refused.exited, refused.output()).toBe(1)
  expect(refused.codes()).toEqual(['SW-VOLUME-LITEFS'])
  expect(refused.output()).toContain('litefs export -name dev.db')
  rmSync(kept, { recursive: true })
  const started = host.start(env)
  await started.ready()
  expect(started.outcome('restore')).toBe('created')
  await started.stop()
})
