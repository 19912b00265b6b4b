import { type AppPackage, dependencyRange } from './app-package.ts'
import type { Fact } from './fact.ts'
import { textAt } from './json-value.ts'
import type { PrismaProfile } from './profile.ts'

/**
 * Where Prisma's CLI stands in package.json, and what calls it while the app starts.
 *
 * @param owner the package that has Prisma.
 * @param start what is run in the end, behind `npm run start`.
 */
export const findPrismaCli = (
  app: AppPackage,
  owner: AppPackage,
  { value: command, from }: Fact<string>,
): PrismaProfile['cli'] => {
  const group = dependencyRange(owner, 'prisma')?.from.match(/#(dependencies|devDependencies)\./)?.[1]
  const script = from.match(/#scripts\.(.+)$/)?.[1]
  return {
    group: group === 'dependencies' || group === 'devDependencies' ? group : null,
    calledBy:
      (script ? callerIn(app, `npm run pre${script}`, from, new Set()) : null) ??
      callerIn(app, command, from, new Set()),
  }
}

/** Follows scripts of package.json and shell scripts to the first that calls Prisma. */
const callerIn = (app: AppPackage, command: string, from: string, seen: Set<string>): string | null => {
  if (seen.has(from)) return null
  seen.add(from)
  if (/\bprisma (?:migrate|db|generate)\b/.test(command)) return from
  for (const next of calledScripts(app, command)) {
    const caller = callerIn(app, next.command, next.from, seen)
    if (caller !== null) return caller
  }
  return null
}

const calledScripts = (app: AppPackage, line: string): { command: string; from: string }[] =>
  line.split(/[;&|()]+/).flatMap((command) => {
    const words = command.trim().split(/[\s"']+/)
    // What follows Node is a file or a folder: `node build` is no `npm run build`.
    const isNode = words.find((word) => !/^\w+=/.test(word)) === 'node'
    return words.flatMap((word) => {
      const script = isNode ? null : textAt(app.json, 'scripts', word)
      if (script !== null) return [{ command: script, from: `package.json#scripts.${word}` }]
      const file = word.replace(/^\.\//, '')
      const text = file.endsWith('.sh') ? app.tree.read(file) : null
      return text === null ? [] : [{ command: text, from: file }]
    })
  })
