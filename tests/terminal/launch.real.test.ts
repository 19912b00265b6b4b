import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { flyApp } from '../support/fly-app.ts'
import { type Account, account } from '../support/flyctl.ts'
import { project } from '../support/project.ts'
import { asks, choose, inTerminal, keys, say, type Terminal, whyNoTerminal } from '../support/terminal.ts'

const cli = join(import.meta.dirname, '..', '..', 'bin', 'seaworthy.mjs')
const reason = whyNoTerminal()
if (reason !== null) console.log(`skipped: launch in a terminal: ${reason}`)

const tweakQuestion = 'Do you want to tweak these settings before proceeding? (y/N)'
const goOn = 'create the app on Fly and deploy it? (y/N)'

const launchIn = (root: string, fly: Account): Terminal => inTerminal([cli, 'launch'], root, fly.env())

describe.skipIf(reason !== null)('launch as a conversation', () => {
  it('shows plan, files and commands, asks before each, and makes it', async () => {
    const [root, fly] = [project(flyApp), account()]
    const terminal = launchIn(root, fly)
    await terminal.shows('Name:')
    await say(terminal, tweakQuestion, 'n')
    await terminal.shows('create fly.toml')
    await terminal.shows('fly deploy --ha=false')
    await say(terminal, goOn, 'y')
    await choose(terminal, ['Amsterdam, Netherlands (ams)'])
    await say(terminal, 'fly apps create logbook --org personal', 'y')
    await say(terminal, 'fly storage create --app logbook --name logbook-', 'y')
    await say(terminal, 'fly secrets import --stage --app logbook', 'y')
    await say(terminal, 'fly volumes create data --region ams', 'y')
    await say(terminal, 'fly deploy --ha=false', 'y')
    await terminal.shows('https://logbook.fly.dev')
    await terminal.shows('confirmed to p1')
    expect(await terminal.end()).toBe(0)
    expect(readFileSync(join(root, 'fly.toml'), 'utf8')).toContain('primary_region = "ams"')
    expect(fly.world().apps.logbook?.machines).toMatchObject([{ state: 'started', region: 'ams' }])
  })

  it('goes on where Ctrl-C stopped it', async () => {
    const [root, fly] = [project(flyApp), account()]
    const first = launchIn(root, fly)
    await say(first, tweakQuestion, 'n')
    await say(first, goOn, 'y')
    await choose(first, ['Amsterdam, Netherlands (ams)', 'Ashburn, Virginia (US) (iad)'])
    await say(first, 'fly apps create', 'y')
    await asks(first, 'fly storage create')
    first.type(keys.ctrlC)
    await first.shows('[SW-STOPPED]')
    await first.shows('On Fly there is so far: app.')
    expect(await first.end()).toBe(130)
    expect(fly.world().apps.logbook?.bucket).toBeNull()

    const second = launchIn(root, fly)
    await say(second, tweakQuestion, 'n')
    await say(second, goOn, 'y')
    await second.shows('app: is there already')
    await say(second, 'fly storage create', 'y')
    await say(second, 'fly secrets import', 'n')
    await second.shows('Go on with: npx seaworthy launch')
    expect(await second.end()).toBe(0)
    expect(fly.times('apps create')).toBe(1)
    expect(fly.times('deploy')).toBe(0)
  })

  it('lets settings be edited, shows the plan again, and leaves Fly alone when told so', async () => {
    const [root, fly] = [project(flyApp), account()]
    const terminal = launchIn(root, fly)
    await say(terminal, tweakQuestion, 'y')
    await choose(terminal, ['all is well', 'Name', 'Target', 'Region', 'Machine size', 'Memory in MB'])
    await terminal.shows('◆  Memory in MB')
    terminal.type('\u007f'.repeat(4))
    terminal.type('5\r')
    await terminal.shows('At least 256 megabytes')
    terminal.type('12\r')
    await choose(terminal, [
      ...['all is well', 'Name', 'Target', 'Region', 'Machine size', 'Memory in MB', 'Port'],
      ...['Volume in GB', 'Volume grows to', "Days of Fly's snapshots", 'Bucket'],
    ])
    await choose(terminal, ['back the database up', 'no backup'])
    await choose(terminal, ['all is well'])
    await terminal.shows('512MB RAM')
    await say(terminal, tweakQuestion, 'n')
    await say(terminal, goOn, 'n')
    expect(await terminal.end()).toBe(0)
    expect(readFileSync(join(root, 'fly.toml'), 'utf8')).toContain('memory = "512mb"')
    expect(existsSync(join(root, 'litestream.yml'))).toBe(false)
    expect(fly.calls()).toEqual([])
  })

  it('Ctrl-C in the editor leaves nothing written', async () => {
    const [root, fly] = [project(flyApp), account()]
    const terminal = launchIn(root, fly)
    await say(terminal, tweakQuestion, 'y')
    await terminal.shows('● all is well')
    terminal.type(keys.ctrlC)
    await terminal.shows('[SW-STOPPED]')
    expect(await terminal.end()).toBe(130)
    expect(existsSync(join(root, 'fly.toml'))).toBe(false)
    expect(existsSync(join(root, '.seaworthy'))).toBe(false)
  })
})
