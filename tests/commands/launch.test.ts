import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from '@decimalturn/toml-patch'
import { describe, expect, it } from 'vitest'
import { project } from '../support/project.ts'
import { logbook as app, seaworthy, treeOf } from '../support/typed.ts'

describe('launch', () => {
  it('shows the plan, writes the files, adds the dependency and says what is next', async () => {
    const root = project(app)
    const { code, stdout, ran } = await seaworthy(root, 'launch --yes')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Tigris: +private bucket +\(determined from app source\)$/m)
    expect(stdout).toContain('fly apps create logbook')
    expect(ran).toEqual(["npm install --save --no-audit --no-fund 'seaworthy@^0.1.0'"])
    for (const path of ['Dockerfile', '.dockerignore', 'docker-entrypoint.js', 'litestream.yml', 'fly.toml'])
      expect(existsSync(join(root, path)), path).toBe(true)
  })

  it('writes nothing the second time', async () => {
    const root = project(app)
    await seaworthy(root, 'launch --yes --memory 512')
    const before = treeOf(root)
    const { stdout } = await seaworthy(root, 'launch --yes')
    expect(treeOf(root)).toEqual(before)
    expect(stdout).toMatch(/identical +Dockerfile/)
  })

  it.each([
    ['--no-backup', { backup: null }],
    ['--litestream 0.5.16', { backup: { litestream: '0.5.16' } }],
    ['--retention 30', { backup: { retention: '720h' } }],
    ['--no-seed', { database: { seed: null } }],
    ['--github --staging other', { workflow: { staging: 'other' } }],
    [
      '--vm-size performance-1x --volume-size 5 --volume-limit 50 --snapshot-retention 9',
      {
        machine: { size: 'performance-1x' },
        volume: { sizeGb: 5, snapshotDays: 9, autoExtend: { limit: '50GB' } },
      },
    ],
    [
      '--name other --region ams --port 8080',
      { app: { name: 'other', region: 'ams' }, image: { port: 8080 } },
    ],
  ])('remembers %s: the second run writes nothing', async (options, plan) => {
    const root = project(app)
    await seaworthy(root, `launch --yes ${options}`)
    const before = treeOf(root)
    const { stdout } = await seaworthy(root, 'launch --yes --json')
    expect(treeOf(root)).toEqual(before)
    expect(JSON.parse(stdout).plan).toMatchObject(plan)
    expect(JSON.parse((await seaworthy(root, 'plan --json')).stdout)).toMatchObject(plan)
  })

  it('changes those figures in a fly.toml of the user too', async () => {
    const toml =
      'app = "mine" # stays\n\n[mounts]\n  source = "db"\n  destination = "/data"\n\n[[vm]]\n  size = "shared-cpu-1x"\n'
    const root = project({ ...app, 'fly.toml': toml })
    await seaworthy(root, 'launch --yes --vm-size shared-cpu-2x --volume-limit 20')
    const text = readFileSync(join(root, 'fly.toml'), 'utf8')
    expect(text).toContain('app = "mine" # stays')
    expect(parse(text)).toMatchObject({
      mounts: { source: 'db', auto_extend_size_limit: '20GB' },
      vm: [{ size: 'shared-cpu-2x' }],
    })
    await seaworthy(root, 'launch --yes')
    expect(readFileSync(join(root, 'fly.toml'), 'utf8')).toBe(text)
  })

  it('--backup undoes --no-backup, from then on', async () => {
    const root = project(app)
    await seaworthy(root, 'launch --yes --no-backup')
    await seaworthy(root, 'launch --yes --backup')
    expect(readFileSync(join(root, 'docker-entrypoint.js'), 'utf8')).toContain('db.replicate()')
    const before = treeOf(root)
    await seaworthy(root, 'launch --yes')
    expect(treeOf(root)).toEqual(before)
    expect(existsSync(join(root, 'litestream.yml'))).toBe(true)
  })

  it('keeps the tarball of --package in the image', async () => {
    const root = project({ ...app, 'x.tgz': '' })
    await seaworthy(root, 'launch --yes --package ./x.tgz')
    expect(readFileSync(join(root, 'Dockerfile'), 'utf8')).toMatch(/^COPY package\.json .*x\.tgz/m)
    const content = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    content.dependencies.seaworthy = 'file:x.tgz'
    writeFileSync(join(root, 'package.json'), `${JSON.stringify(content, null, 2)}\n`)
    const before = treeOf(root)
    const { ran } = await seaworthy(root, 'launch --yes')
    expect([treeOf(root), ran]).toEqual([before, []])
  })

  it('keeps a file edited by hand and says so; --force overwrites it', async () => {
    const root = project(app)
    await seaworthy(root, 'launch --yes')
    const script = join(root, 'docker-entrypoint.js')
    const written = readFileSync(script, 'utf8')
    writeFileSync(script, '// mine\n')
    const { stderr } = await seaworthy(root, 'launch --yes')
    expect(readFileSync(script, 'utf8')).toBe('// mine\n')
    expect(stderr).toContain('docker-entrypoint.js differs')
    await seaworthy(root, 'launch --force')
    expect(readFileSync(script, 'utf8')).toBe(written)
  })

  it('F22: leaves a Dockerfile of the user alone', async () => {
    const root = project({ ...app, Dockerfile: 'FROM node:22\nCOPY . .\nCMD npm run start:prod\n' })
    const { ran } = await seaworthy(root, 'launch --yes')
    expect(readFileSync(join(root, 'Dockerfile'), 'utf8')).toContain('CMD npm run start:prod')
    expect(readFileSync(join(root, 'fly.toml'), 'utf8')).toContain(
      'app = "node dbsetup.js npm run start:prod"',
    )
    expect(ran.join()).toContain('@flydotio/litestream')
    expect(existsSync(join(root, 'docker-entrypoint.js'))).toBe(false)
  })

  it('--dry-run shows each file and writes nothing', async () => {
    const root = project(app)
    const before = treeOf(root)
    const { code, stdout, ran } = await seaworthy(root, 'launch --dry-run')
    expect(code).toBe(0)
    expect(stdout).toContain('+++ b/docker-entrypoint.js')
    expect(stdout).toContain("Would run: npm install --save --no-audit --no-fund 'seaworthy@^0.1.0'")
    expect([treeOf(root), ran]).toEqual([before, []])
  })

  it('--json prints that JSON alone', async () => {
    const { stdout } = await seaworthy(project(app), 'launch --yes --json')
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      plan: { app: { name: 'logbook' } },
      files: expect.arrayContaining([{ path: 'fly.toml', action: 'create' }]),
      commands: {
        ran: [expect.stringContaining('npm install')],
        next: expect.arrayContaining(['fly deploy --ha=false']),
      },
    })
  })

  it('F37: --no-backup has no bucket and no litestream.yml', async () => {
    const root = project(app)
    const { code, stdout } = await seaworthy(root, 'launch --yes --no-backup')
    expect(code).toBe(0)
    expect(stdout).not.toMatch(/Tigris|fly storage/)
    expect(existsSync(join(root, 'litestream.yml'))).toBe(false)
  })

  it.each([
    ['without a terminal', 'launch', app, 'SW-LAUNCH-NOT-INTERACTIVE'],
    [
      'without Prisma',
      'launch --yes',
      { 'package.json': { scripts: { start: 'node x' } } },
      'SW-PRISMA-NONE',
    ],
    [
      'with PostgreSQL',
      'launch --yes',
      {
        ...app,
        'prisma/schema.prisma':
          'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n',
      },
      'SW-PROVIDER-NOT-SQLITE',
    ],
    ['without a package.json', 'launch --yes', {}, 'SW-APP-NO-PACKAGE-JSON'],
    ['in a folder that is not there', 'scan nowhere', app, 'SW-APP-NO-FOLDER'],
    ['in a file', 'plan server.js', app, 'SW-APP-NO-FOLDER'],
    ['below a file', 'plan server.js/x', app, 'SW-APP-NO-FOLDER'],
  ])('%s is an error of the user, and nothing is written', async (_, words, files, code) => {
    const root = project(files)
    const before = treeOf(root)
    const result = await seaworthy(root, `${words} --json`)
    expect(result.code).toBe(1)
    expect(JSON.parse(result.stdout)).toMatchObject({ version: 1, error: { code } })
    expect(result.stderr).toContain(`[${code}]`)
    expect(treeOf(root)).toEqual(before)
  })

  it('says what to type when the dependency cannot be added', async () => {
    const { code, stderr } = await seaworthy(project(app), 'launch --yes', {
      run: async () => ({
        code: 127,
        signal: null,
        stdout: '',
        stderr: '',
        isTimedOut: false,
        isMissing: true,
      }),
    })
    expect(code).toBe(1)
    expect(stderr).toMatch(/SW-DEPENDENCY-FAILED[\s\S]*npm is not installed[\s\S]*npm install --save/)
  })
})

describe('the other commands', () => {
  it.each([
    ['scan --json', { version: 1, name: 'logbook', prisma: { provider: 'sqlite' } }],
    ['plan --json', { version: 1, database: { file: 'prisma/dev.db' }, backup: { litestream: '0.3.13' } }],
    ['plan --json --no-backup', { backup: null }],
    [
      'dockerfile --yes --json',
      { version: 1, files: expect.arrayContaining([{ path: 'Dockerfile', action: 'create' }]) },
    ],
  ])('%s', async (words, expected) => {
    const { code, stdout } = await seaworthy(project(app), words)
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject(expected)
  })

  it('dockerfile serves an app without Prisma', async () => {
    const root = project({ 'package.json': { name: 'site', scripts: { start: 'node x' } } })
    expect((await seaworthy(root, 'dockerfile --yes')).code).toBe(0)
    expect(readdirSync(root).sort()).toEqual([
      '.dockerignore',
      '.seaworthy',
      'Dockerfile',
      'fly.toml',
      'package.json',
    ])
  })

  it.each([
    ['--version', 0],
    ['--help', 0],
    ['launch --help', 0],
    ['frob', 2],
    ['plan --memory 3', 2],
    ['plan --port 70000', 2],
    ['plan --litestream 0.4.0', 2],
    ['plan --vm-size huge', 2],
    ['plan --volume-size 501', 2],
    ['plan --snapshot-retention 61', 2],
    ['plan --retention 0', 2],
    ['scan --frob', 2],
  ])('%s exits with %i', async (words, expected) => {
    expect((await seaworthy(project(app), words)).code).toBe(expected)
  })

  it('plan shows the plan that has an error too, and ends with 1', async () => {
    const root = project({ 'package.json': { scripts: { start: 'node x' } } })
    const { code, stdout } = await seaworthy(root, 'plan --json')
    expect([code, JSON.parse(stdout).findings[0].code]).toEqual([1, 'SW-PRISMA-NONE'])
    expect(await seaworthy(root, 'plan')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/Image:[\s\S]*SW-PRISMA-NONE/),
    })
  })

  it.each([
    ['frob --json', 'frob'],
    ['plan --json --memory 3', '--memory'],
    ['scan --json --frob', '--frob'],
    ['local deploy --json --port x', '--port'],
  ])('%s prints the error as JSON too', async (words, what) => {
    const { code, stdout, stderr } = await seaworthy(project(app), words)
    expect(code).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, error: { code: 'SW-USAGE' } })
    expect(stdout + stderr).toContain(what)
  })

  it('a fault of ours is JSON too with --json', async () => {
    const run = () => Promise.reject(new TypeError('oops'))
    const { code, stdout, stderr } = await seaworthy(project(app), 'launch --yes --json', { run })
    expect(code).toBe(70)
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, error: { code: 'SW-BUG', why: 'oops' } })
    expect(stderr).toContain('TypeError: oops')
  })

  it('a fault of ours says so', async () => {
    const out = (): void => {
      throw new TypeError('oops')
    }
    const { code, stderr } = await seaworthy(project(app), 'scan', { out })
    expect(code).toBe(70)
    expect(stderr).toMatch(/This is a bug in seaworthy[\s\S]*TypeError: oops/)
  })
})
