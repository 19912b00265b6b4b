import type { Finding } from '../scan/profile.ts'
import { asTable, parseFlyToml, type TomlTable, tablesOf } from './fly-toml.ts'
import type { DeployPlan } from './plan-types.ts'

/** What an existing fly.toml says that is at odds with one machine, its volume and its backup: the file keeps it, the plan says it. */
export const checkFlyToml = (text: string | null, plan: Omit<DeployPlan, 'findings'>): Finding[] => {
  if (text === null || plan.volume === null) return []
  const toml = parseFlyToml(text)
  return rules.flatMap(({ level, code, find, next }) => {
    const what = find(toml, plan)
    return what === null ? [] : [{ level, code, what, next }]
  })
}

interface Rule {
  level: Finding['level']
  code: Finding['code']
  find: (toml: TomlTable, plan: Omit<DeployPlan, 'findings'>) => string | null
  next: string
}

/** The app's own end, then the final sync: docs/fly.md has the figures. In seconds. */
const timeToStop = 40

const rules: Rule[] = [
  {
    level: 'warning',
    code: 'SW-FLY-KILL-TIMEOUT',
    find: ({ kill_timeout: timeout }, { backup }) => {
      const seconds = secondsOf(timeout)
      return backup && seconds !== null && seconds < timeToStop
        ? `fly.toml gives a machine ${seconds} s to stop: the last writes may not reach the bucket in that time.`
        : null
    },
    next: `Set it in fly.toml: kill_timeout = "${timeToStop}s"`,
  },
  {
    level: 'warning',
    code: 'SW-FLY-MACHINES',
    find: ({ http_service: http, services }) => {
      const wanted = [...tablesOf(http), ...tablesOf(services)].map((each) =>
        Number(each.min_machines_running),
      )
      const most = Math.max(0, ...wanted.filter((count) => count > 1))
      return most > 1
        ? `fly.toml wants ${most} machines running, and the database has one writer: a second machine waits for the first and then ends.`
        : null
    },
    next: 'Set it in fly.toml: min_machines_running = 1, or 0 where the machine may sleep.',
  },
  {
    level: 'warning',
    code: 'SW-FLY-STRATEGY',
    find: ({ deploy }) => {
      const strategy = asTable(deploy)?.strategy
      return strategy === 'canary' || strategy === 'bluegreen'
        ? `fly.toml deploys by the strategy ${strategy}, which Fly refuses for machines with a volume.`
        : null
    },
    next: 'Take strategy out of [deploy] in fly.toml: rolling is the default.',
  },
  {
    level: 'warning',
    code: 'SW-FLY-RELEASE-COMMAND',
    find: ({ deploy }, { startScript }) => {
      const command = asTable(deploy)?.release_command
      return typeof command === 'string' && /\b(prisma|migrate|seed)\b/.test(command)
        ? `fly.toml runs "${command}" on a machine that has no volume; ${startScript?.file} migrates where the database is.`
        : null
    },
    next: 'Take release_command out of [deploy] in fly.toml.',
  },
  {
    level: 'warning',
    code: 'SW-FLY-LITEFS-CHECK',
    find: ({ http_service: http, services }) => {
      const checks = [
        ...tablesOf(http).flatMap((each) => tablesOf(each.checks)),
        ...tablesOf(services).flatMap((each) => tablesOf(each.http_checks)),
      ]
      const path = checks.map((each) => String(each.path)).find((each) => each.startsWith('/litefs/'))
      return path === undefined
        ? null
        : `fly.toml asks ${path} whether the app is well, which LiteFS's proxy answered: without it no deployment becomes healthy.`
    },
    next: 'Take that check out of fly.toml before you deploy.',
  },
]

/** As flyctl reads it: a number is seconds, a text like `1m30s` a Go duration. */
const secondsOf = (timeout: unknown): number | null => {
  if (typeof timeout === 'number') return timeout
  const [match, hours = 0, minutes = 0, seconds = 0] =
    /^(?:(\d+)h)?(?:(\d+)m)?(?:([\d.]+)s)?$/.exec(String(timeout)) ?? []
  return match ? Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) : null
}
