import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { main } from '../../src/main.ts'
import { withSqlite } from '../../src/sqlite/driver.ts'
import { fakeContext } from './context.ts'
import type { Host } from './machine.ts'
import { waitUntil } from './s3-server.ts'

/** Restores moments of an app's database with the command, and reads them. */
export interface Restorer {
  /** Runs `seaworthy restore` with these words. */
  run(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }>
  /** The rows at a moment; those of now without one. */
  rowsAt(moment: Date | null, ...words: string[]): Promise<string[]>
  /** Waits until the backup has this row, and gives a moment at which it is the newest one: what follows comes later. */
  momentWith(row: string): Promise<Date>
}

/** Where the texts of an app are. */
export interface TextColumn {
  table: string
  key: string
}

const textOfRow: TextColumn = { table: 'Row', key: 'text' }

export const restorer = (image: string, env: NodeJS.ProcessEnv, column = textOfRow): Restorer => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'seaworthy-restored-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  let count = 0

  const run: Restorer['run'] = async (...words) => {
    const ctx = fakeContext(folder, { env })
    const code = await main(['restore', image, ...words], ctx)
    return { code, stdout: ctx.stdout.join('\n'), stderr: ctx.stderr.join('\n') }
  }

  const rowsAt: Restorer['rowsAt'] = async (moment, ...words) => {
    const file = join(folder, `${++count}.db`)
    const at = moment === null ? [] : ['--at', moment.toISOString()]
    const { code, stderr } = await run(...at, '--output', file, ...words)
    if (code !== 0) throw new Error(stderr)
    return rowsOf(file, column)
  }

  return {
    run,
    rowsAt,
    momentWith: async (row) => {
      await waitUntil(async () => (await rowsAt(null)).at(-1) === row, 60_000)
      // Stores tell times by the second, some of them rounded up.
      const second = Math.ceil(Date.now() / 1000) * 1000
      await waitUntil(() => Date.now() > second + 1_000)
      return new Date(second + 500)
    },
  }
}

export const rowsOf = (file: string, { table, key } = textOfRow): string[] =>
  withSqlite(file, { readOnly: true }, (database) =>
    database
      .all<{ text: string }>(`SELECT "${key}" AS "text" FROM "${table}" ORDER BY "id"`)
      .map(({ text }) => text),
  )

/** The fixture as an app that the scan knows. */
export const describeApp = ({ image }: Host): void => {
  const app = { name: 'fixture', type: 'module', scripts: { start: 'node server.js' } }
  const text = JSON.stringify({ ...app, dependencies: { prisma: '6.19.0' } })
  writeFileSync(join(image, 'package.json'), text)
  const schema = 'datasource db {\n  provider = "sqlite"\n  url = "file:./dev.db"\n}\n'
  writeFileSync(join(image, 'prisma', 'schema.prisma'), schema)
}
