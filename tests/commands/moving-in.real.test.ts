import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { main } from '../../src/main.ts'
import { fakeContext } from '../support/context.ts'
import { startEarlier } from '../support/earlier-machine.ts'
import { flyLaunch, flyLaunchBesideDockerfile } from '../support/earlier-setups.ts'
import { type Host, newHost } from '../support/machine.ts'
import { restorer } from '../support/restoring.ts'
import { hasS3Server, startS3Server } from '../support/s3-server.ts'

/** The app with its earlier set-up. What that names /data is this volume; its link is where the app looks. */
const setUp = ({ image, volume }: Host, files: Record<string, string>, script: string): void => {
  writeFileSync(
    join(image, 'prisma', 'schema.prisma'),
    'datasource db {\n  provider = "sqlite"\n  url = "file:./dev.db"\n}\n',
  )
  for (const path of ['package.json', 'Dockerfile', 'litestream.yml', 'fly.toml', script])
    writeFileSync(join(image, path), String(files[path]).replaceAll('./dev.db', './prisma/dev.db'))
  const runnable = (path: string) => readFileSync(join(image, path), 'utf8').replaceAll('/data', volume)
  writeFileSync(join(image, 'earlier.js'), runnable(script).replaceAll('litestream.yml', 'earlier.yml'))
  writeFileSync(join(image, 'earlier.yml'), runnable('litestream.yml'))
}

describe.skipIf(!hasS3Server)('moving in from fly launch', () => {
  it.each([
    ['docker-entrypoint.js', flyLaunch],
    ['dbsetup.js', flyLaunchBesideDockerfile],
  ])('keeps data and backup: %s', async (script, files) => {
    const s3 = await startS3Server('a-test-secret')
    onTestFinished(s3.stop)
    const host = await newHost()
    setUp(host, files, script)
    const keys = { SEAWORTHY_BUCKET_DIR: undefined, ...s3.env }

    const earlier = await startEarlier(host, 'earlier.js', s3.env)
    expect(await earlier.rows()).toEqual(['seed'])
    await earlier.add('theirs')
    const { rowsAt, momentWith } = restorer(host.image, s3.env)
    const before = await momentWith('theirs')
    await earlier.stop()

    const ctx = fakeContext(host.image)
    expect(await main(['launch', '--yes'], ctx), ctx.stderr.join('\n')).toBe(0)
    expect(ctx.stderr.join('\n') + ctx.stdout.join('\n')).toContain('SW-EARLIER-FLY-LAUNCH')
    expect(readFileSync(join(host.image, script), 'utf8')).toContain("from 'seaworthy/boot'")
    expect(readFileSync(join(host.image, 'litestream.yml'), 'utf8')).toContain('path: litestream/dev.db$')
    const copy = join(host.image, 'Dockerfile.before-seaworthy')
    expect(existsSync(copy)).toBe(script === 'docker-entrypoint.js')
    const text = readFileSync(join(host.image, script), 'utf8').replace(", user: 'node'", '')
    writeFileSync(join(host.image, 'start.js'), text)

    const ours = host.start(keys)
    await ours.ready()
    await ours.reached('replicate')
    expect(['restore', 'migrate', 'seed'].map(ours.outcome)).toEqual([
      'kept',
      'nothing-pending',
      'already-seeded',
    ])
    expect(ours.log.find(({ outcome }) => outcome === 'replicating')).toMatchObject({ timeline: 1 })
    await ours.add('ours')
    await momentWith('ours')
    expect(await ours.rows()).toEqual(['seed', 'theirs', 'ours'])
    expect(await ours.stop(), ours.output()).toBe(0)
    expect(await rowsAt(before)).toEqual(['seed', 'theirs'])

    host.loseVolume()
    const reborn = host.start(keys)
    await reborn.ready()
    expect(reborn.outcome('restore')).toBe('restored')
    expect(await reborn.rows()).toEqual(['seed', 'theirs', 'ours'])
    expect(await reborn.stop()).toBe(0)
  })

  it('restores the backup of the earlier set-up where the volume is lost before the first start', async () => {
    const s3 = await startS3Server('a-test-secret')
    onTestFinished(s3.stop)
    const host = await newHost()
    setUp(host, flyLaunch, 'docker-entrypoint.js')
    const earlier = await startEarlier(host, 'earlier.js', s3.env)
    await earlier.add('theirs')
    const { momentWith } = restorer(host.image, s3.env)
    await momentWith('theirs')
    await earlier.stop()
    await main(['launch', '--yes'], fakeContext(host.image))
    host.loseVolume()

    const ours = host.start({ SEAWORTHY_BUCKET_DIR: undefined, ...s3.env })
    await ours.ready()
    expect(['restore', 'migrate', 'seed'].map(ours.outcome)).toEqual([
      'restored',
      'nothing-pending',
      'already-seeded',
    ])
    expect(await ours.rows()).toEqual(['seed', 'theirs'])
    expect(readdirSync(host.volume)).toContain('dev.db')
    expect(await ours.stop()).toBe(0)
  })
})
