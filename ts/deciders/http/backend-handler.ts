import { milliseconds } from '../../clock/index.js'
import { isUnitflowError, UnitflowError } from '../../errors/index.js'
import { encodeValue } from '../../values/index.js'
import type { WorkflowBackend } from '../backend/index.js'
import { OPERATIONS } from './operations.js'
import { badArgument, problemOf } from './problem.js'
import { Query } from './query.js'
import { readBody } from './read-body.js'
import type { BackendCall, BackendOperation, BackendSubject } from './routes.js'
import { DEFAULT_CATEGORY, operationsAt, PROTOCOL, ROUTES } from './routes.js'

/** `unauthenticated` where it is not known who asks, and asking as somebody may help. */
export type AuthorizeAnswer = 'allow' | 'unauthenticated' | 'forbidden'

/** How a backend is served. */
export interface BackendHandlerOptions {
  /** It stays the caller's. */
  readonly backend: WorkflowBackend
  /**
   * Whether a request is answered: asked for every one, before its body is read, which it leaves alone. `call` says what
   * is asked for, and of which process, workflow, activity, tag or queues, as far as the call has one. Calls with a token
   * have none: whoever has the token of a task may end it.
   *
   * Whatever is not `allow` is a refusal; so is an error (500).
   *
   * @example
   * async authorize(request, { operation }) {
   *   const user = await userOf(request.headers.get('authorization'))
   *   if (user === undefined) return 'unauthenticated'
   *   return user.isWorker || operation === 'startProcess' ? 'allow' : 'forbidden'
   * }
   */
  readonly authorize: (request: Request, call: BackendCall) => AuthorizeAnswer | Promise<AuthorizeAnswer>
  /**
   * The path below which it is served.
   *
   * @default '/'
   * @example '/unitflow'
   */
  readonly path?: string
  /**
   * The longest body of a request, in bytes.
   *
   * @default 4194304
   */
  readonly maxBody?: number
  /**
   * How long (ms) a request may wait for something to happen; clients then ask again. Less than what proxies in between
   * allow.
   *
   * @default 30000
   */
  readonly maxWait?: number
  /**
   * So many events, processes or tasks an answer has at most; clients ask for the rest.
   *
   * @default 1000
   */
  readonly maxPage?: number
  /** Told what is answered by 500, which the caller is told nothing of where it is no error of this package. */
  readonly onError?: (error: unknown, call: BackendCall) => void
}

/**
 * Answers the requests of `createHttpBackend` (D85), wherever there are `Request` and `Response`.
 *
 * A poll waits on the server, for at most `maxWait`, and no longer than its caller: it ends when the request's signal is
 * aborted. Where something has been taken at that very moment, others are asked at once: an activity is released, a decision
 * handed back as failed. What was on its way to a caller whom it did not reach runs into its limits (`decisionTimeout`,
 * `heartbeat`, `startToClose`), as that of a worker which dies with it.
 *
 * Errors of this package are answered with their code, message and fields, without stack or causes; others as
 * `store-failed` that says nothing of them. Bodies are only read of requests of the type `application/json`, which pages
 * of other origins cannot send unasked.
 *
 * @throws `bad-argument`
 * @example
 * const handler = createBackendHandler({ backend, authorize, path: '/unitflow' })
 * export default { fetch: handler }
 */
export function createBackendHandler(
  options: BackendHandlerOptions,
): (request: Request) => Promise<Response> {
  const { backend, authorize, path = '/', onError } = options
  const { maxBody = 4_194_304, maxPage = 1000 } = options
  assertCount('maxBody', maxBody)
  assertCount('maxPage', maxPage)
  const maxWait = milliseconds(options.maxWait ?? 30_000, 'maxWait')
  const root = `/${path.replace(/^\/+|\/+$/g, '')}/`.replace('//', '/')

  async function answer(request: Request, call: BackendCall, query: Query): Promise<Response> {
    const { operation, ...about } = call
    const allowed = await authorize(request, call)
    if (allowed !== 'allow') return refusal(operation, allowed)
    const { method } = ROUTES[operation]
    const hasBody = method === 'POST' || method === 'PUT'
    if (hasBody && !isJson(request)) return problemOf(badArgument('content-type', 'application/json'), 415)
    const body = hasBody ? await readBody(request, maxBody) : undefined
    const { signal } = request
    const answered = await OPERATIONS[operation]({ backend, about, query, body, signal, maxWait, maxPage })
    if (answered === undefined) return new Response(null, { status: 204, headers: UNCACHED })
    return new Response(encodeValue(answered), {
      headers: { 'content-type': 'application/json', ...UNCACHED },
    })
  }

  return async (request) => {
    const url = new URL(request.url)
    const below = url.pathname.startsWith(root) ? url.pathname.slice(root.length) : ''
    const [version = '', ...rest] = below.split('/')
    const operations = operationsAt(rest.join('/'))
    if (version !== PROTOCOL || operations.size === 0) {
      return problemOf(badArgument('url', `a path of the protocol, ${root}${PROTOCOL}/…`), 404)
    }
    const operation = operations.get(request.method)
    if (operation === undefined) {
      const allow = [...operations.keys()].join(', ')
      return problemOf(badArgument('method', allow), 405, { allow })
    }
    let call: BackendCall = { operation }
    try {
      const query = new Query(url)
      call = { operation, ...subjectOf(operation, query) }
      return await answer(request, call, query)
    } catch (error) {
      const told = isUnitflowError(error) ? error : failure(call)
      const answered = problemOf(told)
      if (answered.status === 500) onError?.(error, call)
      return answered
    }
  }
}

const UNCACHED = { 'cache-control': 'no-store' }

function subjectOf(operation: BackendOperation, query: Query): BackendSubject {
  const subject: { -readonly [K in keyof BackendSubject]: BackendSubject[K] } = {}
  const { categories, ...about } = ROUTES[operation].about
  for (const name of TEXTS) {
    const parameter = about[name]
    const text = parameter === undefined ? undefined : query.text(parameter)
    if (text !== undefined) subject[name] = text
  }
  if (categories !== undefined) {
    const asked = query.texts(categories)
    subject.categories = asked.length === 0 ? [DEFAULT_CATEGORY] : asked
  }
  return subject
}

const TEXTS: readonly Exclude<keyof BackendSubject, 'categories'>[] = [
  'process',
  'workflow',
  'activity',
  'tag',
]

function refusal(operation: BackendOperation, answer: 'unauthenticated' | 'forbidden'): Response {
  const isUnknown = answer === 'unauthenticated'
  const reason = isUnknown ? 'unauthenticated' : 'forbidden'
  const message = `${operation}: ${isUnknown ? 'the server asks who calls' : 'the server does not allow it'}`
  const error = new UnitflowError('not-allowed', message, { operation, reason })
  return isUnknown ? problemOf(error, 401, { 'www-authenticate': 'Bearer' }) : problemOf(error, 403)
}

function failure({ operation, process = '' }: BackendCall): UnitflowError<'store-failed'> {
  return new UnitflowError('store-failed', `${operation}: the backend failed`, { operation, key: process })
}

function isJson({ headers }: Request): boolean {
  const type = headers.get('content-type') ?? ''
  return type.split(';')[0]?.trim().toLowerCase() === 'application/json'
}

function assertCount(argument: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) throw badArgument(argument, 'a whole number from 1')
}
