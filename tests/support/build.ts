import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const repository = join(import.meta.dirname, '..', '..')

/** Builds what the machines of the real tests run, unless it is newer than its source. */
export default (): void => {
  const built = join(repository, 'dist', 'boot.js')
  if (existsSync(built) && statSync(built).mtimeMs > newestIn(join(repository, 'src'))) return
  const arguments_ = [join(repository, 'node_modules/tsx/dist/cli.mjs'), 'scripts/build.ts']
  execFileSync(process.execPath, arguments_, { cwd: repository, stdio: 'inherit' })
}

const newestIn = (folder: string): number =>
  Math.max(
    ...readdirSync(folder, { recursive: true, withFileTypes: true }).map(
      (entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs,
    ),
  )
