import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { generate } from '../../src/generate/generate.ts'
import { buildPlan } from '../../src/plan/plan.ts'
import { scan } from '../../src/scan/scan.ts'
import { sourceTree } from '../../src/scan/source-tree.ts'
import { newHost } from '../support/machine.ts'
import { project } from '../support/project.ts'

const schema = 'datasource db {\n  provider = "sqlite"\n  url      = "file:./dev.db"\n}\n'

it('an app that was launched with --no-backup starts, and keeps its rows on the volume', async () => {
  const source = project({
    'package.json': {
      name: 'app',
      type: 'module',
      scripts: { start: 'node server.js' },
      dependencies: { '@prisma/client': '6.19.3' },
      prisma: { seed: 'node prisma/seed.js' },
    },
    'prisma/schema.prisma': schema,
    'prisma/migrations/20260101000000_init/migration.sql': '',
  })
  const plan = buildPlan(scan(sourceTree(source)), { backup: false })
  const script = generate(plan).find(({ path }) => path === 'docker-entrypoint.js')
  const host = await newHost()
  // The image's user has no place on this computer.
  writeFileSync(join(host.image, 'start.js'), script?.contents.replace(", user: 'node'", '') ?? '')

  const first = host.start({ SEAWORTHY_BUCKET_DIR: undefined })
  await first.ready()
  expect(['restore', 'migrate', 'seed'].map(first.outcome)).toEqual(['created', 'migrated', 'seeded'])
  expect(first.outcome('replicate')).toBe('not-backed-up')
  await first.add('one')
  expect(await first.stop()).toBe(0)

  const second = host.start({ SEAWORTHY_BUCKET_DIR: undefined })
  await second.ready()
  expect(await second.rows()).toEqual(['seed', 'one'])
  expect(await second.stop()).toBe(0)
})
