import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import { sign } from 'aws4'
import { reasonOf, systemCode, TemporaryError } from '../errors.ts'
import { isPathStyle, type S3Config } from './bucket.ts'

export interface S3Request {
  method: 'GET' | 'PUT' | 'DELETE'
  /** Empty for the bucket itself. */
  key: string
  query?: Record<string, string | undefined>
  headers?: Record<string, string>
  body?: string
}

export interface S3Response {
  request: S3Request
  status: number
  headers: IncomingHttpHeaders
  body: string
}

/** No single request takes longer: a listener that never answers must not hold a start up. */
const requestTimeoutMs = 10_000

/**
 * Signs one request (AWS Signature Version 4) and sends it.
 *
 * @param timeoutMs milliseconds that the whole answer may take.
 * @throws TemporaryError `SW-BUCKET-UNREACHABLE` when no answer came.
 */
export const sendS3 = (
  config: S3Config,
  request: S3Request,
  timeoutMs = requestTimeoutMs,
): Promise<S3Response> => {
  const endpoint = new URL(config.endpoint)
  const address = addressOf(config, request)
  const headers = signedHeaders(config, request, address)
  const send = endpoint.protocol === 'https:' ? httpsRequest : httpRequest

  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(unreachable(config, error))
    const outgoing = send(
      {
        hostname: address.hostname,
        port: endpoint.port,
        path: address.path,
        method: request.method,
        headers,
      },
      (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('error', fail)
        incoming.on('end', () => {
          if (!incoming.complete) return fail(new Error('the answer broke off'))
          const body = Buffer.concat(chunks).toString('utf8')
          resolve({ request, status: incoming.statusCode ?? 0, headers: incoming.headers, body })
        })
      },
    )
    // No AbortSignal: what Node loads for one takes 2 ms of a warm start.
    const giveUp = () => outgoing.destroy(new Error(`No answer within ${timeoutMs / 1000} s.`))
    const timer = setTimeout(giveUp, timeoutMs).unref()
    outgoing.on('close', () => clearTimeout(timer))
    outgoing.on('error', (error) => {
      // The store may close a connection that was kept at the very moment at which it is used again.
      if (outgoing.reusedSocket && systemCode(error) === 'ECONNRESET')
        sendS3(config, request, timeoutMs).then(resolve, reject)
      else fail(error)
    })
    outgoing.end(request.body)
  })
}

export interface Address {
  hostname: string
  /** With the port, where it is not the protocol's own. */
  host: string
  path: string
}

/** The request's headers with its signature; the body is signed too, which some stores insist on. */
export const signedHeaders = (
  { region, accessKeyId, secretAccessKey }: S3Config,
  { method, headers, body }: S3Request,
  { host, path }: Address,
): Record<string, string> =>
  sign(
    {
      service: 's3',
      region,
      method,
      host,
      path,
      headers: { ...headers },
      ...(body === undefined ? {} : { body }),
    },
    { accessKeyId, secretAccessKey },
  ).headers as Record<string, string>

/** Where a request goes: to the bucket's path, or to its own host. */
export const addressOf = (config: S3Config, { key, query = {} }: S3Request): Address => {
  const endpoint = new URL(config.endpoint)
  // Node's client wants an IPv6 address without the brackets that it has in a url.
  const hostname = endpoint.hostname.replace(/^\[(.*)\]$/, '$1')
  const isVirtualHost = !isPathStyle(config) && isIP(hostname) === 0
  const prefix = isVirtualHost ? `${config.bucket}.` : ''
  const path = [...(isVirtualHost ? [] : [config.bucket]), ...(key === '' ? [] : key.split('/'))]
  const search = Object.entries(query)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([name, value]) => `${name}=${encode(value)}`)
  return {
    hostname: prefix + hostname,
    host: prefix + endpoint.host,
    path: `${endpoint.pathname.replace(/\/$/, '')}/${path.map(encode).join('/')}${search.length ? `?${search.join('&')}` : ''}`,
  }
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

const unreachable = (config: S3Config, cause: unknown): TemporaryError =>
  new TemporaryError({
    code: 'SW-BUCKET-UNREACHABLE',
    what: `The bucket ${config.bucket} at ${config.endpoint} cannot be reached.`,
    why: reasonOf(cause),
    next: 'Check the network and AWS_ENDPOINT_URL_S3, then start again.',
    cause,
  })
