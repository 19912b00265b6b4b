import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll } from 'vitest'
import { type CommandResult, run } from '../../src/command.ts'
import type { Flyctl } from '../../src/platforms/fly/flyctl.ts'

/** The real flyctl that this machine has: what scripts/install-flyctl.sh builds, else the one on PATH. */
export const realFlyctl: string | undefined = [
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'seaworthy', 'flyctl', 'v0.3.72'),
  ...(process.env.PATH ?? '').split(delimiter),
]
  .map((folder) => join(folder, 'flyctl'))
  .find(isProgram)

if (realFlyctl === undefined)
  console.warn('skipped: no flyctl on this machine (scripts/install-flyctl.sh builds it)')

const home = mkdtempSync(join(tmpdir(), 'seaworthy-fly-home-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

/** Nothing listens there. */
const nowhere = 'http://127.0.0.1:9'

const servers = ['API', 'FLAPS', 'METRICS', 'SYNTHETICS']

/**
 * Its surroundings: somebody is logged in, it knows nothing of this machine's user, sends no figures, and all that it asks goes
 * to a server on this machine.
 */
export const flyctlEnv = (server = nowhere): Record<string, string | undefined> => ({
  ...Object.fromEntries(
    Object.keys(process.env)
      .filter((name) => name.startsWith('FLY_'))
      .map((name) => [name, undefined]),
  ),
  ...Object.fromEntries(servers.map((name) => [`FLY_${name}_BASE_URL`, server])),
  HOME: home,
  FLY_ACCESS_TOKEN: 'fo1_x',
  FLY_SEND_METRICS: '0',
  FLY_NO_UPDATE_CHECK: '1',
})

/** @param server where Fly is. */
export const flyctl = (args: string[], server?: string): Promise<CommandResult> =>
  run({ file: realFlyctl ?? '', args, cwd: home, env: flyctlEnv(server) }, { timeoutMs: 60_000 })

/** The same for src/platforms/fly. @param env what is otherwise in its surroundings. */
export const asFlyctl = (server?: string, env: Record<string, string | undefined> = {}): Flyctl => ({
  file: realFlyctl ?? '',
  run: (command, options) =>
    run({ ...command, cwd: home, env: { ...flyctlEnv(server), ...command.env, ...env } }, options),
})

/** Newer ones than the one that is built here can refuse names that they do not know. */
export const knowsStrict = async (): Promise<boolean> =>
  (await flyctl(['config', 'validate', '--help'])).stdout.includes('--strict')

/** What it says of a fly.toml, and how it reads it. */
export const judge = async (
  toml: string,
  words: string[] = [],
): Promise<{ isTaken: boolean; says: string; config: Record<string, unknown> }> => {
  const file = join(mkdtempSync(join(home, 'app-')), 'fly.toml')
  writeFileSync(file, toml)
  const verdict = await flyctl(['config', 'validate', '--config', file, ...words])
  const shown = await flyctl(['config', 'show', '--local', '--config', file])
  return {
    isTaken: verdict.code === 0,
    says: verdict.stdout + verdict.stderr,
    config: shown.code === 0 ? JSON.parse(shown.stdout) : {},
  }
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
