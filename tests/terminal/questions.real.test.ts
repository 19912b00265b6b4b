import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { main } from '../../src/main.ts'
import { fakeContext } from '../support/context.ts'
import { project } from '../support/project.ts'
import { asks, choose, inTerminal, keys, type Terminal, whyNoTerminal } from '../support/terminal.ts'

const cli = join(import.meta.dirname, '..', '..', 'bin', 'seaworthy.mjs')
const reason = whyNoTerminal()
if (reason !== null) console.log(`skipped: questions in a terminal: ${reason}`)

const app = {
  'package.json': {
    name: 'logbook',
    type: 'module',
    scripts: { start: 'node server.js' },
    dependencies: { '@prisma/client': '6.19.0', prisma: '6.19.0' },
  },
  'package-lock.json': { lockfileVersion: 3, packages: {} },
  'server.js': '',
  'prisma/schema.prisma': 'datasource db {\n  provider = "sqlite"\n  url = "file:./dev.db"\n}\n',
  'prisma/migrations/1_init/migration.sql': 'CREATE TABLE t (id INTEGER);',
}

const edited = ['Dockerfile', 'docker-entrypoint.js']

/** The app with all files written, and two of them edited by hand since. */
const editedApp = async (): Promise<string> => {
  const root = project(app)
  await main(['dockerfile', '--yes'], fakeContext(root))
  for (const path of edited)
    writeFileSync(join(root, path), `${readFileSync(join(root, path), 'utf8')}// mine\n`)
  return root
}

/** Which of the edited files are still as they were edited. */
const keptIn = (root: string): string[] =>
  edited.filter((path) => readFileSync(join(root, path), 'utf8').endsWith('// mine\n'))

const labels = [
  'keep yours',
  'overwrite it',
  'show the difference again',
  'overwrite this and all others',
  'quit; nothing is written',
]

/** Goes down to the answer and takes it. */
const answer = async (terminal: Terminal, question: string, label: string): Promise<void> => {
  await terminal.shows(`◆  ${question} differs`)
  await choose(terminal, labels.slice(0, labels.indexOf(label) + 1))
}

describe.skipIf(reason !== null)('a file that differs, in a terminal', () => {
  const [first, second] = ['Dockerfile', 'docker-entrypoint.js']

  it.each<[string, [string, string][], { code: number; kept: string[] }]>([
    [
      'Enter alone keeps it',
      [
        [first, 'keep yours'],
        [second, 'keep yours'],
      ],
      { code: 0, kept: edited },
    ],
    [
      'overwritten',
      [
        [first, 'overwrite it'],
        [second, 'keep yours'],
      ],
      { code: 0, kept: [second] },
    ],
    [
      'shown again, then overwritten',
      [
        [first, 'keep yours'],
        [second, 'show the difference again'],
        [second, 'overwrite it'],
      ],
      { code: 0, kept: [first] },
    ],
    [
      'all are overwritten after one answer',
      [[first, 'overwrite this and all others']],
      { code: 0, kept: [] },
    ],
    [
      'quit after one was overwritten: nothing is',
      [
        [first, 'overwrite it'],
        [second, 'quit; nothing is written'],
      ],
      { code: 1, kept: edited },
    ],
  ])('%s', async (_, answers, { code, kept }) => {
    const root = await editedApp()
    const terminal = inTerminal([cli, 'dockerfile'], root)
    for (const [question, label] of answers) await answer(terminal, question, label)
    expect(await terminal.end()).toBe(code)
    expect(keptIn(root)).toEqual(kept)
  })

  it('shows the difference before it asks, and is left alone by Ctrl-C', async () => {
    const root = await editedApp()
    const terminal = inTerminal([cli, 'dockerfile'], root)
    await terminal.shows('-// mine')
    await terminal.shows('● keep yours')
    terminal.type(keys.ctrlC)
    expect(await terminal.end()).toBe(130)
    expect(keptIn(root)).toEqual(edited)
  })
})

describe.skipIf(reason !== null)('launch, in a terminal', () => {
  it('writes nothing when it is stopped at its first question', async () => {
    const root = project(app)
    const terminal = inTerminal([cli, 'launch'], root)
    await asks(terminal, 'Do you want to tweak these settings before proceeding? (y/N)')
    terminal.type(keys.ctrlC)
    await terminal.shows('[SW-STOPPED]')
    expect(await terminal.end()).toBe(130)
    expect(existsSync(join(root, 'Dockerfile'))).toBe(false)
  })
})
