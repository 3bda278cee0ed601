import type { RecordEntry, RecordKey, RecordRange, RecordStore, Value } from '../../records/index.js'
import { encodeValue } from '../../values/index.js'
import { assertThat, fail } from '../assertions.js'

/** What a medium may be unable to do. */
export type RecordStorePart = 'reopen' | 'watch'

/** What a case works on: a store of its own, empty at first. */
export interface CaseContext {
  readonly store: RecordStore
  /** Another store object on the same medium; closed when the case is over. */
  readonly reopen: () => Promise<RecordStore>
  /** How many records are many. */
  readonly large: number
  /** What the randomness of a case begins with. */
  readonly seed: number
}

/** One test of the suite. */
export interface RecordStoreCase {
  readonly name: string
  /** Registered only for stores that have all of these. */
  readonly needs?: readonly RecordStorePart[]
  run(context: CaseContext): Promise<void>
}

export function getOf(store: RecordStore, key: RecordKey): Promise<Value | undefined> {
  return store.transact((transaction) => transaction.get(key), { readonly: true })
}

export function setIn(store: RecordStore, key: RecordKey, value: Value): Promise<void> {
  return store.transact((transaction) => {
    transaction.set(key, value)
  })
}

export function scanOf(store: RecordStore, range: RecordRange): Promise<RecordEntry[]> {
  return store.transact((transaction) => transaction.scan(range), { readonly: true })
}

export function keysOf(entries: readonly RecordEntry[]): RecordKey[] {
  return entries.map(({ key }) => key)
}

/** Fails unless both are the same value, in what JSON cannot say as well. */
export function assertValue(actual: Value, expected: Value, what: string): void {
  const [found, wanted] = [encodeValue(actual), encodeValue(expected)]
  assertThat(
    found === wanted,
    `${what}: expected ${wanted.slice(0, 500)}, got ${found.slice(0, 500)} (both as they are encoded)`,
  )
}

/** Fails unless the promise rejects, or the work throws, with exactly this. */
export async function assertRejectsWith(work: () => unknown, reason: unknown, what: string): Promise<void> {
  try {
    await work()
  } catch (error) {
    assertThat(error === reason, `${what}: expected ${String(reason)}, got ${String(error)}`)
    return
  }
  fail(`${what}: expected ${String(reason)}, but it succeeded`)
}

/** In a macrotask of its own. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve))
}

/** Fails, instead of waiting for ever, where something has not come after a long time. */
export async function within<T>(seconds: number, promise: Promise<T>, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      resolve(undefined)
    }, seconds * 1000)
  })
  const outcome = await Promise.race([promise.then((value) => ({ value })), late])
  clearTimeout(timer)
  return outcome === undefined ? fail(`${what} has not come within ${seconds} s`) : outcome.value
}
