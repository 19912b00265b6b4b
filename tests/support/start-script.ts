import { spawnSync } from 'node:child_process'
import { startScript } from '../../src/generate/start-script.ts'
import type { PlanOptions } from '../../src/plan/options.ts'
import { buildPlan } from '../../src/plan/plan.ts'
import { database, prisma, profile } from './profile.ts'
import { project } from './project.ts'

/** A package of the name seaworthy that says which steps are called, and nothing else. */
const recorder = {
  'node_modules/seaworthy/package.json': {
    name: 'seaworthy',
    type: 'module',
    exports: { './boot': './boot.js' },
  },
  'node_modules/seaworthy/boot.js': `
    const step = (name) => async (...args) => console.log(JSON.stringify([name, ...args]))
    export const database = (settings) => {
      console.log(JSON.stringify(['database', settings]))
      return Object.fromEntries(['link', 'restore', 'migrate', 'seed', 'replicate', 'launch'].map((name) => [name, step(name)]))
    }`,
}

export const moduleTypes = ['module', 'commonjs', undefined] as const

/** Runs the start script of an app with a real Node and gives what it called, and what was on standard error. */
export const runStartScript = (
  type: (typeof moduleTypes)[number],
  options: PlanOptions = {},
  node: string = process.execPath,
): { calls: unknown[]; stderr: string } => {
  const app = profile({
    moduleType: type ?? 'commonjs',
    prisma: prisma({ databases: [database("prisma/it's.db", 'DATABASE_URL')] }),
  })
  const plan = buildPlan(app, options)
  if (!plan.database || !plan.volume) throw new Error('the plan has no database')
  const script = startScript(plan, plan.database, plan.volume)
  const root = project({ ...recorder, 'package.json': { name: 'app', type }, 'start.js': script })
  const { stdout, stderr } = spawnSync(node, ['start.js', 'npm', 'start'], { cwd: root, encoding: 'utf8' })
  return {
    calls: stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    stderr,
  }
}

export const allCalls = [
  ['database', { file: "prisma/it's.db", env: 'DATABASE_URL', volume: '/data', user: 'node' }],
  ['link'],
  ['restore'],
  ['migrate', 'prisma/migrations'],
  ['seed', 'node prisma/seed.js'],
  ['replicate'],
  ['launch'],
]
