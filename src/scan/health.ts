import type { AppPackage } from './app-package.ts'
import { codeFiles } from './code-files.ts'
import { type Fact, fact } from './fact.ts'
import { lineOf, nodesOf, type SyntaxNode } from './javascript.ts'
import { dottedName, type Module, memberName, readModule } from './module.ts'
import { routeFiles } from './route-files.ts'

/** The route that tells whether the app is well, where its own source has one that is surely answered. */
export const findHealth = (framework: string, app: AppPackage): Fact<string> | null => {
  const [file] = routeFiles(framework, app)
    .filter(({ route }) => isHealth(route))
    .toSorted((a, b) => a.route.length - b.route.length)
  if (file) return fact(file.route, file.file)
  const modules = healthModules(app)
  if (modules.length === 0) return null
  return framework === 'NestJS' ? nestRoute(modules, app) : serverRoute(modules, framework, app)
}

const isHealth = (route: string): boolean =>
  /(?:^|\/)(?:health|healthz|healthcheck|health-check|livez)$/.test(route)

const codeEndings = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs']

interface CodeFile {
  file: string
  module: Module
}

const modulesWith = ({ tree }: AppPackage, words: RegExp): CodeFile[] =>
  codeFiles(tree, codeEndings).flatMap((file) => {
    const text = tree.read(file) ?? ''
    const module = words.test(text) ? readModule(tree, file) : null
    return module ? [{ file, module }] : []
  })

const healthModules = (app: AppPackage): CodeFile[] => modulesWith(app, /['"`/](?:health|livez)/)

/** What makes a server, by framework. */
const makers: Record<string, string[]> = {
  Express: ['express'],
  Fastify: ['fastify', 'Fastify'],
  Hono: ['Hono'],
  Elysia: ['Elysia'],
}

/** `app.get('/health', …)`; only where the app makes one server, so that nothing is mounted below another path. */
const serverRoute = (modules: CodeFile[], framework: string, app: AppPackage): Fact<string> | null => {
  const names = makers[framework]
  if (!names) return null
  const found = modules.flatMap((code) => routesOf(code, names))[0]
  if (!found) return null
  // Not every router's file is parsed for it.
  const call = new RegExp(`\\b(?:${names.join('|')})\\s*[<(]`)
  const made = modulesWith(app, call).flatMap(({ module }) =>
    [...nodesOf(module.program)].filter((node) => isMaker(node, names)),
  )
  return made.length === 1 ? found : null
}

const isMaker = (node: SyntaxNode | undefined, names: string[]): boolean =>
  (node?.type === 'CallExpression' || node?.type === 'NewExpression') &&
  names.includes(dottedName(node.callee) ?? '')

const routesOf = ({ file, module }: CodeFile, names: string[]): Fact<string>[] => {
  const routes: Fact<string>[] = []
  for (const node of nodesOf(module.program)) {
    if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') continue
    const [path] = node.arguments
    const server =
      node.callee.object.type === 'Identifier' ? module.names.get(node.callee.object.name) : undefined
    const isRoute = memberName(node.callee) === 'get' && isMaker(server, names)
    if (isRoute && path?.type === 'StringLiteral' && isHealth(path.value))
      routes.push(fact(path.value, `${file}:${lineOf(node)}`))
  }
  return routes
}

/** `@Controller('health')` with a plain `@Get()`. */
const nestRoute = (modules: CodeFile[], app: AppPackage): Fact<string> | null => {
  if (modulesWith(app, /setGlobalPrefix|enableVersioning/).length > 0) return null
  for (const { file, module } of modules) {
    for (const node of nodesOf(module.program)) {
      if (node.type !== 'ClassDeclaration') continue
      const path = decoration(node.decorators, 'Controller')
      const answers = node.body.body.some(
        (member) => member.type === 'ClassMethod' && decoration(member.decorators, 'Get') === '',
      )
      if (path !== null && answers && isHealth(path))
        return fact(`/${path.replace(/^\//, '')}`, `${file}:${lineOf(node)}`)
    }
  }
  return null
}

/** The text that a decorator is given, the empty one for none; null when there is no such decorator. */
const decoration = (
  decorators: readonly { expression: unknown }[] | null | undefined,
  name: string,
): string | null => {
  for (const { expression } of decorators ?? []) {
    for (const node of nodesOf(expression)) {
      if (node.type !== 'CallExpression' || dottedName(node.callee) !== name) continue
      const [argument] = node.arguments
      if (argument === undefined) return ''
      return argument.type === 'StringLiteral' ? argument.value : null
    }
  }
  return null
}
