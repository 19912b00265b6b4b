import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

/** What npm would publish: the files that belong there and no others, and exports that resolve. */
const root = join(import.meta.dirname, '..')
const limitKiB = 3_000

const pack = () => {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
  })
  const [report] = JSON.parse(stdout)
  return report as { files: { path: string }[]; unpackedSize: number; size: number }
}

const expected =
  /^(bin\/seaworthy\.mjs|dist\/[\w-]+\.js|dist\/types\/.*\.d\.ts|dist\/THIRD-PARTY-NOTICES\.md)$/
const always = ['package.json', 'README.md', 'LICENSE']

const main = async (): Promise<string[]> => {
  const { files, unpackedSize, size } = pack()
  const paths = files.map(({ path }) => path)
  const strangers = paths.filter((path) => !expected.test(path) && !always.includes(path))
  const missing = [
    ...always,
    'bin/seaworthy.mjs',
    'dist/cli.js',
    'dist/boot.js',
    'dist/index.js',
    'dist/supervisor.js',
    'dist/types/index.d.ts',
    'dist/types/boot/boot.d.ts',
  ].filter((path) => !paths.includes(path))
  const { messages, pkg } = await publint({ pkgDir: root, strict: true, pack: false })
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
