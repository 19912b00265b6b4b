import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { edit, prepareKit, quietEnvironment } from './kit.ts'
import { interleaved, type Sample } from './rounds.ts'

// What the files of a deployment cost to make, for an app of a middle size, against dockerfile-node, installed locally:
//   npx tsx bench/generate.ts [rounds]

const rounds = Number(process.argv[2] ?? 11)
/** Source files of the app beside those of the example. */
const routes = 300

const folder = mkdtempSync(join(tmpdir(), 'seaworthy-generate-'))

const main = async (): Promise<void> => {
  const kit = await prepareKit()
  const example = join(folder, 'example')
  const modules = join(kit.peer, 'node_modules')
  makeExample(kit.peer, example)
  const peer = [join(modules, '@flydotio/dockerfile/index.js'), '--litestream', '--force']
  const ours = [join(modules, 'seaworthy/bin/seaworthy.mjs')]
  const generate = async (args: string[]): Promise<Sample> => {
    const app = join(folder, 'app')
    cpSync(example, app, { recursive: true })
    symlinkSync(modules, join(app, 'node_modules'))
    const sample = measure(args, app)
    rmSync(app, { recursive: true })
    return sample
  }
  const { medians } = await interleaved(rounds, {
    'dockerfile-node': () => generate(peer),
    'seaworthy dockerfile': () => generate([...ours, 'dockerfile', '--force']),
    'seaworthy scan': () => generate([...ours, 'scan', '--json']),
    'node, empty script': () => generate(['-e', '0']),
  })
  for (const [name, { wall = 0, cpu = 0, mb = 0 }] of Object.entries(medians)) {
    const figures = [`${wall.toFixed(0)} ms`, `${cpu.toFixed(0)} ms of CPU`, `${mb.toFixed(0)} MB`]
    if (name !== 'control')
      console.log(name.padEnd(22) + figures.map((figure) => figure.padStart(16)).join(''))
  }
}

/** The example as it was before either tool, with routes that no framework of its own needs. */
const makeExample = (prepared: string, example: string): void => {
  const left = ['node_modules', 'Dockerfile', '.dockerignore', 'docker-entrypoint.js', 'litestream.yml']
  cpSync(prepared, example, { recursive: true, filter: (path) => !left.includes(basename(path)) })
  edit(join(example, 'package.json'), (text) =>
    text.replace('"dependencies": {', '"dependencies": {\n    "seaworthy": "*",'),
  )
  for (let number = 0; number < routes; number++) {
    const name = join(example, 'src', `area-${number % 20}`)
    mkdirSync(name, { recursive: true })
    writeFileSync(join(name, `route-${number}.js`), route(number))
  }
}

const route = (number: number): string => `import { Router } from 'express'
import { prisma } from '../db.js'

export const router = Router()

${Array.from({ length: 12 }, (_, index) => `router.get('/area/${number}/${index}', async (request, response) => response.json(await prisma.entry.findMany({ where: { id: Number(request.query.id) }, take: ${index + 1} })))`).join('\n')}
`

const measure = (args: string[], cwd: string): Sample => {
  const report = join(folder, 'usage.json')
  const hook = join(folder, 'hook.cjs')
  writeFileSync(hook, hookSource)
  const env = { ...process.env, ...quietEnvironment, USAGE: report, NODE_OPTIONS: `--require ${hook}` }
  const began = performance.now()
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, env, encoding: 'utf8' })
  const wall = performance.now() - began
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}\n${stdout}\n${stderr}`)
  const { maxRSS, userCPUTime, systemCPUTime } = JSON.parse(readFileSync(report, 'utf8'))
  return { wall, cpu: (userCPUTime + systemCPUTime) / 1000, mb: maxRSS / 1024 }
}

const hookSource = `process.on('exit', () =>
  require('node:fs').writeFileSync(process.env.USAGE, JSON.stringify(process.resourceUsage())))
`

try {
  await main()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
