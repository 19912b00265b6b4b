import { existsSync, lstatSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { copyApp } from '../../src/platforms/local/copy-app.ts'
import { project } from '../support/project.ts'

const app = {
  'package.json': { name: 'app' },
  '.env': 'SECRET=1',
  '.git/config': '',
  '.seaworthy/local/machine.json': {},
  'node_modules/left-pad/index.js': '',
  'packages/a/node_modules/b.js': '',
  'prisma/dev.db': 'data',
  'prisma/schema.prisma': '',
  'docs/guide.md': '',
  'docs/notes/todo.md': '',
}

const always = ['package.json', 'packages/a/node_modules/b.js', 'prisma/schema.prisma']
const docs = ['docs/guide.md', 'docs/notes/todo.md']

describe('copyApp', () => {
  it.each([
    ['nothing but .git, .seaworthy and node_modules', '', [...always, '.env', 'prisma/dev.db', ...docs]],
    ['a file in a folder', 'prisma/dev.db', [...always, '.dockerignore', '.env', ...docs]],
    ['a name at any depth', '**/*.db\n.env*', [...always, '.dockerignore', ...docs]],
    [
      'a folder but for an exception',
      'docs\n!docs/guide.md\n.env\n**/*.db',
      [...always, '.dockerignore', 'docs/guide.md'],
    ],
    ['comments and the file itself', '# not me\n.dockerignore\n.env\ndocs/\n*/dev.db', always],
  ])('leaves out %s', (_, dockerignore, copied) => {
    const root = project(dockerignore === '' ? app : { ...app, '.dockerignore': dockerignore })
    const target = join(project({}), 'release')
    copyApp(root, target)
    expect(filesIn(target)).toEqual([...copied].sort())
  })

  it('keeps a folder that it is told', () => {
    const root = project({ ...app, '.dockerignore': 'docs\n' })
    const target = join(project({}), 'release')
    copyApp(root, target, ['docs'])
    expect(filesIn(target)).toEqual(expect.arrayContaining(docs))
  })

  it('keeps contents and links', () => {
    const root = project({ 'src/a.js': 'the text' })
    symlinkSync('a.js', join(root, 'src', 'b.js'))
    const target = join(project({}), 'release')
    copyApp(root, target)
    expect(readFileSync(join(target, 'src/b.js'), 'utf8')).toBe('the text')
    expect(lstatSync(join(target, 'src/b.js')).isSymbolicLink()).toBe(true)
    expect(existsSync(join(target, 'node_modules'))).toBe(false)
  })
})

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
