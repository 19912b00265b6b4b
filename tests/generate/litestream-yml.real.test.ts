import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { litestreamYml } from '../../src/generate/litestream-yml.ts'
import { buildPlan } from '../../src/plan/plan.ts'
import { litestreams } from '../support/litestreams.ts'
import { profile } from '../support/profile.ts'
import { project } from '../support/project.ts'

it.each(litestreams)('litestream.yml is accepted by Litestream $dialect', ({ path }) => {
  const { database, backup } = buildPlan(profile())
  if (!database || !backup) throw new Error('the plan has no backup')
  const root = project({ 'litestream.yml': litestreamYml(database, backup) })
  const bucket = { BUCKET_NAME: 'b', AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1', AWS_REGION: 'us-east-1' }
  const output = execFileSync(path, ['databases', '-config', join(root, 'litestream.yml')], {
    encoding: 'utf8',
    env: { ...process.env, ...bucket },
  })
  expect(output).toMatch(/^\/data\/dev\.db\s+s3$/m)
})
