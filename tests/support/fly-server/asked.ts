/** What of a body, of GraphQL's variables and of their `input` is looked at. */
export interface Input {
  name?: string
  appName?: string
  appId?: string
  organizationId?: string
  keys?: string[]
  secrets?: { key: string; value: string }[]
  region?: string
  size_gb?: number
  org_slug?: string
  /** Secrets; null takes one away. */
  values?: Record<string, string | null>
  input?: Input
}

export interface Asked {
  /** E.g. `GET`. */
  method: string
  path: string
  /** GraphQL; empty otherwise. */
  query: string
  variables: Input
  body: Input
}
