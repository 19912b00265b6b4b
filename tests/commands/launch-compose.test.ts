import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { show } from '../../src/command.ts'
import { main } from '../../src/main.ts'
import { fakeContext } from '../support/context.ts'
import { project } from '../support/project.ts'

const app = {
  'package.json': {
    name: 'logbook',
    type: 'module',
    scripts: { start: 'node server.js' },
    dependencies: { '@prisma/client': '6.19.0' },
    devDependencies: { prisma: '6.19.0' },
  },
  'server.js': '',
  'prisma/schema.prisma': 'datasource db {\n  provider = "sqlite"\n  url = "file:./dev.db"\n}\n',
  'prisma/migrations/1_init/migration.sql': 'CREATE TABLE t (id INTEGER);',
}

const seaworthy = async (root: string, words: string) => {
  const ctx = fakeContext(root)
  const code = await main(words.split(' '), ctx)
  return { code, stdout: ctx.stdout.join('\n'), stderr: ctx.stderr.join('\n'), ran: ctx.ran.map(show) }
}

describe('launch --target compose', () => {
  it('writes compose.yaml in place of fly.toml, says what is next, and is remembered', async () => {
    const root = project(app)
    const { code, stdout } = await seaworthy(root, 'launch --yes --target compose --domain example.com')
    expect(code, stdout).toBe(0)
    expect(stdout).toMatch(/^Domain: +example\.com +\(your choice\)$/m)
    expect(stdout).toContain('cp .env.production.example .env.production')
    for (const path of ['compose.yaml', '.env.production.example', 'Dockerfile', '.gitignore'])
      expect(existsSync(join(root, path)), path).toBe(true)
    expect(existsSync(join(root, 'fly.toml'))).toBe(false)

    const before = readFileSync(join(root, 'compose.yaml'), 'utf8')
    const again = await seaworthy(root, 'launch --yes')
    expect(again.stdout).toMatch(/identical +compose\.yaml/)
    expect(readFileSync(join(root, 'compose.yaml'), 'utf8')).toBe(before)
  })

  it('has deploy go to Docker, with the secrets of production', async () => {
    const root = project(app)
    await seaworthy(root, 'launch --yes --target compose')
    const { code, stderr, ran } = await seaworthy(root, 'deploy --context prod')
    expect([code, ran]).toEqual([1, []])
    expect(stderr).toContain('SW-COMPOSE-NO-ENV')
  })
})
