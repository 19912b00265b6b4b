import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { S3Config } from '../../src/bucket/bucket.ts'
import { freePort } from './free-port.ts'
import { goBinary } from './litestreams.ts'

export interface S3Server {
  config: S3Config
  /** The five secrets. */
  env: Record<string, string>
  /** Makes another bucket. */
  makeBucket(name: string): Promise<void>
  stop(): void
}

const binary = goBinary('versitygw')

/** Whether a real S3 server can be started here; tests that need one skip without it. */
export const hasS3Server = binary !== undefined
if (!hasS3Server) console.warn('skipped: no versitygw on this machine (.ci/run installs it)')

/** A real S3 server (versitygw) on loopback with an empty bucket. */
export const startS3Server = async (secret = 'a: *test* "secret"'): Promise<S3Server> => {
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-s3-'))
  mkdirSync(join(folder, 'store', 'backups'), { recursive: true })
  const port = await freePort()
  const keys = { access: 'a-test-key', secret }
  const child = spawn(
    binary ?? '',
    ['--port', `127.0.0.1:${port}`, 'posix', '--sidecar', mkdirIn(folder, 'meta'), join(folder, 'store')],
    { stdio: 'ignore', env: { ...process.env, ROOT_ACCESS_KEY: keys.access, ROOT_SECRET_KEY: keys.secret } },
  )
  const config: S3Config = {
    kind: 's3',
    bucket: 'backups',
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    accessKeyId: keys.access,
    secretAccessKey: keys.secret,
  }
  await waitUntil(() => fetch(config.endpoint).then(() => true))
  return {
    config,
    env: {
      AWS_ACCESS_KEY_ID: keys.access,
      AWS_SECRET_ACCESS_KEY: keys.secret,
      AWS_ENDPOINT_URL_S3: config.endpoint,
      AWS_REGION: config.region,
      BUCKET_NAME: config.bucket,
    },
    makeBucket: async (name) => void mkdirIn(join(folder, 'store'), name),
    stop: () => {
      child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Tries again, every 20 ms, until it is true or the time is over. */
export const waitUntil = async (
  isSo: () => Promise<boolean> | boolean,
  timeoutMs = 20_000,
): Promise<void> => {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    if (await Promise.resolve(isSo()).catch(() => false)) return
    if (Date.now() > deadline) throw new Error(`it did not come about within ${timeoutMs / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const mkdirIn = (folder: string, name: string): string => {
  mkdirSync(join(folder, name))
  return join(folder, name)
}
