import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { arch } from 'node:os'
import { dirname, join } from 'node:path'
import { run, show } from '../src/command.ts'
import { buildah, cache, hasBuildah, outputOf } from '../tests/images/buildah.ts'
import { goBinary } from '../tests/support/litestreams.ts'

/*
 * Stand-ins for the public base images, for machines that reach no image registry: Debian by debootstrap from the mirror
 * that apt uses here, and the programs that npm and Go carry. What exists already is left as it is; --again makes all anew.
 * Needs buildah and debootstrap, as root. With --load Docker's engine gets them too: one of our own, for they have the names
 * of others.
 */

interface BaseImage {
  names: string[]
  files: () => Promise<{ from: string; to: string }[]>
  lines: string[]
}

const main = async (): Promise<void> => {
  if (!hasBuildah()) return console.log('no base images: that needs buildah, and root')
  const isAgain = process.argv.includes('--again')
  const present = new Set((await buildah(['images', '--format', '{{.Name}}:{{.Tag}}'])).split('\n'))
  const images = await baseImages()
  for (const image of images) {
    if (!isAgain && image.names.every((name) => present.has(name))) continue
    console.log(`making ${image.names.join(', ')}`)
    await make(image)
  }
  if (process.argv.includes('--load')) for (const { names } of images.slice(1)) await load(names)
}

const debianImage = 'localhost/seaworthy-debian:base'
const cpu = arch() === 'arm64' ? { npm: 'arm64', bun: 'aarch64' } : { npm: 'x64', bun: 'x64' }

// In the order in which they stand on each other.
const baseImages = async (): Promise<BaseImage[]> => [
  {
    names: [debianImage],
    files: async () => [{ from: await debian(), to: '/' }],
    lines: [],
  },
  ...nodeMajors.map((major) => ({
    names: [`docker.io/library/node:${major}-slim`],
    files: async () => [
      { from: await fromNpm(`node-linux-${cpu.npm}@${major}`, 'bin/node'), to: '/usr/local/bin/node' },
      { from: await ownNpm(), to: '/usr/local/lib/node_modules/npm' },
    ],
    lines: [
      'RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && \\',
      '    ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx && \\',
      '    useradd --create-home --uid 1000 node',
      'CMD ["node"]',
    ],
  })),
  {
    names: ['1-slim', `${await bunVersion()}-slim`].map((tag) => `docker.io/oven/bun:${tag}`),
    files: async () => [
      {
        from: await fromNpm(`@oven/bun-linux-${cpu.bun}@${await bunVersion()}`, 'bin/bun'),
        to: '/usr/local/bin/bun',
      },
    ],
    // As in Bun's own image: what asks for Node gets Bun.
    lines: [
      'RUN ln -s bun /usr/local/bin/bunx && mkdir /usr/local/bun-node-fallback-bin && \\',
      '    ln -s /usr/local/bin/bun /usr/local/bun-node-fallback-bin/node && \\',
      '    useradd --create-home --uid 1000 bun',
      'ENV PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/bun-node-fallback-bin"',
      'CMD ["bun"]',
    ],
  },
  {
    names: ['docker.io/litestream/litestream:0.3.13'],
    files: async () => [
      {
        from: await fromNpm(`@flydotio/litestream-linux-${cpu.npm}@1.0.1`, 'litestream'),
        to: '/usr/local/bin/litestream',
      },
    ],
    lines: [],
  },
  ...ofGo('versitygw', (binary) => ({
    names: ['docker.io/versity/versitygw:latest'],
    files: async () => [{ from: binary, to: '/usr/local/bin/versitygw' }],
    lines: ['ENTRYPOINT ["/usr/local/bin/versitygw"]'],
  })),
  ...ofGo('caddy', (binary) => ({
    names: ['docker.io/library/caddy:2.11'],
    files: async () => [{ from: binary, to: '/usr/bin/caddy' }],
    lines: [
      'WORKDIR /srv',
      'ENV XDG_CONFIG_HOME=/config XDG_DATA_HOME=/data',
      'CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]',
    ],
  })),
]

/** None where Go has not installed the program (.ci/run does). */
const ofGo = (program: string, image: (binary: string) => BaseImage): BaseImage[] => {
  const binary = goBinary(program)
  return binary === undefined ? [] : [image(binary)]
}

const nodeMajors = [22, 24]

/** The one that the app of the tests names. */
const bunVersion = async (): Promise<string> => {
  const file = join(import.meta.dirname, '../tests/images/apps/bun/package.json')
  const { packageManager }: { packageManager: string } = JSON.parse(readFileSync(file, 'utf8'))
  return packageManager.replace('bun@', '')
}

const work = join(cache, 'making')

const make = async ({ names, files, lines }: BaseImage): Promise<void> => {
  const copies = await files()
  rmSync(join(work, 'context'), { recursive: true, force: true })
  mkdirSync(join(work, 'context'), { recursive: true })
  const places: string[] = []
  for (const [index, { from, to }] of copies.entries()) {
    await must('cp', ['--archive', from, join(work, 'context', `file-${index}`)])
    places.push(from.endsWith('.tar') ? `ADD file-${index} ${to}` : `COPY file-${index} ${to}`)
  }
  const base = lines.length > 0 ? debianImage : 'scratch'
  const dockerfile = [
    `FROM ${base}`,
    ...places,
    ...(base === 'scratch' ? [] : await surroundings()),
    ...lines,
  ]
  writeFileSync(join(work, 'Dockerfile'), `${dockerfile.join('\n')}\n`)
  const tags = names.flatMap((name) => ['--tag', name])
  await buildah([
    'bud',
    '--isolation',
    'chroot',
    ...tags,
    '-f',
    join(work, 'Dockerfile'),
    join(work, 'context'),
  ])
}

/** Gives Docker's engine what it does not have yet, or has otherwise. */
const load = async (names: string[]): Promise<void> => {
  const id = (
    await buildah(['inspect', '--type', 'image', '--format', '{{.FromImageID}}', names[0] ?? ''])
  ).trim()
  const { stdout } = await run({
    file: 'docker',
    args: ['image', 'inspect', '--format', '{{.Id}}', ...names],
  })
  if (names.length === stdout.split(id).length - 1) return
  const archive = join(work, 'image.tar')
  for (const name of names) {
    console.log(`loading ${name}`)
    rmSync(archive, { force: true })
    await buildah(['push', '--disable-compression', name, `docker-archive:${archive}:${name}`])
    await must('docker', ['load', '--quiet', '--input', archive])
  }
  rmSync(archive, { force: true })
}

/**
 * What this machine needs to reach the package registry. Prisma wants an engine for migrations before it generates a client,
 * and would download it; none is started, so that any program will do.
 */
const surroundings = async (): Promise<string[]> => [
  `ENV npm_config_registry=${(await must('npm', ['config', 'get', 'registry'])).trim()}`,
  ...(process.env.NODE_EXTRA_CA_CERTS ? [`ENV NODE_EXTRA_CA_CERTS=${certificates}`] : []),
  'ENV PRISMA_SCHEMA_ENGINE_BINARY=/bin/true',
]

const certificates = '/etc/ssl/certs/ca-certificates.crt'

/** A tar of the smallest Debian, without what slim images leave out either; once for each machine. */
const debian = async (): Promise<string> => {
  const tar = join(cache, 'debian.tar')
  if (existsSync(tar)) return tar
  const root = join(work, 'debian')
  rmSync(root, { recursive: true, force: true })
  mkdirSync(root, { recursive: true })
  const { uri, release } = await mirror()
  await must('debootstrap', ['--variant=minbase', '--include=ca-certificates', release, root, uri])
  for (const path of [
    'usr/share/doc',
    'usr/share/man',
    'usr/share/locale',
    'var/cache/apt',
    'var/lib/apt/lists',
  ])
    rmSync(join(root, path), { recursive: true, force: true })
  // As in Debian's own images: what apt downloads and computes is not kept.
  writeFileSync(join(root, 'etc/apt/apt.conf.d/docker-clean'), aptKeepsNothing)
  const own = process.env.NODE_EXTRA_CA_CERTS ?? certificates
  if (existsSync(own)) copyFileSync(own, join(root, certificates))
  await must('tar', ['--create', '--file', `${tar}.new`, '--directory', root, '--exclude=./dev/*', '.'])
  renameSync(`${tar}.new`, tar)
  rmSync(root, { recursive: true })
  return tar
}

const aptKeepsNothing = `DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb || true"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
`

/** Where apt gets this machine's own release from. */
const mirror = async (): Promise<{ uri: string; release: string }> => {
  const release = /^VERSION_CODENAME=(\S+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]
  const format = ['indextargets', '--format', '$(REPO_URI) $(RELEASE) $(COMPONENT)', 'Identifier: Packages']
  const rows = (await must('apt-get', format)).split('\n').map((line) => line.split(' '))
  const uri = rows.find(([, name, component]) => name === release && component === 'main')?.[0]
  if (!release || !uri) throw new Error('apt knows no mirror of the release that this machine runs.')
  return { uri, release }
}

/** A file of a package, downloaded once. */
const fromNpm = async (spec: string, path: string): Promise<string> => {
  const prefix = join(cache, 'npm', spec.replace('/', '+'))
  const name = spec.slice(0, spec.lastIndexOf('@'))
  const file = join(prefix, 'node_modules', name, path)
  if (existsSync(file)) return file
  mkdirSync(prefix, { recursive: true })
  await must('npm', ['install', '--prefix', prefix, '--no-save', '--no-audit', '--no-fund', '--force', spec])
  return file
}

const ownNpm = async (): Promise<string> => {
  const cli = (await must('sh', ['-c', 'readlink -f "$(command -v npm)"'])).trim()
  return dirname(dirname(cli))
}

const must = async (file: string, args: string[]): Promise<string> =>
  outputOf(show({ file, args }), await run({ file, args }))

await main()
