import { bucketSecrets } from '../../../src/bucket/bucket.ts'
import { appAnswer, regionsAnswer } from '../flyctl/answers.ts'
import { newApp } from '../flyctl/new-parts.ts'
import type { App, World } from '../flyctl/state.ts'
import type { Asked, Input } from './asked.ts'

/** Fly's older interface: all that is written, and what each version of flyctl reads. */
export const graph = (world: World, { query, variables }: Asked): object => {
  const input = variables.input ?? {}
  const name = variables.appName ?? variables.name ?? input.appId ?? ''
  const writing = Object.entries(writes).find(([words]) => query.includes(words))?.[1]
  if (writing) return writing(world, input, world.apps[name] ?? newApp(''))
  const fields = reads(world, name)
  return Object.fromEntries(
    Object.entries(fields).filter(([field]) => new RegExp(`\\b${field}\\b`).test(query)),
  )
}

const writes: Record<string, (world: World, input: Input, app: App) => object> = {
  'createApp(': (world, { name = '', organizationId = '' }) => {
    world.apps[name] = newApp(organizationId)
    return { createApp: { app: { id: name, name, organization: { slug: organizationId } } } }
  },
  'createAddOn(': (_, { name = '' }, app) => {
    app.bucket = name
    const environment = Object.fromEntries(bucketSecrets.map((secret) => [secret, 'x']))
    return { createAddOn: { addOn: { name, environment } } }
  },
  'deleteAddOn(': (world) => {
    for (const app of Object.values(world.apps)) app.bucket = null
    return { deleteAddOn: {} }
  },
  'unsetSecrets(': (_, { keys = [] }, app) => {
    for (const key of keys) delete app.secrets[key]
    return { unsetSecrets: { release: null } }
  },
  'setSecrets(': (_, { secrets = [] }, app) => {
    for (const { key, value } of secrets) app.secrets[key] = value
    return { setSecrets: { release: null } }
  },
}

const reads = (world: World, name: string): Record<string, unknown> => {
  const ofApp = (each: string, app: App): object => ({
    ...lowerFirst(appAnswer(each, app)),
    organization: { id: app.org, slug: app.org, rawSlug: app.org },
    secrets: Object.keys(app.secrets).map((secret) => ({
      name: secret,
      digest: 'd',
      createdAt: '2026-11-23T09:00:00Z',
    })),
    addOns: { nodes: app.bucket ? [{ id: 'b', name: app.bucket, status: 'ready' }] : [] },
    currentRelease: { version: 1 },
  })
  const app = world.apps[name]
  const one = app ? ofApp(name, app) : null
  return {
    viewer: { id: 'u', __typename: 'User', email: 'me@example.com', agreedToProviderTos: false },
    apps: {
      pageInfo: { hasNextPage: false },
      nodes: Object.entries(world.apps).map(([each, its]) => ofApp(each, its)),
    },
    organizations: {
      nodes: Object.entries(world.orgs).map(([slug, title]) => ({
        id: slug,
        slug,
        rawSlug: slug,
        name: title,
      })),
    },
    platform: { regions: regionsAnswer.map(camelCase) },
    // As it is for Tigris: a bucket is given a name, and lies in no region.
    addOnProvider: {
      id: 'p',
      name: 'tigris',
      displayName: 'Tigris',
      resourceName: 'bucket',
      selectName: true,
    },
    ...{ app: one, appbasic: one, appcompact: one },
  }
}

const lowerFirst = (value: object): object =>
  Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key === 'ID' ? 'id' : `${key.charAt(0).toLowerCase()}${key.slice(1)}`,
      each,
    ]),
  )

const camelCase = (value: object): object =>
  Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key.replace(/_(\w)/g, (_, letter) => letter.toUpperCase()),
      each,
    ]),
  )
