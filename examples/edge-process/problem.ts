import { isUnitflowError } from 'unitflow/deciders'
import type { UnitflowError } from 'unitflow/deciders'

/** What each error of unitflow means to a client; those that are not here are the server's own: 500. */
const STATUSES: Readonly<Partial<Record<UnitflowError['code'], number>>> = {
  'bad-argument': 400,
  'invalid-value': 400,
  'no-such-process': 404,
  'process-closed': 409,
}

/** A request that is refused here. */
export class Problem extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Any error as problem details (RFC 9457); of one that nobody foresaw, nothing is told. */
export function problemResponse(error: unknown): Response {
  if (error instanceof Problem) return problem(error.status, { detail: error.message })
  const status = isUnitflowError(error) ? (STATUSES[error.code] ?? 500) : 500
  if (!isUnitflowError(error) || status === 500) {
    console.error(error)
    return problem(500, { detail: 'something went wrong here; the log knows what' })
  }
  return problem(status, { code: error.code, detail: error.message, ...error.fields })
}

function problem(status: number, body: Readonly<Record<string, unknown>>): Response {
  return new Response(JSON.stringify({ status, ...body }), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  })
}
