import { lstatSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { linkModules } from '../../src/platforms/local/link-modules.ts'
import { project } from '../support/project.ts'

const isLink = (path: string): boolean => lstatSync(path).isSymbolicLink()

it('links the whole folder of an app without Prisma', () => {
  const root = project({ 'node_modules/left-pad/index.js': '' })
  const release = project({})
  linkModules(root, release)
  expect(realpathSync(join(release, 'node_modules'))).toBe(join(root, 'node_modules'))
})

it('leaves an app without dependencies alone', () => {
  const release = project({})
  linkModules(project({}), release)
  expect(() => lstatSync(join(release, 'node_modules'))).toThrow('ENOENT')
})

it('gives the release a generated client of its own, beside links to everything else', () => {
  const root = project({
    'node_modules/left-pad/index.js': '',
    'node_modules/@prisma/engines/index.js': '',
    'node_modules/@prisma/client/index.js': "module.exports = require('.prisma/client')",
    'node_modules/@prisma/client/runtime/library.js': '',
    'node_modules/.prisma/client/index.js': "module.exports = 'the developer'",
    'node_modules/.prisma/client/package.json': { name: '.prisma/client', main: 'index.js' },
  })
  const release = project({})
  linkModules(root, release)

  const modules = join(release, 'node_modules')
  for (const linked of ['left-pad', '@prisma/engines', '@prisma/client/runtime'])
    expect(isLink(join(modules, linked)), linked).toBe(true)

  const generated = '.prisma/client/index.js'
  writeFileSync(join(modules, generated), "module.exports = 'the release'")
  const load = (folder: string): unknown => createRequire(join(folder, 'server.js'))('@prisma/client')
  expect([load(root), load(release)]).toEqual(['the developer', 'the release'])
  expect(readFileSync(join(root, 'node_modules', generated), 'utf8')).toContain('the developer')
})
