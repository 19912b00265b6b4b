import { readFileSync } from 'node:fs'
import { answer } from './answer.ts'

const { FLY_STANDIN = '', FLY_STANDIN_MACHINES } = process.env
const { code, stdout, stderr } = await answer(process.argv.slice(2), {
  folder: FLY_STANDIN,
  cwd: process.cwd(),
  readInput: () => readFileSync(0, 'utf8'),
  isRunning: FLY_STANDIN_MACHINES === 'run',
})
process.stdout.write(stdout)
process.stderr.write(stderr)
process.exitCode = code
