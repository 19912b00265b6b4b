import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { S3Config } from '../../src/bucket/bucket.ts'
import { addressOf, type S3Request, signedHeaders } from '../../src/bucket/s3-request.ts'

const config = (changes: Partial<S3Config>): S3Config => ({
  kind: 's3',
  bucket: 'my-app',
  endpoint: '',
  region: 'auto',
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  ...changes,
})
const get: S3Request = { method: 'GET', key: 'litestream/my app.db.head.json' }

describe('where a request goes', () => {
  it.each<[store: string, changes: Partial<S3Config>, host: string, path: string]>([
    ['Tigris', { endpoint: 'https://fly.storage.tigris.dev' }, 'fly.storage.tigris.dev', '/my-app'],
    ['R2', { endpoint: 'https://0a1b.r2.cloudflarestorage.com' }, '0a1b.r2.cloudflarestorage.com', '/my-app'],
    [
      'B2',
      { endpoint: 'https://s3.us-west-004.backblazeb2.com' },
      's3.us-west-004.backblazeb2.com',
      '/my-app',
    ],
    [
      'Spaces',
      { endpoint: 'https://ams3.digitaloceanspaces.com/' },
      'ams3.digitaloceanspaces.com',
      '/my-app',
    ],
    ['MinIO on an address', { endpoint: 'http://10.0.0.7:9000' }, '10.0.0.7:9000', '/my-app'],
    ['MinIO on IPv6', { endpoint: 'http://[fdaa::7]:9000' }, '[fdaa::7]:9000', '/my-app'],
    ['a store below a path', { endpoint: 'https://host.example/s3/' }, 'host.example', '/s3/my-app'],
    ['Amazon', { endpoint: 'https://s3.eu-west-1.amazonaws.com' }, 'my-app.s3.eu-west-1.amazonaws.com', ''],
    [
      'Amazon in China',
      { endpoint: 'https://s3.cn-north-1.amazonaws.com.cn' },
      'my-app.s3.cn-north-1.amazonaws.com.cn',
      '',
    ],
    [
      'Amazon, a bucket with a dot',
      { endpoint: 'https://s3.eu-west-1.amazonaws.com', bucket: 'my.app' },
      's3.eu-west-1.amazonaws.com',
      '/my.app',
    ],
    [
      'Amazon, told to use the path',
      { endpoint: 'https://s3.eu-west-1.amazonaws.com', isPathStyle: true },
      's3.eu-west-1.amazonaws.com',
      '/my-app',
    ],
    [
      'a store that was told to use the host name',
      { endpoint: 'https://fly.storage.tigris.dev', isPathStyle: false },
      'my-app.fly.storage.tigris.dev',
      '',
    ],
    [
      'an address has no host name to use',
      { endpoint: 'http://10.0.0.7:9000', isPathStyle: false },
      '10.0.0.7:9000',
      '/my-app',
    ],
  ])('%s', (_, changes, host, path) => {
    expect(addressOf(config(changes), get)).toEqual({
      host,
      hostname: host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1'),
      path: `${path}/litestream/my%20app.db.head.json`,
    })
  })

  it('lists the bucket with its query in the order of the signature', () => {
    const list: S3Request = {
      method: 'GET',
      key: '',
      query: { 'list-type': '2', prefix: 'a b/', 'start-after': undefined },
    }
    expect(addressOf(config({ endpoint: 'https://fly.storage.tigris.dev' }), list).path).toBe(
      '/my-app?list-type=2&prefix=a%20b%2F',
    )
    expect(addressOf(config({ endpoint: 'https://s3.eu-west-1.amazonaws.com' }), list).path).toBe(
      '/?list-type=2&prefix=a%20b%2F',
    )
  })
})

describe('what a request is signed for', () => {
  // Known answers of https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
  const examples = config({
    bucket: 'examplebucket',
    endpoint: 'https://s3.amazonaws.com',
    region: 'us-east-1',
  })

  it.each<[name: string, query: Record<string, string>, signature: string]>([
    [
      'GET Bucket Lifecycle',
      { lifecycle: '' },
      'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
    ],
    [
      'GET Bucket (List Objects)',
      { 'max-keys': '2', prefix: 'J' },
      '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    ],
  ])('the example %s of Amazon’s manual', (_, query, signature) => {
    vi.useFakeTimers({ now: Date.UTC(2013, 4, 24), toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const request: S3Request = { method: 'GET', key: '', query }
    const { Authorization } = signedHeaders(examples, request, addressOf(examples, request))
    expect(Authorization).toBe(
      `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=${signature}`,
    )
  })

  it.each(['auto', 'eu-west-1', 'us-west-004'])('the region %s', (region) => {
    const tigris = config({ endpoint: 'https://fly.storage.tigris.dev', region })
    const { Authorization } = signedHeaders(tigris, get, addressOf(tigris, get))
    expect(Authorization).toMatch(new RegExp(`/${region}/s3/aws4_request, .*host`))
  })

  it('the body too: some stores take no unsigned one', () => {
    const put: S3Request = { method: 'PUT', key: 'a', body: 'text' }
    const headers = signedHeaders(examples, put, addressOf(examples, put))
    expect(headers['X-Amz-Content-Sha256']).toBe(
      '982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1',
    )
  })
})
