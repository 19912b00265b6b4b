import { SeaworthyError, TemporaryError } from '../errors.ts'
import type { Bucket, ListedObject, PutCondition, S3Config } from './bucket.ts'
import { errorCodeIn, parseListing } from './s3-answers.ts'
import { type S3Request, type S3Response, sendS3 } from './s3-request.ts'

/** A store lists no more than this in one answer. */
const pageLength = 1_000

/**
 * An S3 bucket. An answer counts only when it is one that a store gives: a proxy's page with status 200 or 404 is an
 * error, never "nothing there".
 *
 * @param options `timeoutMs`: milliseconds that a request may take, 10 s unless told.
 * @throws TemporaryError when trying again may help, SeaworthyError when it will not.
 */
export const s3Bucket = (config: S3Config, { timeoutMs }: { timeoutMs?: number } = {}): Bucket => {
  let hasConditions = true
  const send = async (request: S3Request): Promise<S3Response> => {
    const response = await sendS3(config, request, timeoutMs)
    if (response.status >= 200 && response.status < 300) return response
    if (isExpected(response)) return response
    throw refusal(config, response)
  }

  return {
    kind: 's3',
    location: `s3://${config.bucket} at ${config.endpoint}`,
    get: async (key) => {
      const { status, headers, body } = await send({ method: 'GET', key })
      if (status === 404) return null
      const etag = headers.etag
      const modified = Date.parse(String(headers['last-modified']))
      const now = Date.parse(String(headers.date))
      if (etag === undefined || Number.isNaN(modified) || Number.isNaN(now)) throw notAStore(config, 'GET')
      return { body, etag, modified: new Date(modified), now: new Date(now) }
    },
    put: async (key, body, condition) => {
      const request: S3Request = { method: 'PUT', key, body }
      const conditions = hasConditions ? conditionHeaders(condition) : {}
      const response = await send({ ...request, headers: conditions })
      hasConditions &&= response.status !== 501
      const { status, headers } = response.status === 501 ? await send(request) : response
      if (status === 412 || status === 409 || status === 404) return { isWritten: false }
      if (headers.etag === undefined) throw notAStore(config, 'PUT')
      return { isWritten: true, etag: headers.etag }
    },
    list: async (prefix, { startAfter, limit = Number.POSITIVE_INFINITY } = {}) => {
      const objects: ListedObject[] = []
      let token: string | undefined
      do {
        const query = {
          'list-type': '2',
          prefix,
          'start-after': startAfter,
          'continuation-token': token,
          'max-keys': limit < pageLength ? String(limit) : undefined,
        }
        const page = parseListing((await send({ method: 'GET', key: '', query })).body)
        if (page === null || page.bucket !== config.bucket) throw notAStore(config, 'LIST')
        objects.push(...page.objects)
        token = page.nextToken
      } while (token !== undefined && objects.length < limit)
      return objects.slice(0, limit)
    },
    delete: async (key) => {
      await send({ method: 'DELETE', key })
    },
  }
}

// A 404 or 412 is an answer only when the store's own error code says so: a proxy's 404 has none. A wrong key id is a
// 404 on some stores too, with another code.
const isExpected = ({ status, body, request }: S3Response): boolean => {
  const code = errorCodeIn(body)
  // Stores that have no conditional writes either ignore the headers or say so.
  if (status === 501) return isConditional(request) && code === 'NotImplemented'
  if (status === 412) return request.method === 'PUT' && code === 'PreconditionFailed'
  if (status === 409) return request.method === 'PUT' && code === 'ConditionalRequestConflict'
  return status === 404 && request.key !== '' && code === 'NoSuchKey'
}

const isConditional = ({ headers = {} }: S3Request): boolean =>
  'if-none-match' in headers || 'if-match' in headers

const conditionHeaders = (condition?: PutCondition): Record<string, string> => {
  if (condition === undefined) return {}
  return 'isAbsent' in condition ? { 'if-none-match': '*' } : { 'if-match': condition.etag }
}

const notAStore = (config: S3Config, action: string): TemporaryError =>
  new TemporaryError({
    code: 'SW-BUCKET-NOT-A-STORE',
    what: `${config.endpoint} answered a ${action} with something that is no S3 answer.`,
    why: 'A proxy, a captive portal or another service may stand in the way.',
    next: 'Check AWS_ENDPOINT_URL_S3, then start again.',
  })

const refusal = (config: S3Config, { status, body }: S3Response): SeaworthyError => {
  const code = errorCodeIn(body)
  const answered = `The store answered ${status}${code ? ` ${code}` : ''}.`
  if (code === 'NoSuchBucket') {
    return new SeaworthyError({
      code: 'SW-BUCKET-MISSING',
      what: `There is no bucket ${config.bucket} at ${config.endpoint}.`,
      why: answered,
      next: 'Check BUCKET_NAME, or create the bucket (on Fly.io: fly storage create).',
    })
  }
  if (code === 'RequestTimeTooSkewed') {
    return new TemporaryError({
      code: 'SW-BUCKET-CLOCK',
      what: "This machine's clock is too far off for the store to believe its signatures.",
      why: answered,
      next: 'Set the clock (NTP), then start again.',
    })
  }
  if (
    status === 401 ||
    status === 403 ||
    (code !== undefined && /Access|Signature|Token|User|AuthorizationHeader/.test(code))
  ) {
    return new SeaworthyError({
      code: 'SW-BUCKET-DENIED',
      what: `The store refuses access to the bucket ${config.bucket}.`,
      why: answered,
      next: 'Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION, and that the key may read, write and list.',
    })
  }
  if (status >= 500 || status === 429 || code === undefined) {
    return new TemporaryError({
      code: 'SW-BUCKET-UNREACHABLE',
      what: `The bucket ${config.bucket} at ${config.endpoint} does not work at the moment.`,
      why: answered,
      next: "Start again; if it stays so, look at the store's status and at AWS_ENDPOINT_URL_S3.",
    })
  }
  return new SeaworthyError({
    code: 'SW-BUCKET-REFUSED',
    what: `The store refuses a request for the bucket ${config.bucket}.`,
    why: answered,
    next: 'Check the five secrets of the bucket and the rights of its key.',
  })
}
