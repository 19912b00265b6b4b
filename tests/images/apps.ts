/** An app of `apps/`, and what its image must not have: the development dependencies that building alone needs. */
export interface ImageApp {
  name: string
  /** The app's folder in its workspace. */
  folder: string
  /** The package that has Prisma's files, relative to the workspace, where that is another one. */
  prisma?: string
  absent: string[]
}

export const apps: ImageApp[] = [
  { name: 'express-prisma6', folder: '.', absent: ['prisma', 'typescript'] },
  { name: 'hono-prisma7', folder: '.', absent: ['prisma', 'typescript'] },
  // Its seed is run by ts-node, which cannot do without TypeScript.
  { name: 'nest', folder: '.', absent: ['prisma', '@nestjs/cli'] },
  { name: 'next-standalone', folder: '.', absent: ['prisma', '@next/swc-linux-x64-gnu'] },
  { name: 'react-router', folder: '.', absent: ['prisma', '@react-router/dev', 'vite'] },
  { name: 'sveltekit', folder: '.', absent: ['prisma', '@sveltejs/kit', 'vite'] },
  { name: 'nuxt', folder: '.', absent: ['prisma', 'nuxt', 'vite'] },
  { name: 'pnpm-workspace', folder: 'apps/api', prisma: 'packages/db', absent: ['prisma', 'lodash'] },
  { name: 'yarn-workspace', folder: 'apps/api', absent: ['prisma', 'lodash', 'typescript'] },
  { name: 'astro', folder: '.', absent: ['prisma'] },
  { name: 'bun', folder: '.', absent: ['prisma'] },
]
