import { show } from '../command.ts'
import type { DeployPlan, VolumePlan } from '../plan/plan-types.ts'

/** fly.toml of a new app. */
export const flyToml = (plan: DeployPlan): string => {
  const { app, image, machine, volume, startScript } = plan
  const setup = startScript?.kind === 'dbsetup' ? startScript : null
  const groups = startScript?.otherGroups.length ? [`processes = [${text(startScript.group)}]`] : []
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
    ...section('[build]', []),
    ...section('[env]', [`PORT = ${text(String(image.port))}`]),
    ...(setup
      ? section('[processes]', [`${key(setup.group)} = ${text(setupCommand(setup.file, image.start))}`])
      : []),
    ...(setup && image.hasOwnEntrypoint
      ? section('[experimental]', [
          '# The ENTRYPOINT of the Dockerfile is part of the command above',
          'entrypoint = ["/usr/bin/env"]',
        ])
      : []),
    ...(volume ? mounts(volume, groups) : []),
    ...section('[http_service]', [
      `internal_port = ${image.port}`,
      'force_https = true',
      'auto_stop_machines = "stop"',
      'auto_start_machines = true',
      'min_machines_running = 0',
      ...(setup ? [`processes = [${text(setup.group)}]`] : groups),
    ]),
    ...section('[[vm]]', [`size = ${text(machine.size)}`, `memory = ${text(`${machine.memoryMb}mb`)}`]),
    '',
  ].join('\n')
}

/** As flyctl splits it into words, by the rules of a POSIX shell. */
const setupCommand = (file: string, start: string[]): string => show({ file: 'node', args: [file, ...start] })

const mounts = ({ source, destination, autoExtend }: VolumePlan, groups: string[]): string[] =>
  section('[mounts]', [
    `source = ${text(source)}`,
    `destination = ${text(destination)}`,
    `auto_extend_size_threshold = ${autoExtend.threshold}`,
    `auto_extend_size_increment = ${text(autoExtend.increment)}`,
    `auto_extend_size_limit = ${text(autoExtend.limit)}`,
    ...groups,
  ])

const section = (title: string, lines: string[]): string[] => ['', title, ...lines.map((line) => `  ${line}`)]

const key = (name: string): string => (/^[\w-]+$/.test(name) ? name : text(name))

const text = (value: string): string => JSON.stringify(value)
