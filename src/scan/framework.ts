import { type AppPackage, dependencyRange } from './app-package.ts'
import { dependencyVersion } from './dependency-version.ts'
import { type Fact, fact } from './fact.ts'
import { type Build, scriptOf } from './framework-config.ts'
import { type Framework, frameworks } from './frameworks.ts'
import { findHealth } from './health.ts'
import { findLibraryNeeds } from './libraries.ts'
import type { Finding, FrameworkProfile } from './profile.ts'
import { findTemplate } from './templates.ts'

export interface FoundFramework {
  profile: FrameworkProfile
  port: number
  /** How its build is started; null when the app's own code tells, or for a static site. */
  start: string | null
  /** Whether a start script serves what was built. */
  isStart: (script: string) => boolean
  findings: Finding[]
  sources: Record<string, string>
}

/** The app's framework, as its row and its configuration describe it; null for plain Node and Bun. */
export const findFramework = (app: AppPackage): Fact<FoundFramework> | null => {
  for (const row of frameworks) {
    if (row.file !== undefined && !app.tree.has(row.file)) continue
    for (const name of row.packages) {
      const range = dependencyRange(app, name)
      if (range) return fact(describe(app, row, name), range.from)
    }
  }
  return null
}

const describe = (app: AppPackage, row: Framework, dependency: string): FoundFramework => {
  const build: Build = { output: 'server', ...row.build?.(app) }
  const isStart = (script: string): boolean =>
    ![row.unfit, build.unfit].some((pattern) => pattern?.test(script) ?? false)
  const outputs = build.outputs ?? row.outputs
  const output = servesItself(scriptOf(app, 'start'), isStart, { ...build, outputs })
    ? 'server'
    : build.output
  const template = findTemplate(app)
  const health = output === 'static' ? null : findHealth(row.name, app)
  const named = [...(row.secrets ?? []), ...(template?.value.secrets ?? [])].filter((name) =>
    isNamed(app, name),
  )
  const needs = findLibraryNeeds(app)
  return {
    profile: {
      name: row.name,
      version: dependencyVersion(app, dependency)?.value ?? null,
      output: output ?? 'server',
      outputs,
      env: { ...(output === 'static' ? {} : { ...row.env, ...needs.env }), ...build.env },
      secrets: [...new Set([...named, ...(build.secrets ?? []), ...needs.secrets])],
      health: health?.value ?? null,
      template: template?.value.name ?? null,
    },
    port: row.port,
    start: build.start === undefined ? row.start : build.start,
    isStart,
    findings: build.misfit ? [misfitFinding(build.misfit)] : [],
    sources: {
      ...(health ? { 'framework.health': health.from } : {}),
      ...(template ? { 'framework.template': template.from } : {}),
    },
  }
}

/** A start script of another kind is a server of the app's own, which needs more than what was built. */
const servesItself = (
  script: string,
  isStart: FoundFramework['isStart'],
  { output, outputs = [] }: Build,
): boolean =>
  script !== '' &&
  isStart(script) &&
  (output === 'static' || !outputs.some((folder) => script.includes(`${folder}/`)))

const misfitFinding = ({ what, next }: NonNullable<Build['misfit']>): Finding => ({
  level: 'warning',
  code: 'SW-FRAMEWORK-ADAPTER',
  what,
  next,
})

const examples = ['.env', '.env.example', '.env.sample']

/** Whether the app's code or an example of its .env speaks of the variable. */
const isNamed = ({ tree }: AppPackage, name: string): boolean =>
  [...examples, ...tree.glob(['.ts', '.tsx', '.js', '.mjs'])].some((file) => tree.read(file)?.includes(name))
