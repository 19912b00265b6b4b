import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { hasS3Server, type S3Server, startS3Server, waitUntil } from '../support/s3-server.ts'
import { apps, type ImageApp } from './apps.ts'
import { notesInBucket } from './backup.ts'
import type { ContainerTool } from './container-tool.ts'
import { containerTool, removeLeftovers } from './container-tools.ts'
import { launchApp, packSeaworthy } from './launched-app.ts'
import { type ImageMachine, startMachine } from './machine.ts'

/*
 * Each app is launched, built into an image by the Dockerfile that was written, started with a volume and a bucket, lost with
 * its volume, and started again.
 */

const tool = containerTool()
const folder = mkdtempSync(join(tmpdir(), 'seaworthy-images-'))
let tarball = ''

beforeAll(async () => {
  if (tool && hasS3Server) tarball = await packSeaworthy(folder)
})

afterAll(async () => {
  rmSync(folder, { recursive: true })
  await removeLeftovers()
})

it.skipIf(!hasS3Server || !tool).concurrent.each(apps)('the image of $name', async (app) => {
  if (!tool) return
  const image = await build(tool, app)
  const s3 = await startS3Server()
  try {
    await expectSlim(tool, image, app)
    const start = () => startMachine(tool, image, s3.env)
    await during(await start(), (machine) => firstLife(machine, s3))
    await during(await start(), (machine) => secondLife(machine, s3))
  } finally {
    s3.stop()
    await tool.remove(image)
  }
})

const build = async ({ build }: ContainerTool, app: ImageApp): Promise<string> => {
  const began = Date.now()
  const { context, dockerfile, remove } = await launchApp(app, tarball)
  const image = await build(context, dockerfile, `seaworthy-image-${app.name}`).finally(remove)
  console.log(`${app.name}: built in ${Math.round((Date.now() - began) / 1000)} s`)
  return image
}

/** Without the databases of its developer and what only building needs. */
const expectSlim = async (tool: ContainerTool, image: string, { name, absent }: ImageApp): Promise<void> => {
  const files = await tool.files(image)
  // Its first start compiles nothing.
  expect(files.some((file) => /\/seaworthy\/dist\/boot\.cjs\..*\.cache$/.test(file))).toBe(true)
  console.log(`${name}: ${Math.round((await tool.size(image)) / 1e6)} MB`)
  const isAbsent = (path: string) => absent.some((one) => path.endsWith(`/node_modules/${one}/package.json`))
  expect(files.filter((path) => /\/dev\.db/.test(path) || isAbsent(path))).toEqual([])
}

const firstLife = async (machine: ImageMachine, { config }: S3Server): Promise<void> => {
  expect(decisions(machine)).toEqual(['created', 'migrated', 'seeded'])
  expect(await machine.notes()).toEqual(['Welcome aboard'])
  expect(machine.health).toEqual({ notes: 1, uid: expect.any(Number) })
  expect(machine.health.uid).not.toBe(0)
  expect(statSync(join(machine.volume, 'dev.db')).uid).toBe(machine.health.uid)
  for (const text of ['one', 'two', 'three']) await machine.add(text)
  await waitUntil(async () => (await notesInBucket(config, machine.volume)).length === 4, patienceMs)
}

const secondLife = async (machine: ImageMachine, { config }: S3Server): Promise<void> => {
  expect(decisions(machine)).toEqual(['restored', 'nothing-pending', 'already-seeded'])
  expect(await machine.notes()).toEqual(['Welcome aboard', 'one', 'two', 'three'])
  await machine.add('the last one')
  // Not every server has an exit code of its own for SIGTERM.
  expect([0, 143]).toContain(await machine.stop())
  expect(await notesInBucket(config, machine.volume)).toContain('the last one')
}

const decisions = (machine: ImageMachine): (string | undefined)[] =>
  ['restore', 'migrate', 'seed'].map(machine.outcome)

/** Afterwards machine and volume are lost, whatever came of it. */
const during = async (
  machine: ImageMachine,
  work: (machine: ImageMachine) => Promise<void>,
): Promise<void> => {
  try {
    await work(machine)
  } catch (error) {
    console.log(machine.output())
    throw error
  } finally {
    await machine.lose()
  }
}

const patienceMs = 60_000
