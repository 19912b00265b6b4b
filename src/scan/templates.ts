import type { AppPackage } from './app-package.ts'
import { dependencyRange } from './app-package.ts'
import { type Fact, fact } from './fact.ts'
import { valueAt } from './json-value.ts'

export interface Template {
  name: string
  /** Where it shows; null when the app was not made from it. */
  find: (app: AppPackage) => string | null
  /** Variables to be set as secrets, where the app's source names them. */
  secrets: string[]
}

/** The heading that the template's README keeps when an app is made from it. */
const readmeSays =
  (heading: RegExp): Template['find'] =>
  ({ tree }) =>
    heading.test(tree.read('README.md') ?? '') ? 'README.md' : null

export const templates: Template[] = [
  {
    name: 'Epic Stack',
    find: (app) =>
      valueAt(app.json, 'epic-stack')
        ? 'package.json#epic-stack'
        : readmeSays(/<h1[^>]*>.*\bThe Epic Stack\b/)(app),
    secrets: ['SESSION_SECRET', 'HONEYPOT_SECRET', 'INTERNAL_COMMAND_TOKEN'],
  },
  { name: 'Indie Stack', find: readmeSays(/^# Remix Indie Stack/m), secrets: ['SESSION_SECRET'] },
  { name: 'Blues Stack', find: readmeSays(/^# Remix Blues Stack/m), secrets: ['SESSION_SECRET'] },
  {
    name: 'Shopify app',
    find: (app) =>
      app.tree.has('shopify.app.toml')
        ? 'shopify.app.toml'
        : (['remix', 'react-router', 'express']
            .map((kind) => dependencyRange(app, `@shopify/shopify-app-${kind}`)?.from)
            .find((from) => from !== undefined) ?? null),
    secrets: ['SHOPIFY_API_KEY', 'SHOPIFY_API_SECRET', 'SHOPIFY_APP_URL', 'SCOPES'],
  },
]

export const findTemplate = (app: AppPackage): Fact<Template> | null => {
  for (const template of templates) {
    const from = template.find(app)
    if (from !== null) return fact(template, from)
  }
  return null
}
