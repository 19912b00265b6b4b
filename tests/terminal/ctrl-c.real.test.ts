import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { deployed, dockerProgram } from '../support/docker-answers.ts'
import { flyApp } from '../support/fly-app.ts'
import { account } from '../support/flyctl.ts'
import { isGone } from '../support/process-tree.ts'
import { project } from '../support/project.ts'
import { waitUntil } from '../support/s3-server.ts'
import { asks, inTerminal, keys, say, type Terminal, whyNoTerminal } from '../support/terminal.ts'
import { seaworthy, treeOf } from '../support/typed.ts'

const cli = join(import.meta.dirname, '..', '..', 'bin', 'seaworthy.mjs')
const reason = whyNoTerminal()
if (reason !== null) console.log(`skipped: Ctrl-C in a terminal: ${reason}`)

const launched = async (words: string): Promise<string> => {
  const root = project(flyApp)
  expect((await seaworthy(root, words)).code).toBe(0)
  return root
}

/** Ctrl-C when the program hangs; it is gone when seaworthy has ended. */
const stopIn = async (terminal: Terminal, hanging: () => number): Promise<void> => {
  await waitUntil(() => hanging() !== 0)
  terminal.type(keys.ctrlC)
  await terminal.shows('[SW-STOPPED]')
}

describe.skipIf(reason !== null)('Ctrl-C while another program runs', () => {
  it('ends flyctl, says what there is on Fly, and the next launch goes on from there', async () => {
    const [root, fly] = [project(flyApp), account()]
    const words = [cli, 'launch', '--yes', '--now', '--region', 'ams']
    fly.fail({ 'storage create': 'hang' })
    const terminal = inTerminal(words, root, fly.env())
    await stopIn(terminal, fly.hanging)
    await terminal.shows('On Fly there is so far: app.')
    expect(await terminal.end()).toBe(130)
    expect(isGone(fly.hanging())).toBe(true)

    fly.fail({})
    expect(await inTerminal(words, root, fly.env()).end()).toBe(0)
    expect([fly.times('apps create'), fly.times('storage create')]).toEqual([1, 1])
  })

  it.each([
    ['docker', 'hang'],
    ['a docker that does not hear it', 'hang on'],
  ])('ends %s', async (_, how) => {
    const root = await launched('launch --yes --target compose')
    writeFileSync(join(root, '.env.production'), '')
    const docker = dockerProgram([['compose build app', how], ...deployed()])
    const terminal = inTerminal([cli, 'deploy'], root, docker.env)
    await stopIn(terminal, docker.hanging)
    expect(await terminal.end()).toBe(130)
    expect(isGone(docker.hanging())).toBe(true)
  })
})

describe.skipIf(reason !== null)('a question about the whole database', () => {
  const replaced = 'The database on the volume /data is replaced'

  it.each([
    ['detach', 'launch --yes', 'Go on? (y/N)'],
    ['attach', 'launch --yes --no-backup', 'Go on? (y/N)'],
    ['restore --replace', 'launch --yes', replaced],
  ])('of %s is left by Ctrl-C with all as it was', async (words, before, question) => {
    const root = await launched(before)
    const files = treeOf(root)
    const terminal = inTerminal([cli, ...words.split(' ')], root)
    await asks(terminal, question)
    terminal.type(keys.ctrlC)
    await terminal.shows('[SW-STOPPED]')
    expect(await terminal.end()).toBe(130)
    expect(treeOf(root)).toEqual(files)
  })

  it.each([
    ['detach', 'Go on? (y/N)', 'SW-STOPPED'],
    ['restore --replace', replaced, 'SW-CONFIRM'],
  ])('of %s is answered with no', async (words, question, code) => {
    const root = await launched('launch --yes')
    const files = treeOf(root)
    const terminal = inTerminal([cli, ...words.split(' ')], root)
    await say(terminal, question, 'n')
    await terminal.shows(`[${code}]`)
    expect(await terminal.end()).toBe(1)
    expect(treeOf(root)).toEqual(files)
  })

  it('answered with yes detaches, and Ctrl-C at the bucket leaves the bucket; attach brings all back', async () => {
    const root = await launched('launch --yes')
    const files = treeOf(root, ['manifest.json'])
    const first = inTerminal([cli, 'detach'], root)
    await first.shows('delete    litestream.yml')
    await say(first, 'Go on? (y/N)', 'y')
    await asks(first, 'Every backup in the bucket is deleted')
    first.type(keys.ctrlC)
    expect(await first.end()).toBe(130)
    const detached = await launchedAgain(root)
    expect(detached.backup).toBeNull()

    const second = inTerminal([cli, 'attach'], root)
    await second.shows('create    litestream.yml')
    await say(second, 'Go on? (y/N)', 'y')
    await second.shows('fly storage create')
    expect(await second.end()).toBe(0)
    expect(treeOf(root, ['manifest.json'])).toEqual(files)
  })

  it('answered with yes replaces: without a bucket it says so', async () => {
    const terminal = inTerminal([cli, 'restore', '--replace'], await launched('launch --yes'))
    await say(terminal, replaced, 'y')
    await terminal.shows('[SW-RESTORE-NO-BUCKET]')
    expect(await terminal.end()).toBe(1)
  })
})

const launchedAgain = async (root: string) => JSON.parse((await seaworthy(root, 'plan --json')).stdout)
