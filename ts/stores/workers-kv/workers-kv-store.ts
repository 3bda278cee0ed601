import { type ErrorFields, UnitflowError } from '../../errors/index.js'
import type { CacheStore } from '../cache-store.js'
import { checkedStore } from '../checked-store.js'
import { inParallel } from '../in-parallel.js'
import type { WorkersKvNamespace } from './workers-kv-namespace.js'

/** How many connections a Worker may have open at a time; more would only wait, and hold their values while they do. */
const CONNECTIONS = 6
/** The largest value that KV holds, in bytes: 25 MiB. */
export const MAX_WORKERS_KV_VALUE_BYTES: number = 25 * 1024 * 1024

/** How a Workers KV store is made. */
export interface WorkersKvStoreOptions {
  /**
   * How often a call is repeated that KV refuses with 429 (too many requests; a key takes one write a second), an
   * integer, at least 0. Other failures are not repeated.
   *
   * @default 4
   */
  readonly retries?: number
  /**
   * How long to wait before the first repetition, in ms, at least 0. The wait doubles each time, and is up to half as long
   * again, so that several writers do not come back together. With the defaults: 15 to 22.5 s in all.
   *
   * @default 1000
   */
  readonly retryDelay?: number
}

/**
 * Keeps each value in a KV namespace of Cloudflare Workers, under the key's own name.
 *
 * KV is eventually consistent, and nothing here hides that:
 * - What was written is seen elsewhere after a minute or more, what was overwritten or deleted is read there until then,
 *   and so is a miss: whoever asked for a key before it was written may go on missing it for about a minute. Where it was
 *   written it is usually, not certainly, seen at once. Listings lag in the same way.
 * - Of two writers of one key the last one stays, whole; neither is told of the other. So there is no `replace`. There is
 *   no `has` either: KV can tell that a key is there only by handing out its value.
 *
 * What it costs: one read for each key of `getMany`, one write for each of `setMany`, six at a time (a Worker has no more
 * connections); one listing for each 1,000 names, and one more for a `prefix`. A value has at most 25 MiB: a larger one
 * is `store-failed`, and of a `setMany` with such a value nothing is written. If a `setMany` fails otherwise, some of its
 * values may have been written.
 *
 * @throws (by rejecting) `store-failed` with KV's own error as `cause`, and what every store throws; `bad-argument` (at
 * once) for a namespace or options of the wrong type
 * @example
 * export default {
 *   async fetch(request, env) {
 *     const store = createWorkersKvStore(env.UNITS)
 *     const manifest = await store.get('orders/manifest')
 *   },
 * }
 */
export function createWorkersKvStore(
  namespace: WorkersKvNamespace,
  options: WorkersKvStoreOptions = {},
): CacheStore {
  const { retries = 4, retryDelay = 1000 } = options
  if (!isNamespace(namespace)) throw badArgument('namespace', 'a KV namespace')
  if (!(Number.isInteger(retries) && retries >= 0)) throw badArgument('retries', 'an integer, at least 0')
  if (!(Number.isFinite(retryDelay) && retryDelay >= 0)) {
    throw badArgument('retryDelay', 'a number of ms, at least 0')
  }
  return checkedStore(new WorkersKvMedium(namespace, retries, retryDelay))
}

type StoreCall = ErrorFields['store-failed']

class WorkersKvMedium implements CacheStore {
  readonly #namespace: WorkersKvNamespace
  readonly #retries: number
  readonly #retryDelay: number

  constructor(namespace: WorkersKvNamespace, retries: number, retryDelay: number) {
    this.#namespace = namespace
    this.#retries = retries
    this.#retryDelay = retryDelay
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#get({ operation: 'get', key })
  }

  async getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    // KV's own get of several keys gives text and JSON only.
    return inParallel(keys, (key) => this.#get({ operation: 'getMany', key }), CONNECTIONS)
  }

  async set(key: string, value: Uint8Array): Promise<void> {
    const call = { operation: 'set', key }
    assertFits(value, call)
    await this.#put(value, call)
  }

  async setMany(entries: readonly (readonly [key: string, value: Uint8Array])[]): Promise<void> {
    for (const [key, value] of entries) assertFits(value, { operation: 'setMany', key })
    await inParallel(entries, ([key, value]) => this.#put(value, { operation: 'setMany', key }), CONNECTIONS)
  }

  async delete(key: string): Promise<void> {
    await this.#patiently({ operation: 'delete', key }, () => this.#namespace.delete(key))
  }

  async *keys(prefix?: string): AsyncGenerator<string, void, undefined> {
    if (prefix === undefined) {
      yield* this.#names('', {})
      return
    }
    // KV knows prefixes of characters only, and `doc1` would bring every name of `doc12` as well. The key itself is the
    // first of those, because names are sorted.
    for await (const name of this.#names(prefix, { prefix, limit: 1 })) {
      if (name === prefix) yield name
      break
    }
    yield* this.#names(prefix, { prefix: `${prefix}/` })
  }

  async close(): Promise<void> {
    // A namespace is never let go of; it belongs to the Worker.
  }

  async #get(call: StoreCall): Promise<Uint8Array | undefined> {
    const value = await this.#patiently(call, () => this.#namespace.get(call.key, 'arrayBuffer'))
    return value === null ? undefined : new Uint8Array(value)
  }

  async #put(value: Uint8Array, call: StoreCall): Promise<void> {
    await this.#patiently(call, () => this.#namespace.put(call.key, value))
  }

  async *#names(
    key: string,
    options: { readonly prefix?: string; readonly limit?: number },
  ): AsyncGenerator<string, void, undefined> {
    const call = { operation: 'keys', key }
    let from: { cursor?: string } = {}
    for (;;) {
      const page = await this.#patiently(call, () => this.#namespace.list({ ...options, ...from }))
      for (const { name } of page.keys) yield name
      // An empty page may be followed by others: names deleted a moment ago are counted and left out.
      if (page.list_complete) return
      if (page.cursor === undefined) throw failed(call, 'a page that is not the last has no cursor')
      from = { cursor: page.cursor }
    }
  }

  async #patiently<T>(call: StoreCall, work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work()
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        if (!TOO_MANY_REQUESTS.test(reason)) throw failed(call, reason, error)
        if (attempt > this.#retries) {
          throw failed(call, `${reason}; ${attempt} ${attempt === 1 ? 'attempt' : 'attempts'}`, error)
        }
      }
      const wait = this.#retryDelay * 2 ** (attempt - 1) * (1 + Math.random() / 2)
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
  }
}

/** KV's errors carry their status in the message alone: `KV PUT failed: 429 Too Many Requests`. */
const TOO_MANY_REQUESTS = /\bfailed: 429\b|\b429 too many requests\b/i

function assertFits(value: Uint8Array, call: StoreCall): void {
  if (value.length <= MAX_WORKERS_KV_VALUE_BYTES) return
  const limit = `${MAX_WORKERS_KV_VALUE_BYTES} bytes (25 MiB)`
  const message = `${call.operation} "${call.key}": KV holds values of at most ${limit}, this one has ${value.length}`
  throw new UnitflowError('store-failed', message, call)
}

function failed(call: StoreCall, reason: string, cause?: unknown): UnitflowError<'store-failed'> {
  const what = call.key === '' ? call.operation : `${call.operation} "${call.key}"`
  const options = cause === undefined ? {} : { cause }
  return new UnitflowError('store-failed', `${what}: the KV namespace failed (${reason})`, call, options)
}

/** The types say so already; but a binding that is not configured is `undefined` in `env`, whatever its type. */
function isNamespace(value: Partial<WorkersKvNamespace> | null | undefined): boolean {
  return [value?.get, value?.put, value?.delete, value?.list].every((method) => typeof method === 'function')
}

function badArgument(argument: string, expected: string): UnitflowError<'bad-argument'> {
  return new UnitflowError('bad-argument', `${argument}: expected ${expected}`, { argument, expected })
}
