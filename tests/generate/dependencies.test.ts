import { expect, it } from 'vitest'
import { show } from '../../src/command.ts'
import { addDependencies } from '../../src/generate/dependencies.ts'
import type { PlanOptions } from '../../src/plan/options.ts'
import { buildPlan } from '../../src/plan/plan.ts'
import type { AppProfile } from '../../src/scan/profile.ts'
import { profile } from '../support/profile.ts'

const own: PlanOptions = {
  files: { dockerfile: 'FROM node\nCMD ["x"]', flyToml: null, packageJson: null, present: [] },
}
const pnpm: Partial<AppProfile> = { packageManager: { name: 'pnpm', version: '9' } }

it.each<[string, Partial<AppProfile>, PlanOptions, Record<string, string>, string | null]>([
  ['npm', {}, {}, {}, "npm install --save --no-audit --no-fund 'seaworthy@^0.1.0'"],
  [
    'npm that lets peers be',
    {},
    { dockerfile: { legacyPeerDeps: true } },
    {},
    "npm install --save --no-audit --no-fund --legacy-peer-deps 'seaworthy@^0.1.0'",
  ],
  ['pnpm', pnpm, {}, {}, "pnpm add 'seaworthy@^0.1.0'"],
  ['there already', {}, {}, { seaworthy: '^0.0.9' }, null],
  [
    'a version asked for',
    pnpm,
    { package: 'seaworthy@0.2.0' },
    { seaworthy: '^0.1.0' },
    'pnpm add seaworthy@0.2.0',
  ],
  ['that version there', {}, { package: 'seaworthy@0.2.0' }, { seaworthy: '0.2.0' }, null],
  ['a tarball', pnpm, { package: '/home/me/sw.tgz' }, { seaworthy: '^0.1.0' }, 'pnpm add /home/me/sw.tgz'],
  [
    'one in the folder',
    {},
    { package: '/home/me/app/sw.tgz' },
    {},
    'npm install --save --no-audit --no-fund ./sw.tgz',
  ],
  [
    'a pnpm that asks which packages may run scripts',
    { packageManager: { name: 'pnpm' as const, version: '12.1.0' } },
    { package: 'seaworthy@0.2.0' },
    {},
    'pnpm add --allow-build=@photostructure/sqlite seaworthy@0.2.0',
  ],
  ['that tarball there', {}, { package: '/home/me/sw.tgz' }, { seaworthy: 'file:../sw.tgz' }, null],
  ['a Dockerfile of the user', pnpm, own, { seaworthy: '1' }, 'pnpm add @flydotio/litestream'],
  ['no database', { prisma: null }, {}, {}, null],
])('%s', (_, changes, options, dependencies, expected) => {
  const command = addDependencies(
    buildPlan(profile(changes), options),
    JSON.stringify({ dependencies }),
    '/home/me/app',
  )
  expect(command && show(command)).toBe(expected)
})
