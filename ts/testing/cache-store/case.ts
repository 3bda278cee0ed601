import type { CacheStore } from '../../stores/index.js'
import { fail } from '../assertions.js'

/** What a store may leave out. */
export type OptionalPart = 'has' | 'replace' | 'reopen'

/** What a case works on: a store of its own, empty at first. */
export interface CaseContext {
  readonly store: CacheStore
  /** Another store object on the same medium; closed when the case is over. */
  readonly reopen: () => Promise<CacheStore>
}

/** One test of the suite. */
export interface CacheStoreCase {
  readonly name: string
  /** Registered only for stores that have all of these. */
  readonly needs?: readonly OptionalPart[]
  run(context: CaseContext): Promise<void>
}

/** `has` of a store that is declared to have it. */
export function hasOf(store: CacheStore): (keys: readonly string[]) => Promise<boolean[]> {
  return store.has?.bind(store) ?? fail("the store has no method 'has'; declare it with `without: ['has']`")
}

/** `replace` of a store that is declared to have it. */
export function replaceOf(
  store: CacheStore,
): (key: string, expected: Uint8Array | undefined, value: Uint8Array) => Promise<boolean> {
  return (
    store.replace?.bind(store) ??
    fail("the store has no method 'replace'; declare it with `without: ['replace']`")
  )
}

/** Bytes of a short text. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** All keys, sorted; fails where one comes twice. */
export async function keysOf(store: CacheStore, prefix?: string): Promise<string[]> {
  const keys: string[] = []
  for await (const key of store.keys(prefix)) keys.push(key)
  if (new Set(keys).size < keys.length) fail(`keys(): a key came twice: ${keys.join(' ')}`)
  return keys.sort()
}

/** A value that shows whether it is whole: as long as the number says that all its bytes hold. */
export function markedValue(number: number): Uint8Array {
  return new Uint8Array(1 + number * 6007).fill(number)
}

/** Fails unless the value is one of {@link markedValue}'s, whole. */
export function assertMarked(value: Uint8Array): number {
  const number = value[0] ?? fail('a value is empty that nobody wrote')
  const whole = markedValue(number)
  if (value.length !== whole.length || value.some((byte) => byte !== number)) {
    fail(`a torn value: ${value.length} bytes, the first is ${number}, whole it has ${whole.length}`)
  }
  return number
}
