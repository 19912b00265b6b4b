import { onTestFinished } from 'vitest'
import type { FlyStatus } from '../../src/platforms/fly/status.ts'
import { type ExampleName, exampleApp } from '../support/example-app.ts'
import { bucketFolder, volumeFolder } from '../support/flyctl/run.ts'
import { account } from '../support/flyctl.ts'
import { killAll } from '../support/kill-all.ts'
import { litestreams } from '../support/litestreams.ts'
import { restorer } from '../support/restoring.ts'
import type { AppFacts, Site } from './site.ts'

/** An example app on a stand-in for Fly, whose machines are processes, volumes and buckets folders. */
export const onFly = async (name: ExampleName, facts: AppFacts): Promise<Site> => {
  const fly = account({ isRunning: true })
  const app = await exampleApp(name)
  onTestFinished(() => app.remove())
  const litestream = { SEAWORTHY_LITESTREAM: litestreams[0]?.path }
  const env = { ...fly.env(), ...litestream }
  const present = () => fly.world().apps.logbook
  const machine = () => present()?.machines[0]
  const backup = () => {
    const bucket = {
      ...litestream,
      SEAWORTHY_BUCKET_DIR: bucketFolder(fly.folder, present()?.bucket ?? ''),
    }
    const [volume] = present()?.volumes ?? []
    return {
      inFile: restorer(app.root, bucket, facts),
      onVolume: restorer(app.root, {
        ...bucket,
        SEAWORTHY_VOLUME: volumeFolder(fly.folder, volume?.id ?? ''),
      }),
    }
  }
  return {
    facts,
    words: {
      launch: ['launch --yes --now --region ams'],
      deploy: 'deploy',
      status: 'fly status --json',
      stop: 'fly stop',
      start: 'fly start',
      loseMachine: 'fly destroy machine --yes',
      loseVolume: 'fly destroy volume --yes',
    },
    seaworthy: (words) => app.seaworthy(words.split(' '), env),
    status: (json) => {
      const status: FlyStatus = JSON.parse(json)
      const isRunning = status.machine?.state === 'started'
      return { isRunning, hasVolume: status.volume !== null, backup: status.backup }
    },
    // The real address is Fly's.
    url: async () => `http://127.0.0.1:${machine()?.release?.port}`,
    kill: () => killAll(machine()?.pid),
    restored: (moment) => backup().inFile.rowsAt(moment),
    momentWith: (text) => backup().inFile.momentWith(text),
    replace: async (moment) => {
      const { code, stderr } = await backup().onVolume.run('--replace', '--yes', '--at', moment.toISOString())
      if (code !== 0) throw new Error(stderr)
    },
  }
}
