import { index, type RouteConfig, route } from '@react-router/dev/routes'

export default [
  index('home.tsx'),
  route('healthz', 'healthz.ts'),
  route('notes', 'notes.ts'),
] satisfies RouteConfig
