import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { inspect, restoredFrom } from '../support/database-check.ts'
import { startFaultProxy } from '../support/fault-proxy.ts'
import { litestreams } from '../support/litestreams.ts'
import { contentsOf, Ledger } from '../support/load.ts'
import { newHost } from '../support/machine.ts'
import { runsOr, seededRandom } from '../support/random.ts'
import { hasS3Server, startS3Server } from '../support/s3-server.ts'

const runs = runsOr(8)

/** An app that writes all the time, and a store so far away that something is on its way at nearly every moment. */
const newWriter = async (litestream: string) => {
  const s3 = await startS3Server()
  onTestFinished(s3.stop)
  const proxy = await startFaultProxy(s3.config)
  onTestFinished(proxy.close)
  await proxy.set('far')
  const host = await newHost()
  const ledger = new Ledger(host)
  const keys = { SEAWORTHY_BUCKET_DIR: undefined, ...s3.env }
  const env = { SEAWORTHY_LITESTREAM: litestream, LEDGER: ledger.file, ...keys }
  return {
    ledger,
    start: () => host.start({ ...env, AWS_ENDPOINT_URL_S3: proxy.endpoint }, ['node', 'load.js']),
    local: () => inspect(join(host.volume, 'dev.db'), contentsOf),
    restored: () => restoredFrom(host, litestream, contentsOf, keys),
  }
}

describe.runIf(hasS3Server).each(litestreams)(
  'a store far away, Litestream $dialect',
  ({ path, dialect }) => {
    it(`holds all that was written at each of ${runs} clean stops`, {
      timeout: 60_000 + runs * 20_000,
    }, async () => {
      const random = seededRandom(`far store, Litestream ${dialect}`)
      const { ledger, start, local, restored } = await newWriter(path)
      for (let run = 0; run < runs; run++) {
        const machine = start()
        await machine.reached('replicate')
        await ledger.grows(machine, random.ms(50, 200))
        expect(await machine.stop(), machine.output()).toBe(0)
        expect(machine.outcome('stop'), machine.output()).toBe('confirmed')
        expect(await restored(), `stop ${run}\n${machine.output()}`).toEqual(local())
      }
    })
  },
)
