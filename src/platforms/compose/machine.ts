import { type Docker, docker } from './docker.ts'

/** Where a context leads: `ssh://me@machine`, `unix:///var/run/docker.sock`; null: there is no such context. */
export const endpointOf = async (target: Docker): Promise<string | null> => {
  const named = target.context === null ? [] : [target.context]
  const format = ['--format', '{{.Endpoints.docker.Host}}']
  const { code, stdout } = await target.run(docker(target, ['context', 'inspect', ...format, ...named]))
  return code === 0 ? stdout.trim() : null
}

/** What SSH is told to reach the same machine by hand: its words before the command; null: it is reached otherwise. */
export const sshWords = (endpoint: string): string[] | null => {
  if (!endpoint.startsWith('ssh://')) return null
  const { username, hostname, port } = new URL(endpoint)
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  return [...(port ? ['-p', port] : []), username ? `${username}@${host}` : host]
}

/** The machine's own name: a name of ~/.ssh/config is known to SSH alone, and a socket is one of this computer. */
export const hostOf = async (target: Docker): Promise<string> => {
  const endpoint = (await endpointOf(target)) ?? ''
  if (!/^(ssh|tcp|https?):/.test(endpoint)) return 'localhost'
  return (await sshHost(target, endpoint)) ?? new URL(endpoint).hostname
}

/** https://man.openbsd.org/ssh#G */
const sshHost = async ({ run, root }: Docker, endpoint: string): Promise<string | null> => {
  const words = sshWords(endpoint)
  if (words === null) return null
  const { stdout } = await run({ file: 'ssh', args: ['-G', ...words], cwd: root })
  const [, host] = /^hostname (.+)$/m.exec(stdout) ?? []
  if (host === undefined) return null
  return host.includes(':') ? `[${host}]` : host
}
