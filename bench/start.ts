import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * What a start costs when there is nothing to do: from the process's beginning until the app's process has been
 * started, against Node with an empty script. Interleaved; medians. Run `npm run build` first.
 */
const rounds = Number(process.argv[2] ?? 25)
const repository = join(import.meta.dirname, '..')
const root = mkdtempSync(join(tmpdir(), 'seaworthy-bench-'))

const main = async (): Promise<void> => {
  prepareApp()
  const contenders: Record<string, () => Promise<number>> = {
    'node, empty script': () => timeUntil('exit', [join(root, 'empty.js')], {}),
    'start, no bucket': () => timeUntil('launched', startWords, { SEAWORTHY_VOLUME: join(root, 'volume') }),
    'start, folder bucket': () =>
      timeUntil('launched', startWords, {
        SEAWORTHY_VOLUME: join(root, 'volume2'),
        SEAWORTHY_BUCKET_DIR: join(root, 'bucket'),
      }),
  }
  // The first start makes the database; it does not count.
  for (const run of Object.values(contenders)) await run()
  const times: Record<string, number[]> = {}
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(contenders)) times[name] = [...(times[name] ?? []), await run()]
  }
  const floor = median(times['node, empty script'] ?? [])
  for (const [name, all] of Object.entries(times)) {
    const middle = median(all)
    console.log(
      `${name.padEnd(22)} median ${middle.toFixed(1)} ms   above empty ${(middle - floor).toFixed(1)} ms   ×${(middle / floor).toFixed(2)}`,
    )
  }
  rmSync(root, { recursive: true })
}

const startWords = [join(root, 'start.js'), 'sleep', '0']

const prepareApp = (): void => {
  cpSync(join(repository, 'tests/fixtures/app'), root, { recursive: true })
  mkdirSync(join(root, 'node_modules'))
  symlinkSync(repository, join(root, 'node_modules/seaworthy'))
  for (const folder of ['volume', 'volume2', 'bucket']) mkdirSync(join(root, folder))
  writeFileSync(join(root, 'empty.js'), '')
}

const timeUntil = async (
  moment: 'exit' | 'launched',
  args: string[],
  env: Record<string, string>,
): Promise<number> => {
  const began = performance.now()
  const { NODE_EXTRA_CA_CERTS: _, ...inherited } = process.env
  const child = spawn(process.execPath, args, {
    env: { ...inherited, ...env, SEAWORTHY_LOG: 'json' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let launchedAfter = 0
  child.stderr.on('data', (chunk) => {
    if (launchedAfter === 0 && String(chunk).includes('"launched"')) launchedAfter = performance.now() - began
  })
  await new Promise((resolve) => child.on('close', resolve))
  return moment === 'exit' ? performance.now() - began : launchedAfter
}

const median = (all: number[]): number =>
  all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN

await main()
