import { type AppPackage, dependencyRange } from './app-package.ts'
import { configOf } from './framework-config.ts'

/** A route that the app answers, by the file that its framework found it in. */
export interface RouteFile {
  route: string
  file: string
}

/** The routes that follow from the names of files, without those that have parameters; none where names say nothing. */
export const routeFiles = (framework: string, app: AppPackage): RouteFile[] => {
  const pathOf = conventions[framework]
  if (pathOf === undefined) return []
  return app.tree.glob(endings).flatMap((file) => {
    const path = pathOf(file.replace(/\.\w+$/, ''), app)
    const route = path === null ? null : routeOf(path)
    return route === null ? [] : [{ route, file }]
  })
}

const endings = ['.ts', '.tsx', '.js', '.jsx', '.mjs', '.vue', '.svelte', '.astro']

/** What of a file's path, without its ending, makes its route; null when it makes none. */
type Convention = (path: string, app: AppPackage) => string | null

const nextRoute: Convention = (path, app) => {
  // Under a base path the routes are others.
  if ((configOf(app, 'next.config')?.at('basePath') ?? null) !== null) return null
  return (
    path.match(/^(?:src\/)?app\/(.+)\/(?:route|page)$/)?.[1] ??
    path.match(/^(?:src\/)?pages\/(.+)$/)?.[1] ??
    null
  )
}

const kitRoute: Convention = (path) => path.match(/^src\/routes\/(.+)\/\+(?:server|page)$/)?.[1] ?? null

const nuxtRoute: Convention = (path) =>
  path
    .match(/^(?:server\/(api\/.+)|server\/routes\/(.+)|(?:app\/)?pages\/(.+))$/)
    ?.slice(1)
    .find((part) => part !== undefined)
    ?.replace(/\.(?:get|head)$/, '') ?? null

const astroRoute: Convention = (path) => path.match(/^src\/pages\/(.+)$/)?.[1] ?? null

const tanstackRoute: Convention = (path) =>
  path.match(/^(?:src|app)\/routes\/(.+)$/)?.[1]?.replaceAll('.', '/') ?? null

/** A folder among flat routes is a route's own, unless its name ends in `+` or a plug-in reads folders. */
const flatRoute: Convention = (path, app) => {
  const flat = path.match(/^app\/routes\/(.+)$/)?.[1] ?? null
  if (flat === null || !readsFileNames(app)) return null
  const folders = flat.split('/').slice(0, -1)
  const isRoute =
    folders.every((folder) => folder.endsWith('+')) ||
    flat.endsWith('/route') ||
    folderReaders.some((name) => dependencyRange(app, name) !== null)
  return isRoute ? flat.replaceAll('.', '/') : null
}

const folderReaders = ['remix-flat-routes', 'react-router-auto-routes', '@remix-run/v1-route-convention']

/** React Router has a list of its routes, which may be made from the names of files. */
const readsFileNames = ({ tree }: AppPackage): boolean =>
  /flatRoutes|autoRoutes|remixRoutes/.test(
    tree.read('app/routes.ts') ?? tree.read('app/routes.js') ?? 'flatRoutes',
  )

const conventions: Record<string, Convention> = {
  'Next.js': nextRoute,
  'React Router': flatRoute,
  Remix: flatRoute,
  SvelteKit: kitRoute,
  Nuxt: nuxtRoute,
  Astro: astroRoute,
  'TanStack Start': tanstackRoute,
}

/** Groups in parentheses, names that begin with `_` and `index` are no part of a route. */
const routeOf = (path: string): string | null => {
  const segments = path.split('/').map((segment) => segment.replace(/[+_]$/, ''))
  if (segments.some((segment) => /^[$[:@]/.test(segment))) return null
  return `/${segments.filter((segment) => !/^(?:\(.*\)|_.*|index|route|)$/.test(segment)).join('/')}`
}
