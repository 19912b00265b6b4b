/** Where backups go: an S3 bucket or a folder. Keys have forward slashes and no leading one. */
export interface Bucket {
  readonly kind: 's3' | 'folder'
  /** For people: `s3://name at https://…`, or the folder. Holds no secret. */
  readonly location: string
  /** Null when there is no such object. */
  get(key: string): Promise<StoredObject | null>
  put(key: string, body: string, condition?: PutCondition): Promise<PutResult>
  /** All objects whose key starts with the prefix, in the order of their keys. */
  list(prefix: string, options?: ListOptions): Promise<ListedObject[]>
  delete(key: string): Promise<void>
}

export interface StoredObject {
  body: string
  etag: string
  /** By the store's own clock. */
  modified: Date
  /** The store's clock at the time of the answer. */
  now: Date
}

/** The object must not exist yet, or must still be the one with this ETag. */
export type PutCondition = { isAbsent: true } | { etag: string }

export type PutResult = { isWritten: true; etag: string } | { isWritten: false }

export interface ListOptions {
  /** Only keys that sort behind this one. */
  startAfter?: string
  /** Stop when this many were found. */
  limit?: number
}

export interface ListedObject {
  key: string
  /** Bytes. */
  size: number
  modified: Date
}

/** The five secrets that `fly storage create` sets, or the folder that stands in for them. */
export type BucketConfig = S3Config | FolderConfig

export interface FolderConfig {
  kind: 'folder'
  directory: string
}

export interface S3Config {
  kind: 's3'
  bucket: string
  endpoint: string
  region: string
  accessKeyId: string
  secretAccessKey: string
  /** The bucket stands in the path (true) or in the host name (false); by default what the endpoint understands. */
  isPathStyle?: boolean
}

/**
 * Whether the bucket stands in the path of its addresses. Every S3 store understands that but Amazon's own, for some
 * buckets: there it goes into the host name, unless a dot in it would not fit the certificate.
 */
export const isPathStyle = ({ isPathStyle, endpoint, bucket }: S3Config): boolean => {
  if (isPathStyle !== undefined) return isPathStyle
  const isAmazon = /\.amazonaws\.com(\.cn)?$/.test(new URL(endpoint).hostname)
  return !isAmazon || bucket.includes('.')
}

/** The variables by which the bucket reaches the run-time; Litestream reads the keys under the same names. */
export const bucketSecrets = [
  'AWS_ACCESS_KEY_ID',
  'AWS_ENDPOINT_URL_S3',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'BUCKET_NAME',
] as const
