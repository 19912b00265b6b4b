import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

/** What npm would publish: the files that belong there and no others, and exports that resolve. */
const root = join(import.meta.dirname, '..')
const limitKiB = 3_000

const pack = () => {
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-pack-'))
  const { stdout } = spawnSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
    encoding: 'utf8',
  })
  const [report] = JSON.parse(stdout) as {
    files: { path: string }[]
    filename: string
    unpackedSize: number
    size: number
  }[]
  if (report === undefined) throw new Error('npm pack made nothing')
  const { buffer: tarball } = Uint8Array.from(readFileSync(join(folder, report.filename)))
  rmSync(folder, { recursive: true })
  return { ...report, tarball }
}

const expected =
  /^(bin\/seaworthy\.mjs|dist\/[\w-]+\.js|dist\/(boot|gate)\.cjs|dist\/libraries\/[\w-]+\.cjs|dist\/types\/.*\.d\.ts|dist\/THIRD-PARTY-NOTICES\.md)$/
const always = ['package.json', 'README.md', 'LICENSE']

const main = async (): Promise<string[]> => {
  const { files, unpackedSize, size, tarball } = pack()
  const paths = files.map(({ path }) => path)
  const strangers = paths.filter((path) => !expected.test(path) && !always.includes(path))
  const missing = [
    ...always,
    'bin/seaworthy.mjs',
    'dist/cli.js',
    'dist/boot.js',
    'dist/boot.cjs',
    'dist/gate.cjs',
    'dist/index.js',
    'dist/supervisor.js',
    'dist/types/index.d.ts',
    'dist/types/boot/boot.d.ts',
  ].filter((path) => !paths.includes(path))
  const { messages, pkg } = await publint({ strict: true, pack: { tarball } })
  console.log(
    `${paths.length} files, ${Math.round(size / 1024)} KiB packed, ${Math.round(unpackedSize / 1024)} KiB unpacked`,
  )
  return [
    ...strangers.map((path) => `does not belong in the package: ${path}`),
    ...missing.map((path) => `is missing from the package: ${path}`),
    ...messages.map((message) => formatMessage(message, pkg) ?? message.code),
    ...(unpackedSize > limitKiB * 1024 ? [`is larger than ${limitKiB} KiB unpacked`] : []),
  ]
}

const faults = await main()
for (const fault of faults) console.error(fault)
process.exitCode = faults.length === 0 ? 0 : 1
