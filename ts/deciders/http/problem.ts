import type { ErrorCode } from '../../errors/index.js'
import { errorFromData, isUnitflowError, UnitflowError } from '../../errors/index.js'
import { decodeValue, encodeValue } from '../../values/index.js'

/** Of RFC 9457. */
const PROBLEM = 'application/problem+json'

/**
 * What the status is where it is not 500. None is of those after which clients ask again by themselves: what is refused
 * with a code reaches the caller.
 */
const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  'bad-argument': 400,
  'bad-key': 400,
  'bad-token': 400,
  'bad-value-form': 400,
  'unsupported-value': 400,
  'malformed-decision': 400,
  'no-such-process': 404,
  'process-closed': 409,
  'process-open': 409,
  'process-exists': 409,
  'unknown-type': 409,
  'unknown-decision': 409,
  'unknown-activity': 409,
  'unknown-timer': 409,
  'id-in-use': 409,
  'close-not-last': 409,
  'close-with-new-work': 409,
  'unhandled-events': 409,
  'value-too-large': 413,
  'limit-exceeded': 413,
}

/** An error as an answer. Its code, message and fields are told; its stack and its causes are the server's own. */
export function problemOf(
  { code, message, fields }: UnitflowError,
  status: number = STATUS[code] ?? 500,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const problem = encodeValue({ title: TITLES[status], status, detail: message, code, fields: { ...fields } })
  return new Response(problem, {
    status,
    headers: { 'content-type': PROBLEM, 'cache-control': 'no-store', ...headers },
  })
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  500: 'Internal Server Error',
}

/** The error that an answer tells, of the class that it had; nothing where it is no answer of {@link problemOf}. */
export async function errorOf(response: Response): Promise<UnitflowError | undefined> {
  if (response.headers.get('content-type')?.startsWith(PROBLEM) !== true) return undefined
  const text = await response.text()
  let problem: unknown
  try {
    problem = decodeValue(text)
  } catch {
    return undefined
  }
  if (typeof problem !== 'object' || problem === null) return undefined
  if (!('code' in problem) || !('detail' in problem) || !('fields' in problem)) return undefined
  const { code, detail: message, fields } = problem
  if (typeof code !== 'string' || typeof message !== 'string') return undefined
  if (typeof fields !== 'object' || fields === null) return undefined
  const error = errorFromData({ name: 'UnitflowError', message, code, fields: { ...fields } })
  return isUnitflowError(error) ? error : undefined
}

export function badArgument(argument: string, expected: string): UnitflowError<'bad-argument'> {
  return new UnitflowError('bad-argument', `${argument}: expected ${expected}`, { argument, expected })
}
