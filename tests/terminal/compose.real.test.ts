import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { deployed, dockerProgram, unfilled } from '../support/docker-answers.ts'
import { flyApp } from '../support/fly-app.ts'
import { project } from '../support/project.ts'
import { hasS3Server, startS3Server } from '../support/s3-server.ts'
import { answers, asks, choose, inTerminal, say, whyNoTerminal } from '../support/terminal.ts'

const cli = join(import.meta.dirname, '..', '..', 'bin', 'seaworthy.mjs')
const reason = whyNoTerminal()
if (reason !== null) console.log(`skipped: launch with compose in a terminal: ${reason}`)

const tweakQuestion = 'Do you want to tweak these settings before proceeding? (y/N)'
const goOn = 'make .env.production and deploy? (y/N)'

describe.skipIf(reason !== null)('launch with compose as a conversation', () => {
  it('is a target to choose, with its own settings, and goes on to the deployment', async () => {
    const root = project(flyApp)
    const docker = dockerProgram(deployed())
    const terminal = inTerminal([cli, 'launch'], root, docker.env)
    await say(terminal, tweakQuestion, 'y')
    await choose(terminal, ['all is well', 'Name', 'Target'])
    await choose(terminal, ['Fly', 'compose.yaml'])
    await choose(terminal, ['all is well', 'Name', 'Target', 'Domain'])
    await terminal.shows('◆  Domain')
    terminal.type('not a name\r')
    await terminal.shows('A name such as example.com.')
    terminal.type(`${'\u007f'.repeat(10)}example.com\r`)
    await choose(terminal, [
      ...[
        'all is well',
        'Name',
        'Target',
        'Domain',
        'Context of Docker',
        'Port',
        'Bucket',
        'Seed',
        'Bucket server',
      ],
    ])
    await choose(terminal, ['any S3 store', 'a bucket on the same machine'])
    await choose(terminal, ['all is well'])
    await terminal.shows('example.com')
    await terminal.shows('on the same machine, for a try')
    await say(terminal, tweakQuestion, 'n')
    await terminal.shows('create compose.yaml')
    await say(terminal, goOn, 'y')
    await asks(terminal, 'cp .env.production.example .env.production')
    terminal.type('y')
    await say(terminal, 'docker compose build app', 'y')
    await terminal.shows('https://example.com')
    expect(await terminal.end()).toBe(0)
    expect(existsSync(join(root, 'fly.toml'))).toBe(false)
    const secrets = join(root, '.env.production')
    expect(readFileSync(secrets, 'utf8')).toMatch(/^BUCKET_NAME=app$[\s\S]*^SESSION_SECRET=\S{43}$/m)
    expect(statSync(secrets).mode & 0o777).toBe(0o600)
  })

  it.skipIf(!hasS3Server)('asks for what .env.production lacks, and tries the bucket', async () => {
    const s3 = await startS3Server('a $ecret')
    onTestFinished(s3.stop)
    const root = project(flyApp)
    const docker = dockerProgram([unfilled, ...deployed()])
    const terminal = inTerminal([cli, 'launch', '--target', 'compose'], root, docker.env)
    await say(terminal, tweakQuestion, 'n')
    await say(terminal, goOn, 'y')
    await say(terminal, 'cp .env.production.example .env.production', 'y')
    const answer = async (bucket: string) => {
      await answers(terminal, 'AWS_ACCESS_KEY_ID', s3.config.accessKeyId)
      await answers(terminal, 'AWS_ENDPOINT_URL_S3', s3.config.endpoint)
      await answers(terminal, 'AWS_REGION', `${'\u007f'.repeat(4)}${s3.config.region}`)
      await answers(terminal, 'AWS_SECRET_ACCESS_KEY', s3.config.secretAccessKey)
      await answers(terminal, 'BUCKET_NAME', bucket)
    }
    await answer('no-such-bucket')
    await terminal.shows('The bucket cannot be had with these values')
    await say(terminal, 'Keep them all the same?', 'n')
    await answer(s3.config.bucket)
    await say(terminal, 'docker compose build app', 'y')
    expect(await terminal.end()).toBe(0)
    const secrets = readFileSync(join(root, '.env.production'), 'utf8')
    expect(secrets).toContain(`AWS_SECRET_ACCESS_KEY='a $ecret'\n`)
    expect(secrets).toMatch(/^AWS_REGION=us-east-1$/m)
    expect(secrets).toMatch(/^BUCKET_NAME=backups$/m)
  })

  it('leaves the secrets and Docker alone when told so', async () => {
    const root = project(flyApp)
    const terminal = inTerminal([cli, 'launch', '--target', 'compose'], root, dockerProgram(deployed()).env)
    await say(terminal, tweakQuestion, 'n')
    await say(terminal, goOn, 'y')
    await say(terminal, 'cp .env.production.example .env.production', 'n')
    await terminal.shows('Go on with: npx seaworthy launch --now')
    expect(await terminal.end()).toBe(0)
    expect(existsSync(join(root, '.env.production'))).toBe(false)
  })
})
