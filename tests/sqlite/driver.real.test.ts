import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { project } from '../support/project.ts'

const repository = join(import.meta.dirname, '..', '..')

/** A real Node of another version, from npm. */
const installNode = (root: string, major: number): string => {
  const name = `node-${process.platform}-${process.arch}`
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', `${name}@${major}`], {
    cwd: root,
    stdio: 'pipe',
  })
  return join(root, 'node_modules', name, 'bin', 'node')
}

describe.runIf(process.platform === 'linux')('the driver', () => {
  it.each([22, 24])('is Node %i’s own, without a warning and without a package', async (major) => {
    const root = project({
      'package.json': { private: true },
      'main.mjs': `
        import { withSqlite } from './driver.mjs'
        const row = withSqlite('x.db', {}, (database) => {
          database.exec('BEGIN')
          const scripts = ['SELECT 2; SELECT 3', '\\n', '-- no more\\n']
          const statements = scripts.map((script) => database.firstStatement(script))
          return { ...database.get('SELECT 1 AS one'), isInTransaction: database.isInTransaction, statements }
        })
        console.log(JSON.stringify(row))`,
    })
    await build({
      entryPoints: [join(repository, 'src/sqlite/driver.ts')],
      outfile: join(root, 'driver.mjs'),
      bundle: true,
      format: 'esm',
      platform: 'node',
      external: ['@photostructure/sqlite'],
    })
    const node = installNode(root, major)
    const { stdout, stderr } = spawnSync(node, ['main.mjs'], { cwd: root, encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toEqual({
      one: 1,
      isInTransaction: true,
      statements: ['SELECT 2;', null, null],
    })
  })
})
