import { expect, it } from 'vitest'
import { isRandom } from '../../src/platforms/random-secrets.ts'

it.each([
  ['SESSION_SECRET', true],
  ['AUTH_SECRET', true],
  ['NEXTAUTH_SECRET', true],
  ['BETTER_AUTH_SECRET', true],
  ['HONEYPOT_SECRET', true],
  ['INTERNAL_COMMAND_TOKEN', true],
  ['APP_KEY', true],
  ['NUXT_SESSION_PASSWORD', true],
  ['AUTH_DISCORD_SECRET', false],
  ['GITHUB_CLIENT_SECRET', false],
  ['SHOPIFY_API_SECRET', false],
  ['STRIPE_SECRET_KEY', false],
  ['SMTP_PASSWORD', false],
  ['APP_URL', false],
])('%s can be made up: %j', (name, expected) => {
  expect(isRandom(name)).toBe(expected)
})
