import type { Release } from '../platforms/fly/release.ts'
import { columns } from '../terminal/table.ts'

/** What runs now, for people. */
export const releaseText = ({ url, machine, backup }: Release): string =>
  `\n${columns([
    ['Address:', url ?? '-'],
    ['Machine:', `${machine.id}, ${machine.state}, in ${machine.region}`],
    ['Backup:', backup?.confirmed ? `confirmed to ${backup.confirmed.position}` : 'none'],
  ])}`
