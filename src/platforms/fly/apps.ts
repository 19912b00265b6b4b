import type { Command } from '../../command.ts'
import { asRecord, asRecords, textAt } from './answers.ts'
import { ask, type Flyctl, fly } from './flyctl.ts'

/** Names of all apps that this account sees. */
export const listApps = async (flyctl: Flyctl): Promise<string[]> =>
  asRecords(await ask(flyctl, ['apps', 'list'])).map((app) => textAt(app, 'Name', 'name'))

export const createApp = (flyctl: Flyctl, app: string, org: string): Command =>
  fly(flyctl, ['apps', 'create', app, '--org', org])

/** Organisations: slug → name. */
export const listOrgs = async (flyctl: Flyctl): Promise<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(asRecord(await ask(flyctl, ['orgs', 'list']))).map(([slug, name]) => [slug, String(name)]),
  )

export interface Region {
  code: string
  name: string
}

export const listRegions = async (flyctl: Flyctl): Promise<Region[]> =>
  asRecords(await ask(flyctl, ['platform', 'regions'])).map((region) => ({
    code: textAt(region, 'code', 'Code'),
    name: textAt(region, 'name', 'Name'),
  }))

/** Where the app answers; null before it was deployed with a service. */
export const addressOf = async (flyctl: Flyctl, app: string): Promise<string | null> => {
  const host = textAt(asRecord(await ask(flyctl, ['status', '--app', app])), 'Hostname')
  return host === '' ? null : `https://${host}`
}
