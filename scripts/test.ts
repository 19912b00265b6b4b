import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** All that must hold before a change lands: each line a check, in the order in which they fail fastest. */
const checks: [name: string, command: string[]][] = [
  ['lint and format', ['biome', 'check', '--error-on-warnings']],
  ['types', ['tsc', '--noEmit']],
  ['build', ['tsx', 'scripts/build.ts']],
  ['unit tests', ['vitest', 'run', '--project', 'unit']],
  ['package', ['tsx', 'scripts/check-package.ts']],
  ['real tests', ['vitest', 'run', '--project', 'real']],
  ['images', ['vitest', 'run', '--project', 'images']],
  ['demo', ['tsx', 'scripts/demo.ts']],
]

const root = join(import.meta.dirname, '..')
const reports = mkdtempSync(join(tmpdir(), 'seaworthy-test-'))
const counts = { passed: 0, failed: 0, skipped: 0 }

const runCheck = (name: string, [program = '', ...args]: string[]): boolean => {
  console.log(`\n## ${name}`)
  const report = join(reports, `${name}.json`)
  const isVitest = program === 'vitest'
  const reporters = isVitest ? ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`] : []
  const { status } = spawnSync(join(root, 'node_modules/.bin', program), [...args, ...reporters], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` },
  })
  if (isVitest) addCounts(report)
  return status === 0
}

const addCounts = (report: string): void => {
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'))
  counts.passed += numPassedTests
  counts.failed += numFailedTests
  counts.skipped += numPendingTests
}

const only = process.argv.slice(2)
const chosen = checks.filter(([name]) => only.length === 0 || only.includes(name))
const failed = chosen.filter(([name, command]) => !runCheck(name, command)).map(([name]) => name)
rmSync(reports, { recursive: true })

console.log(failed.length === 0 ? '\nAll checks passed.' : `\nFailed: ${failed.join(', ')}`)
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
process.exitCode = failed.length === 0 ? 0 : 1
