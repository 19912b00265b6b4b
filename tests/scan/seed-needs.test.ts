import { expect, it } from 'vitest'
import { readAppPackage } from '../../src/scan/app-package.ts'
import { findSeedNeeds } from '../../src/scan/seed-needs.ts'
import { sourceTree } from '../../src/scan/source-tree.ts'
import { project } from '../support/project.ts'

const packageJson = {
  scripts: { seed: 'tsx --env-file=.env prisma/seed.ts' },
  dependencies: { '@prisma/client': '6', bcryptjs: '3', express: '5' },
  devDependencies: {
    '@faker-js/faker': '10',
    prisma: '6',
    'ts-node': '10',
    tsx: '4',
    typescript: '5',
    vitest: '4',
  },
}
const files = {
  'package.json': packageJson,
  'prisma/seed.ts': `
    import { readFileSync } from 'node:fs'
    import { join } from 'path'
    import { faker } from '@faker-js/faker/locale/en'
    import type { Express } from 'express'
    import { prisma } from '../src/db.js'
    export * from './people'
    const { hash } = require('bcryptjs')
    await import('./later.mjs')`,
  'src/db.ts': `import { PrismaClient } from '@prisma/client'\nimport './generated/client'`,
  'prisma/people/index.ts': `import '../seed'`,
  'prisma/later.mjs': '',
  'seed.js': `require('not-in-package-json')`,
}
const all = {
  files: ['prisma/later.mjs', 'prisma/people/index.ts', 'prisma/seed.ts', 'src/db.ts'],
  packages: ['@faker-js/faker', '@prisma/client', 'bcryptjs'],
}

it.each([
  ['tsx prisma/seed.ts', { ...all, packages: [...all.packages, 'tsx'] }],
  ['npx tsx ./prisma/seed.ts', { ...all, packages: [...all.packages, 'tsx'] }],
  ['npm run seed', { ...all, packages: [...all.packages, 'tsx'] }],
  [
    'ts-node --compiler-options {"module":"CommonJS"} prisma/seed.ts',
    { ...all, packages: [...all.packages, 'ts-node', 'typescript'] },
  ],
  [
    'node --loader ts-node/esm prisma/seed.ts',
    { ...all, packages: [...all.packages, 'ts-node', 'typescript'] },
  ],
  ['node prisma/seed.ts', all],
  ['node seed.js', { files: ['seed.js'], packages: [] }],
  ['sh scripts/seed.sh', null],
  ['tsx prisma/absent.ts', null],
])('%s', (command, expected) => {
  const app = readAppPackage(sourceTree(project(files)))
  expect(findSeedNeeds(app, command)).toEqual(expected)
})
