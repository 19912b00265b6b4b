import { majorOf } from '../prisma/location.ts'
import type { AppPackage } from './app-package.ts'
import { dependencyVersion } from './dependency-version.ts'

/** What a library needs of its surroundings without the app's code saying so. */
interface Library {
  names: string[]
  /** Majors that it holds for: from the first on, before the second. */
  majors?: [number, number]
  secrets: string[]
  env?: Record<string, string>
}

// In production it refuses requests until it is told that what stands in front of it can be trusted.
const trusted = { AUTH_TRUST_HOST: 'true' }

const libraries: Library[] = [
  // https://next-auth.js.org/configuration/options
  { names: ['next-auth'], majors: [0, 5], secrets: ['NEXTAUTH_SECRET'], env: trusted },
  // https://authjs.dev/reference/core/errors#untrustedhost
  { names: ['next-auth'], majors: [5, Number.POSITIVE_INFINITY], secrets: ['AUTH_SECRET'], env: trusted },
  {
    names: ['@auth/sveltekit', '@auth/express', '@auth/solid-start', '@auth/qwik'],
    secrets: ['AUTH_SECRET'],
    env: trusted,
  },
  // https://www.better-auth.com/docs/installation#set-environment-variables
  { names: ['better-auth'], secrets: ['BETTER_AUTH_SECRET'] },
  // https://github.com/atinux/nuxt-auth-utils#quick-setup
  { names: ['nuxt-auth-utils'], secrets: ['NUXT_SESSION_PASSWORD'] },
]

/** What the app's libraries need: secrets, and variables with one value for all apps. */
export const findLibraryNeeds = (app: AppPackage): { secrets: string[]; env: Record<string, string> } => {
  const found = libraries.filter((library) => isUsed(app, library))
  return {
    secrets: found.flatMap(({ secrets }) => secrets),
    env: Object.assign({}, ...found.map(({ env }) => env)),
  }
}

const isUsed = (
  app: AppPackage,
  { names, majors: [from, to] = [0, Number.POSITIVE_INFINITY] }: Library,
): boolean =>
  names.some((name) => {
    const version = dependencyVersion(app, name)
    // `beta` says no number: what is newest.
    const major = version === null ? Number.NaN : majorOf(version.value) || Number.MAX_SAFE_INTEGER
    return major >= from && major < to
  })
