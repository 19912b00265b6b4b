import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run, show } from '../../src/command.ts'
import { type ProjectFiles, project } from '../support/project.ts'
import { seaworthy, treeOf } from '../support/typed.ts'

const packageJson = {
  name: 'logbook',
  type: 'module',
  scripts: { start: 'node server.js' },
  dependencies: { '@prisma/client': '6.19.0' },
  devDependencies: { prisma: '6.19.0' },
}

const app: ProjectFiles = {
  'package.json': packageJson,
  'server.js': '',
  'prisma/schema.prisma': 'datasource db {\n  provider = "sqlite"\n  url = "file:./dev.db"\n}\n',
  'prisma/migrations/1_init/migration.sql': 'CREATE TABLE t (id INTEGER);',
}

const ownDockerfile = 'FROM node:22-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD ["node", "server.js"]\n'

// What launch remembers of itself is no file of the app's.
const filesOf = (root: string) => treeOf(root, ['manifest.json'])

const launched = async (files: ProjectFiles = app) => {
  const root = project(files)
  await seaworthy(root, 'launch --yes')
  const text = (path: string) => readFileSync(join(root, path), 'utf8')
  return { root, text, has: (path: string) => existsSync(join(root, path)) }
}

const secrets = 'AWS_ACCESS_KEY_ID AWS_ENDPOINT_URL_S3 AWS_REGION AWS_SECRET_ACCESS_KEY BUCKET_NAME'

describe('detach', () => {
  it('takes out what launch added for backups, and attach brings it back as it was', async () => {
    const { root, text, has } = await launched()
    const before = filesOf(root)
    const detached = await seaworthy(root, 'detach --yes')
    expect(detached.code, detached.stderr).toBe(0)
    expect(has('litestream.yml')).toBe(false)
    expect(text('Dockerfile')).not.toContain('litestream/litestream')
    expect(text('docker-entrypoint.js')).not.toMatch(/db\.(replicate|restore)/)
    expect(text('docker-entrypoint.js')).toContain('backup: false')
    expect(detached.stdout).toMatch(/delete +litestream\.yml/)
    expect(detached.stdout).toContain(`fly secrets unset ${secrets}`)
    expect(detached.stdout).toContain('fly storage destroy')
    expect(detached.stdout).not.toMatch(/^Tigris:/m)

    const attached = await seaworthy(root, 'attach --yes')
    expect(attached.code, attached.stderr).toBe(0)
    expect(attached.stdout).toContain('fly storage create --app logbook')
    expect(filesOf(root)).toEqual(before)
  })

  it('remembers the path of the backup', async () => {
    const { root, text } = await launched()
    const yml = text('litestream.yml').replace('litestream/dev.db', 'backups/logbook')
    writeFileSync(join(root, 'litestream.yml'), yml)
    await seaworthy(root, 'detach --force')
    await seaworthy(root, 'attach --yes')
    expect(text('litestream.yml')).toContain('path: backups/logbook$SEAWORTHY_TIMELINE')
  })

  it('shows each change and writes nothing with --dry-run', async () => {
    const { root } = await launched()
    const before = filesOf(root)
    const { stdout } = await seaworthy(root, 'detach --dry-run')
    expect(stdout).toContain('--- a/litestream.yml\n+++ /dev/null')
    expect(stdout).toMatch(/^-await db\.replicate\(\)/m)
    expect(filesOf(root)).toEqual(before)
  })

  it('does nothing the second time, and launch leaves it so', async () => {
    const { root } = await launched()
    await seaworthy(root, 'detach --yes')
    const before = filesOf(root)
    await seaworthy(root, 'detach --yes')
    await seaworthy(root, 'launch --yes')
    expect(filesOf(root)).toEqual(before)
  })

  it.each([
    ['--yes', true, /keep +litestream\.yml/],
    ['--force', false, /delete +litestream\.yml/],
  ])('deletes no file that was edited by hand in silence: %s', async (flag, stays, said) => {
    const { root, text, has } = await launched()
    writeFileSync(join(root, 'litestream.yml'), `${text('litestream.yml')}# mine\n`)
    const { stdout, stderr } = await seaworthy(root, `detach ${flag}`)
    expect(has('litestream.yml')).toBe(stays)
    expect(stdout).toMatch(said)
    if (stays) expect(stderr).toContain('litestream.yml is needed no more, was changed by hand and was kept')
  })

  it("keeps a litestream.yml of the user's own, to which lines were added", async () => {
    const { root, has } = await launched({ ...app, 'litestream.yml': 'dbs:\n  - path: /data/other.db\n' })
    await seaworthy(root, 'detach --yes')
    expect(has('litestream.yml')).toBe(true)
  })

  it("takes Litestream out of package.json where a Dockerfile of the user's own needed it there", async () => {
    const { root } = await launched({ ...app, Dockerfile: ownDockerfile })
    const dependencies = { ...packageJson.dependencies, '@flydotio/litestream': '^1.0.1' }
    const dockerfile = { litestream: true }
    writeFileSync(join(root, 'package.json'), JSON.stringify({ ...packageJson, dependencies, dockerfile }))
    const { ran } = await seaworthy(root, 'detach --yes')
    expect(ran).toContain('npm uninstall --save --no-audit --no-fund @flydotio/litestream')
    expect(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dockerfile).toBeUndefined()
    expect(readFileSync(join(root, 'Dockerfile'), 'utf8')).toBe(ownDockerfile)
  })

  it('runs what destroys the bucket when it is told to, and says so in its JSON', async () => {
    const { root } = await launched()
    const ran: string[] = []
    const version = { file: process.execPath, args: ['-p', `'{"Version":"0.3.200"}'`] }
    const { code, stdout, stderr } = await seaworthy(root, 'detach --yes --destroy-bucket --json', {
      run: (command) => {
        ran.push(show(command))
        return run(command.args.includes('version') ? version : { file: 'true', args: [] })
      },
    })
    expect(code, stderr).toBe(0)
    expect(ran.slice(-2)).toEqual([
      `fly secrets unset ${secrets} --stage --app logbook`,
      'fly storage destroy --app logbook --yes',
    ])
    const { plan, files, commands } = JSON.parse(stdout)
    expect(plan.backup).toBeNull()
    expect(files).toContainEqual({ path: 'litestream.yml', action: 'delete' })
    expect(commands).toMatchObject({ ran: expect.arrayContaining(ran.slice(-2)), next: ['fly deploy'] })
  })

  it.each(['detach', 'attach'])('%s asks for --yes where there is no terminal', async (command) => {
    const { root } = await launched()
    const before = filesOf(root)
    expect(await seaworthy(root, command)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('SW-LAUNCH-NOT-INTERACTIVE'),
    })
    expect(filesOf(root)).toEqual(before)
  })
})
