import { randomBytes } from 'node:crypto'

const random =
  /^(?:(?:AUTH|NEXTAUTH|BETTER_AUTH|SESSION|COOKIE|JWT|CSRF|HONEYPOT|APP)_SECRET|APP_KEY|INTERNAL_COMMAND_TOKEN|NUXT_SESSION_PASSWORD)$/

/** Whether a secret of this name is any random text: what another service gives out (`AUTH_GITHUB_SECRET`) and addresses are none. */
export const isRandom = (name: string): boolean => random.test(name)

/** 256 bits, in letters that need no quoting. */
export const randomValue = (): string => randomBytes(32).toString('base64url')

/** A random value for each. */
export const secretLines = (names: string[]): string =>
  names.map((name) => `${name}=${randomValue()}\n`).join('')
