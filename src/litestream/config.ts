import { type BucketConfig, isPathStyle } from '../bucket/bucket.ts'
import { SeaworthyError } from '../errors.ts'

export type Yaml = Record<string, unknown>

/** What `litestream.yml` says, as far as we need to know it. */
export interface ReplicaConfig {
  /** Path of timeline 1 in the bucket, e.g. `litestream/dev.db`. */
  path: string
  /** Keys of the database and of its replica that are handed on as they are. */
  database: Yaml
  replica: Yaml
}

/** The variable in `litestream.yml` that the run-time fills with the timeline's suffix. */
const timelineVariable = /\$(?:SEAWORTHY_TIMELINE\b|\{SEAWORTHY_TIMELINE\})/g

/**
 * Reads the user's choices (retention, intervals, the path in the bucket).
 *
 * @param yml what `litestream.yml` says; null where there is none: then the defaults hold.
 * @param name the database's file name, which its entry and its default path end in.
 * @throws SeaworthyError `SW-LITESTREAM-YML`.
 */
export const readReplicaConfig = (yml: Yaml | null, file: string, name: string): ReplicaConfig => {
  const fallback = { path: `litestream/${name}`, database: {}, replica: {} }
  if (yml === null) return fallback
  const databases = listOf(yml.dbs)
  const entry = databases.find(({ path }) => String(path).endsWith(`/${name}`)) ?? databases[0]
  if (entry === undefined) throw invalidYml(file, 'It has no entry under dbs.')
  if (databases.length > 1 && !String(entry.path).endsWith(`/${name}`)) {
    throw invalidYml(file, `None of its databases is called ${name}.`)
  }
  const { path: _path, replicas, replica: single, ...database } = entry
  const all = single === undefined ? listOf(replicas) : [single as Yaml]
  if (all.length > 1) throw invalidYml(file, 'It has more than one replica; seaworthy keeps one.')
  const { path = fallback.path, url, ...replica } = all[0] ?? {}
  if (url !== undefined)
    throw invalidYml(file, 'Its replica has a url; seaworthy needs type, bucket and path.')
  return { path: String(path).replace(timelineVariable, ''), database, replica }
}

/**
 * The configuration that Litestream is started with. JSON, which is YAML too; access keys stay in the environment,
 * since Litestream pastes variables into the text before it parses it.
 *
 * @param replicaPath path on the current timeline.
 */
export const effectiveConfig = (
  { database, replica }: ReplicaConfig,
  databaseFile: string,
  bucket: BucketConfig,
  replicaPath: string,
): string => {
  const options = Object.fromEntries(Object.entries(replica).filter(([key]) => !isOurs.has(key)))
  const target =
    bucket.kind === 'folder'
      ? { type: 'file', path: `${bucket.directory}/${replicaPath}` }
      : {
          type: 's3',
          bucket: bucket.bucket,
          endpoint: bucket.endpoint,
          region: bucket.region,
          'force-path-style': isPathStyle(bucket),
          path: replicaPath,
        }
  const config = {
    logging: { type: 'json', level: 'info' },
    dbs: [
      { ...frequent, ...database, path: databaseFile, replicas: [{ ...retained, ...options, ...target }] },
    ],
  }
  return JSON.stringify(config, null, 2)
}

// The environment goes first; and keys would be written to the volume.
const isOurs = new Set(['type', 'bucket', 'endpoint', 'region', 'access-key-id', 'secret-access-key'])

// What a lost machine takes with it is what was not uploaded yet: 100 ms of writes instead of a second's.
const frequent = { 'monitor-interval': '100ms' }
const retained = { 'sync-interval': '100ms' }

const listOf = (value: unknown): Yaml[] =>
  Array.isArray(value) ? value.filter((each): each is Yaml => typeof each === 'object' && each !== null) : []

export const invalidYml = (file: string, why: string): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-LITESTREAM-YML',
    what: `${file} cannot be used.`,
    why,
    next: 'Correct it, or let seaworthy write it anew: npx seaworthy dockerfile --force',
  })
