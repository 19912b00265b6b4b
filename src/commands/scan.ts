import type { Command } from 'commander'
import type { AppProfile } from '../scan/profile.ts'
import { paint } from '../terminal/paint.ts'
import { findingList } from '../terminal/plan-table.ts'
import { columns } from '../terminal/table.ts'
import type { Host } from './command-module.ts'
import { readProject } from './project.ts'

export const register = (command: Command, { ctx }: Host): void => {
  command
    .argument('[dir]', 'folder of the app', '.')
    .option('--json', 'print it as JSON')
    .action((dir: string, { json }: { json?: boolean }) => {
      const { profile } = readProject(dir, ctx)
      ctx.out(json ? JSON.stringify(profile, null, 2) : profileText(profile, ctx.hasColor))
    })
}

const profileText = (profile: AppProfile, hasColor: boolean): string =>
  [columns(rowsOf(profile)), findingList(profile.findings, paint(hasColor))].filter(Boolean).join('\n\n')

/** Each fact that has a source, with its value. */
const rowsOf = (profile: AppProfile): string[][] =>
  Object.entries(profile.sources).map(([key, from]) => [
    `${key}:`,
    valueText(valueAt(profile, key)),
    `  (${from})`,
  ])

const valueAt = (profile: AppProfile, key: string): unknown =>
  key
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .reduce<unknown>(
      (value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined),
      profile,
    )

const valueText = (value: unknown): string => {
  if (value === null || value === undefined) return '-'
  if (Array.isArray(value)) return value.map(valueText).join(', ')
  if (typeof value === 'object')
    return Object.values(value)
      .filter((part) => part !== null)
      .map(valueText)
      .join(' ')
  return String(value)
}
