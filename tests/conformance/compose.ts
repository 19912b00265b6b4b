import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { ComposeStatus } from '../../src/platforms/compose/status.ts'
import { composeApp } from '../support/compose-app.ts'
import { freePort } from '../support/free-port.ts'
import { litestreams } from '../support/litestreams.ts'
import { restorer } from '../support/restoring.ts'
import type { AppFacts, Site } from './site.ts'

/** An app of the image tests on a Docker engine, with a bucket server beside it. */
export const onCompose = async (facts: AppFacts): Promise<Site> => {
  const { root, ports, docker, seaworthy, remove } = await composeApp()
  onTestFinished(remove)
  const bucketPort = await freePort()
  const publish = `  bucket: { ports: ["127.0.0.1:${bucketPort}:7070"] }\n`
  appendFileSync(join(root, 'compose.override.yaml'), publish)
  // A lost machine is waited for this long.
  appendFileSync(join(root, '.env.production'), 'SEAWORTHY_LEASE_TTL=5\n')
  const { rowsAt, momentWith } = restorer(root, bucketFrom(bucketPort), facts)
  return {
    facts,
    words: {
      launch: ['launch --yes --now'],
      deploy: 'deploy',
      status: 'compose status --json',
      stop: 'compose stop',
      start: 'compose start',
      loseMachine: 'compose destroy container --yes',
      loseVolume: 'compose destroy volume --yes',
    },
    seaworthy: (words) => seaworthy(...words.split(' ')),
    status: (json) => {
      const { container, volume, backup }: ComposeStatus = JSON.parse(json)
      return { isRunning: container?.state === 'running', hasVolume: volume !== null, backup }
    },
    url: async () => `http://127.0.0.1:${ports.app}`,
    kill: async () => {
      const { container }: ComposeStatus = JSON.parse((await seaworthy('compose', 'status', '--json')).stdout)
      await docker('kill', container?.id ?? '')
    },
    restored: rowsAt,
    momentWith,
    // As docs/restore.md has it.
    replace: async (moment) => {
      const words = ['seaworthy', 'restore', '--replace', '--yes', '--at', moment.toISOString()]
      await docker('compose', 'run', '--rm', '--no-TTY', '--entrypoint', 'npx', 'app', ...words)
    },
  }
}

/** As .env.production has it, from outside of its network. */
const bucketFrom = (port: number): Record<string, string | undefined> => ({
  AWS_ACCESS_KEY_ID: 'try',
  AWS_SECRET_ACCESS_KEY: 'try-and-see',
  AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
  AWS_REGION: 'us-east-1',
  BUCKET_NAME: 'app',
  SEAWORTHY_LITESTREAM: litestreams[0]?.path,
})
