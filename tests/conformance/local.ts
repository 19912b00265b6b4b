import { onTestFinished } from 'vitest'
import type { LocalStatus } from '../../src/platforms/local/status.ts'
import { type ExampleName, exampleApp, noSecrets } from '../support/example-app.ts'
import { freePort } from '../support/free-port.ts'
import { killAll } from '../support/kill-all.ts'
import { litestreams } from '../support/litestreams.ts'
import { restorer } from '../support/restoring.ts'
import type { AppFacts, Site } from './site.ts'

/** An example app with a machine, a volume and a bucket on this computer. */
export const onLocal = async (name: ExampleName, facts: AppFacts): Promise<Site> => {
  const app = await exampleApp(name)
  onTestFinished(() => app.remove())
  const port = await freePort()
  const litestream = { SEAWORTHY_LITESTREAM: litestreams[0]?.path }
  const { run, rowsAt, momentWith } = restorer(app.root, litestream, facts)
  const seaworthy: Site['seaworthy'] = (words) =>
    app.seaworthy(words.split(' '), { ...noSecrets, ...litestream })
  return {
    facts,
    words: {
      launch: [`local deploy --port ${port}`],
      deploy: 'local deploy',
      status: 'local status --json',
      stop: 'local stop',
      start: 'local start',
      loseMachine: 'local destroy machine --yes',
      loseVolume: 'local destroy volume --yes',
    },
    seaworthy,
    status: (json) => {
      const { machine, volume, backup }: LocalStatus = JSON.parse(json)
      return { isRunning: machine?.state === 'started', hasVolume: volume.exists, backup }
    },
    url: async () => `http://127.0.0.1:${port}`,
    kill: async () => {
      const { machine }: LocalStatus = JSON.parse((await seaworthy('local status --json')).stdout)
      await killAll(machine?.pid)
    },
    restored: rowsAt,
    momentWith,
    replace: async (moment) => {
      const { code, stderr } = await run('--replace', '--yes', '--at', moment.toISOString())
      if (code !== 0) throw new Error(stderr)
    },
  }
}
