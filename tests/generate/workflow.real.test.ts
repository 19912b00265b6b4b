import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { run } from '../../src/command.ts'
import { generate } from '../../src/generate/generate.ts'
import { workflowPath } from '../../src/generate/workflow.ts'
import { buildPlan } from '../../src/plan/plan.ts'
import type { AppProfile } from '../../src/scan/profile.ts'
import { goBinary } from '../support/litestreams.ts'
import { profile } from '../support/profile.ts'
import { project } from '../support/project.ts'

const actionlint = goBinary('actionlint')
if (actionlint === undefined) console.warn('skipped: no actionlint on this machine (.ci/run installs it)')

const managers: [AppProfile['packageManager'], string][] = [
  [{ name: 'npm', version: null }, 'package-lock.json'],
  [{ name: 'npm', version: null }, ''],
  [{ name: 'pnpm', version: '9.0.0' }, 'pnpm-lock.yaml'],
  [{ name: 'pnpm', version: null }, 'pnpm-lock.yaml'],
  [{ name: 'yarn', version: '1.22.21' }, 'yarn.lock'],
  [{ name: 'yarn', version: '4.1.0' }, 'yarn.lock'],
  [{ name: 'bun', version: null }, 'bun.lock'],
]
const runtimes: AppProfile['runtime'][] = [
  { name: 'node', version: '22' },
  { name: 'node', version: '24.1.0' },
  { name: 'bun', version: '1.2' },
]
const options = [
  {},
  { staging: 'logbook-staging' },
  { target: 'compose' as const },
  { target: 'compose' as const, domain: 'example.com', context: 'prod' },
]

/** The workflow of each kind of app, with and without tests, with package.json naming its package manager and not. */
const workflows = (): string[] =>
  managers.flatMap(([packageManager, lock]) =>
    runtimes.flatMap((runtime) =>
      options.flatMap((chosen) =>
        [{}, { test: 'vitest run' }].flatMap((scripts) =>
          ['default', 'package.json#packageManager'].map((from) => {
            const app = profile({ packageManager, runtime, sources: { packageManager: from } })
            const packageJson = JSON.stringify({ scripts })
            const files = { dockerfile: null, flyToml: null, packageJson, present: lock ? [lock] : [] }
            const plan = buildPlan(app, { github: true, ...chosen, files })
            return generate(plan).find(({ path }) => path === workflowPath)?.contents ?? ''
          }),
        ),
      ),
    ),
  )

it.skipIf(actionlint === undefined)(
  'each workflow is one that actionlint finds nothing wrong with',
  async () => {
    const texts = [...new Set(workflows())]
    expect(texts.length).toBeGreaterThan(50)
    const root = project({})
    const folder = join(root, '.github/workflows')
    mkdirSync(folder, { recursive: true })
    const paths = texts.map((text, index) => {
      const path = join(folder, `${index}.yml`)
      writeFileSync(path, text)
      return path
    })
    const { code, stdout, stderr } = await run({
      file: actionlint ?? '',
      args: ['-no-color', ...paths],
      cwd: root,
    })
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' })
  },
)
