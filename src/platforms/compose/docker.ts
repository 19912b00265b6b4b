import type { Command, CommandResult, RunOptions } from '../../command.ts'
import { show } from '../../command.ts'
import type { Context } from '../../context.ts'
import { SeaworthyError } from '../../errors.ts'
import { lastLines } from '../../terminal/last-lines.ts'

/** Docker on the machine that the app is to run on: this one, or by SSH the one of a context or of DOCKER_HOST. */
export interface Docker {
  run: Context['run']
  /** Folder of the app, with compose.yaml; absolute. */
  root: string
  /** Name of a context of Docker's; null: the one in use. */
  context: string | null
}

export const docker = ({ root, context }: Docker, args: readonly string[]): Command => ({
  file: 'docker',
  args: [...(context === null ? [] : ['--context', context]), ...args],
  cwd: root,
})

export const compose = (target: Docker, args: readonly string[]): Command =>
  docker(target, ['compose', ...args])

/**
 * Runs a command that must succeed, and gives its output.
 *
 * @throws SeaworthyError `SW-DOCKER-MISSING`, `SW-DOCKER-FAILED`.
 */
export const must = async (target: Docker, command: Command, options: RunOptions = {}): Promise<string> => {
  const result = await target.run(command, options)
  if (result.code === 0) return result.stdout
  throw result.isMissing ? dockerMissing('There is no program docker.') : failed(command, result)
}

export const dockerMissing = (why: string): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-DOCKER-MISSING',
    what: 'Docker, or its plugin for compose files, does not answer.',
    why,
    next: 'Install both, or name the machine that has them: docker context create prod --docker host=ssh://user@machine; seaworthy deploy --context prod',
  })

const failed = (command: Command, { stdout, stderr, code }: CommandResult): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-DOCKER-FAILED',
    what: `A command of Docker's ended with exit code ${code}: ${show(command)}`,
    why: lastLines(`${stdout}\n${stderr}`, 12),
    next: `Correct it and deploy again; to see all of it: ${show(command)}`,
  })
