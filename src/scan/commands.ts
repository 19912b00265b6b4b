import type { AppPackage } from './app-package.ts'
import { type Fact, fact, firstFact } from './fact.ts'
import type { Framework } from './frameworks.ts'
import { textAt } from './json-value.ts'
import type { PackageManagerName } from './profile.ts'

/** A script of package.json as one would type it. */
export const findScript = (
  { json }: AppPackage,
  name: string,
  manager: PackageManagerName,
): Fact<string> | null =>
  textAt(json, 'scripts', name) ? fact(`${manager} run ${name}`, `package.json#scripts.${name}`) : null

/** The start script, else the framework's way, else `main`, else the `server.js` that npm would start. */
export const findStart = (
  app: AppPackage,
  manager: PackageManagerName,
  framework: Fact<Framework> | null,
): Fact<string> | null =>
  firstFact([
    () => findScript(app, 'start', manager),
    () => (framework?.value.start ? fact(framework.value.start, framework.from) : null),
    () => startOf(app, textAt(app.json, 'main'), 'package.json#main'),
    () => startOf(app, 'server.js', 'server.js'),
  ])

const startOf = ({ tree }: AppPackage, file: string | null, from: string): Fact<string> | null =>
  file !== null && tree.read(file) !== null ? fact(`node ${file}`, from) : null
