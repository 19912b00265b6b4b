import type { AppPackage } from './app-package.ts'
import { type Fact, fact, firstFact } from './fact.ts'
import type { FoundFramework } from './framework.ts'
import { isRecord, textAt, valueAt } from './json-value.ts'
import type { PackageManagerName } from './profile.ts'

/** A script of package.json as one would type it. */
export const findScript = (
  { json }: AppPackage,
  name: string,
  manager: PackageManagerName,
): Fact<string> | null =>
  textAt(json, 'scripts', name) ? fact(`${manager} run ${name}`, `package.json#scripts.${name}`) : null

/**
 * The start script, unless it serves development alone; else the one for production, the framework's way, `main`, or
 * the `server.js` that npm would start. A static site has none.
 */
export const findStart = (
  app: AppPackage,
  manager: PackageManagerName,
  framework: Fact<FoundFramework> | null,
): Fact<string> | null => {
  if (framework?.value.profile.output === 'static') return null
  return firstFact([
    ...startScripts(app).map((name) => () => fitScript(app, name, manager, framework)),
    () => (framework?.value.start ? fact(framework.value.start, framework.from) : null),
    () => startOf(app, textAt(app.json, 'main'), 'package.json#main'),
    () => startOf(app, 'server.js', 'server.js'),
  ])
}

/** What is run in the end: the text of the script that a start command names, else the command itself. */
export const commandBehind = ({ json }: AppPackage, start: Fact<string> | null): string => {
  const name = start?.from.match(/^package\.json#scripts\.(.+)$/)?.[1]
  return (name === undefined ? null : textAt(json, 'scripts', name)) ?? start?.value ?? ''
}

const startScripts = ({ json }: AppPackage): string[] => {
  const scripts = valueAt(json, 'scripts')
  const rendering = Object.keys(isRecord(scripts) ? scripts : {}).filter((name) =>
    name.startsWith('serve:ssr'),
  )
  return ['start', 'start:prod', 'start:production', ...rendering]
}

const fitScript = (
  app: AppPackage,
  name: string,
  manager: PackageManagerName,
  framework: Fact<FoundFramework> | null,
): Fact<string> | null => {
  const isFit = framework?.value.isStart(textAt(app.json, 'scripts', name) ?? '') ?? true
  const script = isFit ? findScript(app, name, manager) : null
  const { rest } = buildBefore(textAt(app.json, 'scripts', name) ?? '')
  return script && rest !== null ? fact(rest, script.from) : script
}

/** The build: that script, else what the start script begins with. */
export const findBuild = (
  app: AppPackage,
  manager: PackageManagerName,
  start: string,
): Fact<string> | null => {
  const { build } = buildBefore(start)
  return (
    findScript(app, 'build', manager) ?? (build === null ? null : fact(build, 'package.json#scripts.start'))
  )
}

/** `npm run build:ts && fastify start`: the image is built once and started often, without what building needs. */
const buildBefore = (script: string): Record<'build' | 'rest', string | null> => {
  const [, build, rest] =
    /^((?:npm|pnpm|yarn|bun) run \S*build\S*|(?:npx )?tsc\b[^&|;]*?) && (.+)$/.exec(script) ?? []
  return { build: runnable(build), rest: runnable(rest) }
}

/** A program of node_modules is found by its name in a script alone. */
const runnable = (command: string | undefined): string | null => {
  if (command === undefined) return null
  return /^(?:\w+=|\.|(?:node|npx|npm|pnpm|yarn|bunx?|sh)\b)/.test(command) || command.includes('&&')
    ? command
    : `npx ${command}`
}

const startOf = ({ tree }: AppPackage, file: string | null, from: string): Fact<string> | null =>
  file !== null && tree.read(file) !== null ? fact(`node ${file}`, from) : null
