import { randomBytes } from 'node:crypto'

/** Whether a secret of this name is any random text: keys that another service gives out (`SHOPIFY_API_KEY`) and addresses are none. */
export const isRandom = (name: string): boolean => /_(SECRET|TOKEN|KEY)$/.test(name) && !/_API_/.test(name)

/** A random value for each, 256 bits, in letters that need no quoting. */
export const secretLines = (names: string[]): string =>
  names.map((name) => `${name}=${randomBytes(32).toString('base64url')}\n`).join('')
