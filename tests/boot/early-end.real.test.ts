import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { newHost } from '../support/machine.ts'
import { hasS3Server, startS3Server, waitUntil } from '../support/s3-server.ts'

const answers = (port: number) =>
  fetch(`http://127.0.0.1:${port}/rows`).then(
    () => true,
    () => false,
  )

/** A store whose answers take a while, those to uploads longer, and lists the longest. */
const slowStore = async (endpoint: string, ms: () => number): Promise<string> => {
  const server = createServer(async (incoming, outgoing) => {
    const isList = incoming.url?.includes('list-type')
    await sleep(isList ? ms() * 1.6 : incoming.method === 'PUT' ? ms() : ms() / 3)
    const { method = 'GET', headers } = incoming
    const forward = request(new URL(incoming.url ?? '', endpoint), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(outgoing)
    })
    forward.on('error', () => outgoing.destroy())
    incoming.pipe(forward)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('a start that is stopped before its app runs', () => {
  it.skipIf(!hasS3Server)('starts no app while it lets its lease go', async () => {
    const host = await newHost()
    const store = await startS3Server()
    onTestFinished(store.stop)
    let ms = 0
    const slow = await slowStore(store.config.endpoint, () => ms)
    const env = { SEAWORTHY_BUCKET_DIR: undefined, ...store.env, AWS_ENDPOINT_URL_S3: slow }
    const first = host.start(env)
    await first.ready()
    expect(await first.stop(), first.output()).toBe(0)
    ms = 1_500
    const second = host.start(env)
    await second.reached('lease')
    expect(await second.stop(), second.output()).toBe(143)
    expect(second.log.map(({ step }) => step)).not.toContain('launch')
    expect(await answers(host.port)).toBe(false)
  })

  it('lets its lease go, whatever other signals come', async () => {
    const host = await newHost()
    writeFileSync(join(host.image, 'prisma/seed.js'), `console.log('seeding'); setTimeout(() => {}, 60_000)`)
    const machine = host.start()
    await waitUntil(() => machine.output().includes('seeding'))
    for (let signal = 0; signal < 3; signal++) process.kill(machine.pid, 'SIGTERM')
    expect(await machine.exited, machine.output()).toBe(143)
    const heads = readdirSync(host.bucketDir, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.head.json'),
    )
    const [head = ''] = heads.map((name) => readFileSync(join(host.bucketDir, name), 'utf8'))
    expect(JSON.parse(head).lease).toBe(null)
  })

  it('does not take a seed that was cut off for one that has run, however well it ends', async () => {
    const host = await newHost()
    const seed = join(host.image, 'prisma/seed.js')
    const row = (text: string) => `database.exec(\`INSERT INTO "Row" ("text") VALUES ('${text}')\`)`
    writeFileSync(
      seed,
      `import { open } from '../database.js'
       const database = open()
       ${row('half')}
       process.on('SIGTERM', () => process.exit(0))
       console.log('seeding')
       setTimeout(() => {}, 60_000)`,
    )
    const cutOff = host.start()
    await waitUntil(() => cutOff.output().includes('seeding'))
    expect(await cutOff.stop(), cutOff.output()).toBe(143)
    writeFileSync(seed, `import { open } from '../database.js'\nconst database = open()\n${row('whole')}`)
    const machine = host.start()
    await machine.ready()
    expect(await machine.rows()).toEqual(['whole'])
  })
})

it('a start script without migrate() runs an app that makes its own database', async () => {
  const host = await newHost()
  const steps = ['link()', 'restore()', 'replicate()', 'launch()'].map((step) => `await db.${step}`)
  writeFileSync(
    join(host.image, 'start.js'),
    `import { database } from 'seaworthy/boot'
     const db = database({ file: 'prisma/dev.db', volume: '/data' })
     ${steps.join('\n')}`,
  )
  writeFileSync(
    join(host.image, 'own.js'),
    `import { open } from './database.js'
     setTimeout(() => {
       const database = open()
       database.exec('PRAGMA journal_mode = WAL; CREATE TABLE "Own" ("id" INTEGER)')
       process.on('SIGTERM', () => (database.close(), process.exit(0)))
       console.log('made')
       setInterval(() => {}, 1000)
     }, 300)`,
  )
  const machine = host.start({}, ['node', 'own.js'])
  await waitUntil(() => machine.output().includes('made'))
  expect(await machine.stop(), machine.output()).toBe(0)
})

it('a start from a shell of the app before it does not end itself', async () => {
  const host = await newHost()
  const killed = host.start()
  await killed.ready()
  process.kill(killed.pid, 'SIGKILL')
  const mark = readFileSync(join(host.volume, '.seaworthy/running.json'), 'utf8')
  const machine = host.start({ SEAWORTHY_RUN: `${JSON.parse(mark).machine}.0` })
  await machine.ready()
  expect(await machine.stop(), machine.output()).toBe(0)
})
