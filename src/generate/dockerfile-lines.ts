import type { ImagePlan } from '../plan/image-plan.ts'

/** One RUN of several commands that must all succeed, with its mounts. */
export const run = (commands: string[], mounts: string[] = []): string[] => {
  const words = [...mounts.map((mount) => `--mount=${mount} \\`), ...joined(commands)]
  return [`RUN ${words[0]}`, ...words.slice(1).map((line) => `    ${line}`)]
}

const joined = (commands: string[]): string[] =>
  commands.map((command, index) => (index < commands.length - 1 ? `${command} && \\` : command))

/** Files of the root in one line; folders, and files in folders, keep their place. */
export const copyInto = (files: string[], { link }: Pick<ImagePlan, 'link'>): string[] => {
  const copy = `COPY${link ? ' --link' : ''}`
  return [
    `${copy} ${files.filter((file) => !file.includes('/')).join(' ')} ./`,
    ...files.filter((file) => file.includes('/')).map((file) => `${copy} ${file} ${file}`),
  ]
}

export const envs = (variables: Record<string, string>): string[] =>
  Object.entries(variables).map(([name, value]) => `ENV ${name}=${JSON.stringify(value)}`)

export const args = (values: Record<string, string>): string[] =>
  Object.entries(values).map(([name, value]) => `ARG ${name}=${JSON.stringify(value)}`)

export const ownLines = (text: string | null): string[] => (text === null ? [] : [text.trimEnd()])

/** Packages of the operating system. */
export const install = (names: string[], { base, cache }: Pick<ImagePlan, 'base' | 'cache'>): string[] => {
  if (names.length === 0) return []
  return base === 'alpine' ? apk(alpineNames(names), cache) : apt(names, cache)
}

const apk = (names: string[], isCached: boolean): string[] =>
  isCached
    ? run([`apk add ${names.join(' ')}`], ['type=cache,target=/var/cache/apk,sharing=locked'])
    : run([`apk add --no-cache ${names.join(' ')}`])

const apt = (names: string[], isCached: boolean): string[] =>
  isCached
    ? run(
        // Debian's images throw away what apt downloads.
        ['rm -f /etc/apt/apt.conf.d/docker-clean', 'apt-get update -qq', aptInstall(names)],
        ['/var/cache/apt', '/var/lib/apt'].map((target) => `type=cache,target=${target},sharing=locked`),
      )
    : run(['apt-get update -qq', aptInstall(names), 'rm -rf /var/lib/apt/lists/*'])

const aptInstall = (names: string[]): string =>
  `apt-get install --no-install-recommends -y ${names.join(' ')}`

const alpineNames = (names: string[]): string[] =>
  [...new Set(names.flatMap((name) => alpineName[name] ?? [name]))].sort()

/** Where Alpine has another name, or the package within another one. */
const alpineName: Record<string, string[]> = {
  'build-essential': ['build-base'],
  'chromium-sandbox': [],
  'node-gyp': [],
  'pkg-config': ['pkgconf'],
  python: ['python3'],
  'python-is-python3': ['python3'],
  sqlite3: ['sqlite'],
}
