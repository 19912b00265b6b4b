import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { homedir, tmpdir, userInfo } from 'node:os'
import { delimiter, join } from 'node:path'
import { freePort } from './free-port.ts'
import { waitUntil } from './s3-server.ts'

/** The Docker engine of these tests behind a real sshd on loopback: a machine that a client reaches by SSH alone. */
export interface SshMachine {
  /** What surrounds a client: contexts of Docker's by the names of {@link Access}, and no engine of its own. */
  env: Record<string, string | undefined>
  stop: () => void
}

/** How a client comes to it: well, or not at all. */
export type Access = 'machine' | 'stranger' | 'locked-out' | 'bare' | 'nowhere' | 'silent'

const sshd = '/usr/sbin/sshd'

/** Whether there is a server of OpenSSH, and says that it is missing. */
export const hasSshd = (): boolean => {
  const isThere = existsSync(sshd)
  if (!isThere) console.warn('skipped: no sshd (scripts/with-docker.sh installs openssh-server)')
  return isThere
}

export const startSshMachine = async (): Promise<SshMachine> => {
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-ssh-'))
  const ports = { machine: await freePort(), bare: await freePort(), nowhere: await freePort() }
  const silent = await listenInSilence()
  for (const name of ['host', 'client', 'other'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)])
  const server = await startSshd(folder, ports)
  writeFileSync(join(folder, 'known_hosts'), `machine ${readFileSync(join(folder, 'host.pub'), 'utf8')}`)
  writeFileSync(join(folder, 'config'), clientConfig(folder, { ...ports, silent: portOf(silent) }))
  const env = clientEnv(folder)
  return {
    env,
    stop: () => {
      spawnSync(join(folder, 'bin', 'ssh'), ['-O', 'exit', 'machine'], { stdio: 'ignore' })
      server.kill()
      silent.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const startSshd = async (
  folder: string,
  { machine, bare }: Record<'machine' | 'bare', number>,
): Promise<ChildProcess> => {
  // Started by root, it wants a folder that Debian makes together with the service.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true })
  writeFileSync(
    join(folder, 'sshd_config'),
    `ListenAddress 127.0.0.1:${machine}
ListenAddress 127.0.0.1:${bare}
HostKey ${join(folder, 'host')}
AuthorizedKeysFile ${join(folder, 'client.pub')}
AuthenticationMethods publickey
StrictModes no
UsePAM no
PidFile none
${process.env.DOCKER_HOST ? `SetEnv DOCKER_HOST=${process.env.DOCKER_HOST}` : ''}
Match LocalPort ${bare}
  ForceCommand PATH=/nothing; eval "$SSH_ORIGINAL_COMMAND"
`,
  )
  const server = spawn(sshd, ['-D', '-e', '-f', join(folder, 'sshd_config')])
  let said = ''
  server.stderr.on('data', (text) => {
    said += text
  })
  await waitUntil(() => said.split('Server listening').length > 2).catch(() => {
    throw new Error(`sshd did not start: ${said}`)
  })
  return server
}

/** Takes every connection and never says a word. */
const listenInSilence = async (): Promise<Server> => {
  const server = createServer((socket) => socket.on('error', () => {}))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

const portOf = (server: Server): number => {
  const address = server.address()
  return address === null || typeof address === 'string' ? 0 : address.port
}

const clientConfig = (
  folder: string,
  ports: Record<'machine' | 'bare' | 'nowhere' | 'silent', number>,
): string => {
  const hosts: Record<Access, string[]> = {
    // As docs/compose.md has it: each command of Docker's is a connection.
    machine: ['ControlMaster auto', `ControlPath ${join(folder, '%C')}`, 'ControlPersist 60'],
    stranger: ['HostKeyAlias stranger'],
    'locked-out': [`IdentityFile ${join(folder, 'other')}`],
    bare: [`Port ${ports.bare}`],
    nowhere: [`Port ${ports.nowhere}`],
    silent: [`Port ${ports.silent}`],
  }
  // The first value of each counts; but every key is tried.
  const lines = Object.entries(hosts).flatMap(([name, own]) => [`Host ${name}`, ...own])
  return `${lines.join('\n')}
Host *
HostName 127.0.0.1
User ${userInfo().username}
Port ${ports.machine}
HostKeyAlias machine
UserKnownHostsFile ${join(folder, 'known_hosts')}
IdentitiesOnly yes
Host * !locked-out
IdentityFile ${join(folder, 'client')}
`
}

/** SSH takes its configuration from the home of the user in /etc/passwd, wherever HOME leads: it is called with its own. */
const clientEnv = (folder: string): SshMachine['env'] => {
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  const words = `exec ssh -F '${join(folder, 'config')}' "$@"`
  writeFileSync(join(bin, 'ssh'), `#!/bin/sh\nPATH='${process.env.PATH}'\n${words}\n`)
  chmodSync(join(bin, 'ssh'), 0o755)
  const config = join(folder, 'docker')
  const plugins = join(process.env.DOCKER_CONFIG ?? join(homedir(), '.docker'), 'cli-plugins')
  mkdirSync(config)
  writeFileSync(join(config, 'config.json'), JSON.stringify({ cliPluginsExtraDirs: [plugins] }))
  const env = {
    PATH: [bin, process.env.PATH].join(delimiter),
    DOCKER_CONFIG: config,
    DOCKER_HOST: undefined,
    DOCKER_CONTEXT: undefined,
  }
  const names: Access[] = ['machine', 'stranger', 'locked-out', 'bare', 'nowhere', 'silent']
  for (const name of names)
    execFileSync('docker', ['context', 'create', name, '--docker', `host=ssh://${name}`], {
      env: { ...process.env, ...env },
      stdio: 'ignore',
    })
  return env
}
