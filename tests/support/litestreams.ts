import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { findLitestream } from '../../src/litestream/binary.ts'

/** The real Litestreams that this machine has: 0.3.13 comes with npm, 0.5.16 is built by Go (`.ci/run` does it). */
export const litestreams = [
  { dialect: '0.3', path: findLitestream(undefined) },
  { dialect: '0.5', path: goBinary('litestream') },
].filter((found): found is { dialect: '0.3' | '0.5'; path: string } => {
  const isThere = found.path !== undefined
  if (!isThere) console.warn(`skipped: no Litestream ${found.dialect} on this machine (.ci/run installs it)`)
  return isThere
})

/** A program that `go install` made, or that is on PATH. */
export function goBinary(name: string): string | undefined {
  const folders = [process.env.GOBIN, join(homedir(), 'go', 'bin'), goPath()]
  return folders.flatMap((folder) => (folder ? [join(folder, name)] : [])).find(existsSync)
}

function goPath(): string | undefined {
  try {
    return join(execFileSync('go', ['env', 'GOPATH'], { encoding: 'utf8' }).trim(), 'bin')
  } catch {
    return undefined
  }
}
