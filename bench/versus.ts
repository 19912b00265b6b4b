import { parseArgs } from 'node:util'
import { firstStart } from './figures/first-start.ts'
import { lostWrites } from './figures/lost-writes.ts'
import { memory } from './figures/memory.ts'
import { redeploy } from './figures/redeploy.ts'
import { smallMachine } from './figures/small-machine.ts'
import { totalLoss } from './figures/total-loss.ts'
import { uploads } from './figures/uploads.ts'
import { warmStart } from './figures/warm-start.ts'
import { type Finding, type Ground, prepareGround } from './ground.ts'

/*
 * Our start script against the one that today's tool generates, for the same app on the same machine:
 *
 *     npm run build && npx tsx bench/versus.ts [figure…] [--rounds N] [--json]
 *
 * docs/performance.md says what each figure is.
 */

const figures: Record<string, (ground: Ground, rounds: number) => Promise<Finding[]>> = {
  'warm-start': warmStart,
  'first-start': firstStart,
  'total-loss': totalLoss,
  memory,
  redeploy,
  'lost-writes': lostWrites,
  uploads,
  'small-machine': smallMachine,
}

const main = async (words: string[]): Promise<void> => {
  const { names, rounds, isJson } = readWords(words)
  const ground = await prepareGround()
  try {
    if (!isJson)
      console.log(row(['figure', "today's tool", 'seaworthy', 'ratio', 'to reach', '', 'least seen']))
    for (const name of names) {
      const findings = (await figures[name]?.(ground, rounds)) ?? []
      console.log(isJson ? JSON.stringify({ name, findings }) : findings.map(lineOf).join('\n'))
    }
  } finally {
    ground.remove()
  }
}

const readWords = (args: string[]) => {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { rounds: { type: 'string', default: '11' }, json: { type: 'boolean', default: false } },
  })
  const names = positionals.length > 0 ? positionals : Object.keys(figures)
  const rounds = Number(values.rounds)
  if (names.every((name) => figures[name] !== undefined) && rounds > 0)
    return { names, rounds, isJson: values.json }
  throw new Error(`Usage: npx tsx bench/versus.ts [--rounds N] [--json] [${Object.keys(figures).join('|')}]…`)
}

const lineOf = ({ figure, unit, today, ours, target, least }: Finding): string => {
  const digits = unit === 'MB' && today >= 1 && ours < 1 ? 3 : 0
  const show = (value: number) => `${Number(value.toFixed(digits))} ${unit}`.trim()
  const ratio = ours > 0 ? `${(today / ours).toFixed(1)} ×` : ''
  const verdict = ours <= target ? 'reached' : 'MISSED'
  const undisturbed = least === undefined ? '' : `${show(least.today)} / ${show(least.ours)}`
  return row([figure, show(today), show(ours), ratio, `<= ${show(target)}`, verdict, undisturbed])
}

const row = ([first = '', ...rest]: string[]): string =>
  [first.padEnd(80), ...rest.map((cell) => cell.padStart(12))].join(' ')

await main(process.argv.slice(2))
