import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { project } from '../support/project.ts'
import { logbook as app, seaworthy } from '../support/typed.ts'

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
