import { explain } from '../plan/explain.ts'
import type { DeployPlan } from '../plan/plan-types.ts'
import type { Finding } from '../scan/profile.ts'
import { type Paint, paint } from './paint.ts'
import { columns } from './table.ts'

/** The plan as `launch` shows it: label, value, (where from); findings below. */
export const planTable = (plan: DeployPlan, hasColor: boolean): string => {
  const colors = paint(hasColor)
  const rows = explain(plan).map(({ label, value, from }) => [
    `${label}:`,
    value,
    `  ${colors.dim(`(${from})`)}`,
  ])
  return [columns(rows), findingList(plan.findings, colors)].filter(Boolean).join('\n\n')
}

export const findingList = (findings: Finding[], colors: Paint): string =>
  findings.map((finding) => findingText(finding, colors)).join('\n\n')

const findingText = ({ level, code, what, next }: Finding, colors: Paint): string => {
  const mark = level === 'error' ? colors.red('✗') : colors.yellow('!')
  return `${mark} ${what} ${colors.dim(`[${code}]`)}\n  ${next}`
}
