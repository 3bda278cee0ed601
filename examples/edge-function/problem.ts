import { errorToData, isUnitflowError } from 'unitflow'
import type { ErrorCode } from 'unitflow'

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  422: 'Unprocessable Content',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** What each error of unitflow means to a client; those that are not here are the server's own: 500. */
const STATUSES: Readonly<Partial<Record<ErrorCode, number>>> = {
  'not-json': 400,
  'not-utf8': 400,
  'bad-key': 400,
  'bad-token': 400,
  'invalid-value': 400,
  'unknown-cache-key': 404,
  'unknown-process': 404,
  'unknown-element': 404,
  'unknown-activity': 409,
  'process-closed': 409,
  'limit-exceeded': 413,
  'value-too-large': 413,
  'bad-spec': 422,
  'not-a-spec': 422,
  'object-missing': 503,
  'store-failed': 503,
}

/** A request that this function itself refuses. */
export class Problem extends Error {
  override readonly name: string = 'Problem'
  readonly status: number
  readonly code: string
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.status = status
    this.code = code
    this.headers = headers
  }
}

/**
 * Any error as problem details (RFC 9457). Those of unitflow keep code and fields: `errorFromData` makes them errors again.
 * Stack and cause stay here, and of an error that nobody foresaw nothing at all is told.
 */
export function problemResponse(error: unknown): Response {
  if (error instanceof Problem) {
    const { status, code, message, name, headers } = error
    return response(status, { type: 'about:blank', code, name, message }, headers)
  }
  if (!isUnitflowError(error)) {
    console.error(error)
    const message = 'something went wrong here; the log knows what'
    return response(500, { type: 'about:blank', code: 'internal', name: 'Problem', message })
  }
  const status = STATUSES[error.code] ?? 500
  if (status >= 500) console.error(error)
  const { name, code, fields, ...data } = errorToData(error)
  // The medium's own words are in it.
  const message = isUnitflowError(error, 'store-failed')
    ? 'the store failed; the log knows how'
    : data.message
  const problem = { type: `urn:unitflow:error:${error.code}`, code, name, message, fields }
  // What the store has not yet everywhere, or fails to give, it may have soon.
  return response(status, problem, status === 503 ? { 'retry-after': '1' } : {})
}

function response(
  status: number,
  { type, ...data }: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const problem = { type, title: TITLES[status], status, detail: data['message'], ...data }
  return new Response(JSON.stringify(problem), {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
  })
}
