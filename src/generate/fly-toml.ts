import { show } from '../command.ts'
import type { DeployPlan, StartScriptPlan, VolumePlan } from '../plan/plan-types.ts'

/** fly.toml of a new app; its sections are set apart by empty lines, which merging relies on. */
export const flyToml = (plan: DeployPlan): string => {
  const { app, image, machine, volume, startScript, database } = plan
  const groups = groupsOf(startScript)
  return [
    `# Settings of ${app.name} on Fly; all of them: https://fly.io/docs/reference/configuration/`,
    `app = ${text(app.name)}`,
    ...(app.region ? [`primary_region = ${text(app.region)}`] : []),
    ...(volume
      ? [
          '# Time for the last writes to reach the bucket when a machine stops',
          'kill_signal = "SIGTERM"',
          'kill_timeout = "40s"',
        ]
      : []),
    ...(machine.swapMb === null ? [] : [`swap_size_mb = ${machine.swapMb}`]),
    ...section('[build]', []),
    ...section('[env]', [`PORT = ${text(String(image.port))}`, ...urlOf(database)]),
    ...(startScript?.setup ? setup(startScript, startScript.setup, image.start) : []),
    ...(volume ? mounts(volume, startScript?.otherGroups.length ? groups : []) : []),
    ...section('[http_service]', [
      `internal_port = ${image.port}`,
      'force_https = true',
      ...(volume
        ? [
            '# It sleeps when nobody calls, all writes saved, and the next call wakes it; "off" where it has work of its own',
          ]
        : []),
      'auto_stop_machines = "stop"',
      'auto_start_machines = true',
      'min_machines_running = 0',
      ...groups,
    ]),
    ...(image.health === null ? [] : check(image.health)),
    ...section('[[vm]]', [`size = ${text(machine.size)}`, `memory = ${text(`${machine.memoryMb}mb`)}`]),
    '',
  ].join('\n')
}

const urlOf = (database: DeployPlan['database']): string[] =>
  database?.env && database.url ? [`${key(database.env)} = ${text(database.url)}`] : []

/** flyctl wants to know whose a service is as soon as there is a [processes]. */
const groupsOf = (script: StartScriptPlan | null): string[] =>
  script && (script.setup || script.otherGroups.length > 0) ? [`processes = [${text(script.group)}]`] : []

/** The command as flyctl splits it into words, by the rules of a POSIX shell. */
const setup = (
  { group }: StartScriptPlan,
  { command, entrypoint }: NonNullable<StartScriptPlan['setup']>,
  start: string[],
): string[] => {
  const [file = '', ...args] = [...command, ...start]
  return [
    ...section('[processes]', [`${key(group)} = ${text(show({ file, args }))}`]),
    ...(entrypoint
      ? section('[experimental]', [
          '# The ENTRYPOINT of the Dockerfile is part of the command above',
          `entrypoint = [${entrypoint.map(text).join(', ')}]`,
        ])
      : []),
  ]
}

const mounts = (
  { source, destination, sizeGb, snapshotDays, autoExtend }: VolumePlan,
  groups: string[],
): string[] =>
  section('[mounts]', [
    `source = ${text(source)}`,
    `destination = ${text(destination)}`,
    // What Fly gives by itself is not said.
    ...(sizeGb === 1 ? [] : [`initial_size = ${text(`${sizeGb}GB`)}`]),
    ...(snapshotDays === 5 ? [] : [`snapshot_retention = ${snapshotDays}`]),
    `auto_extend_size_threshold = ${autoExtend.threshold}`,
    `auto_extend_size_increment = ${text(autoExtend.increment)}`,
    `auto_extend_size_limit = ${text(autoExtend.limit)}`,
    ...groups,
  ])

/** flyctl lowers a longer grace period to a minute: a first start restores, migrates and seeds in it. */
const check = (path: string): string[] =>
  section('[[http_service.checks]]', [
    'grace_period = "1m0s"',
    'interval = "15s"',
    'timeout = "5s"',
    'method = "GET"',
    `path = ${text(path)}`,
  ])

const section = (title: string, lines: string[]): string[] => ['', title, ...lines.map((line) => `  ${line}`)]

const key = (name: string): string => (/^[\w-]+$/.test(name) ? name : text(name))

const text = (value: string): string => JSON.stringify(value)
