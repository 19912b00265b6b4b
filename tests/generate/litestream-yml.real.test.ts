import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { litestreamYml } from '../../src/generate/litestream-yml.ts'
import { buildPlan } from '../../src/plan/plan.ts'
import { profile } from '../support/profile.ts'
import { project } from '../support/project.ts'

const binaries = {
  '0.3.13': join(
    createRequire(import.meta.url).resolve('@flydotio/litestream-linux-x64/package.json'),
    '../litestream',
  ),
  '0.5.16': process.env.LITESTREAM_0_5 ?? join(homedir(), 'go/bin/litestream'),
}

it.each(Object.entries(binaries))('litestream.yml is accepted by Litestream %s', (version, binary) => {
  expect(existsSync(binary), `${binary} is Litestream ${version}`).toBe(true)
  const { database, backup } = buildPlan(profile())
  if (!database || !backup) throw new Error('the plan has no backup')
  const root = project({ 'litestream.yml': litestreamYml(database, backup) })
  const bucket = { BUCKET_NAME: 'b', AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1', AWS_REGION: 'us-east-1' }
  const output = execFileSync(binary, ['databases', '-config', join(root, 'litestream.yml')], {
    encoding: 'utf8',
    env: { ...process.env, ...bucket },
  })
  expect(output).toMatch(/^\/data\/dev\.db\s+s3$/m)
})
