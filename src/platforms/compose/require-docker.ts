import { type CommandResult, show } from '../../command.ts'
import { SeaworthyError } from '../../errors.ts'
import { lastLines } from '../../terminal/last-lines.ts'
import { compose, type Docker, docker, dockerMissing } from './docker.ts'
import { endpointOf, sshWords } from './machine.ts'

/** Milliseconds that the engine has to answer. Docker itself would wait for a machine that is silent for 30 s, twice. */
const patienceMs = 20_000

/**
 * Whether Docker is here with its plugin for compose files, and its engine answers, wherever that is.
 *
 * @returns where it is: `ssh://me@machine`, `unix:///var/run/docker.sock`.
 * @throws SeaworthyError `SW-DOCKER-MISSING`, `SW-DOCKER-NO-CONTEXT`, `SW-DOCKER-UNREACHABLE`.
 */
export const requireDocker = async (target: Docker): Promise<string> => {
  const plugin = compose(target, ['version'])
  const present = await target.run(plugin)
  if (present.isMissing) throw dockerMissing('There is no program docker.')
  const endpoint = await endpointOf(target)
  if (endpoint === null && target.context !== null) throw noContext(target.context)
  if (present.code !== 0) throw dockerMissing(`${show(plugin)}: ${lastLines(present.stderr, 3)}`)
  const engine = docker(target, ['version'])
  const answer = await target.run(engine, { timeoutMs: patienceMs })
  if (answer.code === 0) return endpoint ?? ''
  const words = sshWords(endpoint ?? '')
  if (words !== null) throw unreachable(endpoint ?? '', words, answer)
  throw dockerMissing(`${show(engine)}: ${reasonIn(answer)}`)
}

const noContext = (context: string): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-DOCKER-NO-CONTEXT',
    what: `Docker has no context ${context} here.`,
    why: 'Contexts are kept on each computer by itself, under ~/.docker; docker context ls names those of this one.',
    next: `docker context create ${context} --docker host=ssh://user@machine`,
  })

/** One command shows what is the matter, and asks what SSH wants to ask: whether to trust a host key, for a passphrase. */
const unreachable = (endpoint: string, words: string[], answer: CommandResult): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-DOCKER-UNREACHABLE',
    what: `Docker on ${endpoint} does not answer.`,
    why: reasonIn(answer),
    next: `${show({ file: 'ssh', args: [...words, 'docker', 'version'] })} must answer without a question; ssh-add takes the passphrase of a key.`,
  })

/** Docker puts what SSH has said at the end of a long line of its own. */
const reasonIn = ({ stderr, isTimedOut }: CommandResult): string => {
  if (isTimedOut) return `Nothing came within ${patienceMs / 1000} s.`
  return lastLines(stderr.replace(/^.*\bstderr=/s, ''), 3)
}
