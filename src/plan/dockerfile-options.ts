/**
 * What package.json keeps under `dockerfile` between runs: keys and shapes are those of dockerfile-node 0.7, so that one
 * can move over and back. What has its default value has no key.
 */
export interface DockerfileOptions {
  alpine?: boolean
  build?: string
  bun?: boolean
  cache?: boolean
  cmd?: string
  deferBuild?: boolean
  dev?: boolean
  distroless?: boolean
  entrypoint?: string
  ignoreScripts?: boolean
  legacyPeerDeps?: boolean
  link?: boolean
  litefs?: boolean
  litestream?: boolean
  nginxRoot?: string
  port?: number
  swap?: string
  windows?: boolean
  packages?: PerStage<string[]>
  envs?: PerStage<Record<string, string>>
  args?: PerStage<Record<string, string>>
  /** Paths of files with lines of a Dockerfile. */
  instructions?: PerStage<string>
  /** Names of build secrets. */
  secrets?: string[]
}

export const stages = ['base', 'build', 'deploy'] as const
export type Stage = (typeof stages)[number]
export type PerStage<Value> = { [Name in Stage]?: Value }

export const flagKeys = [
  ...([
    'alpine',
    'bun',
    'cache',
    'deferBuild',
    'dev',
    'distroless',
    'ignoreScripts',
    'legacyPeerDeps',
  ] as const),
  ...(['link', 'litefs', 'litestream', 'windows'] as const),
]
export const textKeys = ['build', 'cmd', 'entrypoint', 'nginxRoot', 'swap'] as const

/** What a package.json says; null when it has no such key. What it holds of another shape counts as absent. */
export const readDockerfileOptions = (packageJson: string | null): DockerfileOptions | null => {
  const content = packageJson === null ? null : asRecord(JSON.parse(packageJson))
  const saved = asRecord(content?.dockerfile)
  return saved && withoutDefaults(fromSaved(saved))
}

const fromSaved = (saved: Record<string, unknown>): DockerfileOptions => {
  const isDeferred = saved.build === 'defer'
  return {
    ...pick(flagKeys, saved, asFlag),
    ...pick(textKeys, saved, asText),
    ...(isDeferred ? { build: '', deferBuild: true } : {}),
    // dockerfile-node stores the plain `--cache` as an empty text.
    ...(saved.cache === '' ? { cache: true } : {}),
    port: Number(saved.port) || 0,
    packages: perStage(saved.packages, asTexts),
    envs: perStage(saved.envs, asTextTable),
    args: perStage(saved.args, asTextTable),
    instructions: perStage(saved.instructions, asText),
    secrets: asTexts(saved.secrets) ?? [],
  }
}

/** The same options, and no key for what is switched off, empty or 0. */
export const withoutDefaults = (options: DockerfileOptions): DockerfileOptions =>
  Object.fromEntries(
    Object.entries(options)
      .map(([key, value]): [string, unknown] => [key, isStages(value) ? withoutEmpty(value) : value])
      .filter(([, value]) => !isEmpty(value)),
  )

const withoutEmpty = (table: object): object =>
  Object.fromEntries(Object.entries(table).filter(([, value]) => !isEmpty(value)))

const isStages = (value: unknown): value is object => asRecord(value) !== null

const isEmpty = (value: unknown): boolean =>
  !value || (typeof value === 'object' && Object.keys(value).length === 0)

const pick = <Key extends string, Value>(
  keys: readonly Key[],
  from: Record<string, unknown>,
  read: (value: unknown) => Value | null,
): { [Name in Key]?: Value } => {
  const found: { [Name in Key]?: Value } = {}
  for (const key of keys) {
    const value = read(from[key])
    if (value !== null) found[key] = value
  }
  return found
}

const perStage = <Value>(table: unknown, read: (value: unknown) => Value | null): PerStage<Value> =>
  pick(stages, asRecord(table) ?? {}, read)

const asFlag = (value: unknown): boolean | null =>
  typeof value === 'boolean' ? value : value === 'true' ? true : null

const asText = (value: unknown): string | null => (typeof value === 'string' ? value : null)

const asTexts = (value: unknown): string[] | null =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : null

const asTextTable = (value: unknown): Record<string, string> | null => {
  const table = asRecord(value)
  return table && Object.fromEntries(Object.entries(table).map(([name, text]) => [name, String(text)]))
}

const asRecord = (value: unknown): Record<string, unknown> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null
