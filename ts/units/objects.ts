import { UnitflowError } from '../errors/index.js'
import { sha256HexAsync } from '../sha256/index.js'
import type { CacheStore } from '../stores/cache-store.js'
import { objectKey, shortHash } from './keys.js'
import { decoder } from './utf8.js'

/** Bytes whose hash was checked. */
export interface VerifiedObject {
  /** The whole hash, in hex. */
  readonly hash: string
  readonly bytes: Uint8Array
}

/** What the first line of an object says of one of its processes. */
export interface ObjectMember {
  readonly id: string
  readonly calls?: readonly string[]
  readonly embeds?: readonly string[]
  readonly triggers?: readonly string[]
  /** References by tasks of unknown types: real only where the workflow holds the process. */
  readonly maybeCalls?: readonly string[]
  readonly maybeEmbeds?: readonly string[]
}

/** An object with its processes: line 1 says which they are, each further line is one. */
export interface ProcessObject {
  readonly hash: string
  readonly members: readonly ObjectMember[]
  /** The spec of a member as JSON text. */
  readonly text: (member: number) => string
}

/**
 * Objects by hash, in order, fetched in one round and verified (U27).
 *
 * @throws `object-missing`, `object-damaged`, and what the store throws
 */
export async function readObjects(store: CacheStore, hashes: readonly string[]): Promise<VerifiedObject[]> {
  const keys = hashes.map(objectKey)
  const values = keys.length === 1 ? [await store.get(keys[0] ?? '')] : await store.getMany(keys)
  return Promise.all(
    keys.map(async (key, index) => {
      const bytes = values[index]
      if (bytes === undefined) {
        throw new UnitflowError(
          'object-missing',
          `${key} is not in the store: pruned, lost, or not there yet`,
          { key, retryable: true },
        )
      }
      const hash = await sha256HexAsync(bytes)
      if (shortHash(hash) !== shortHash(hashes[index] ?? '')) {
        throw new UnitflowError(
          'object-damaged',
          `${key} is not what its hash says: it was altered or torn`,
          { key },
        )
      }
      return { hash, bytes }
    }),
  )
}

/** Splits an object into its processes, without parsing any (U26). */
export function processObject({ hash, bytes }: VerifiedObject): ProcessObject {
  const ends: number[] = []
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, end + 1)) ends.push(end)
  const line = (index: number): string =>
    decoder.decode(bytes.subarray(index === 0 ? 0 : (ends[index - 1] ?? 0) + 1, ends[index]))
  // The hash says that these are the bytes that the core wrote.
  const members = JSON.parse(line(0)) as readonly ObjectMember[]
  return { hash, members, text: (member) => line(member + 1) }
}

/** The references of a member in their order: the order in which a graph and a locator count them. */
export function references(
  member: ObjectMember,
): readonly { readonly id: string; readonly mode: 'call' | 'embed' | 'trigger'; readonly sure: boolean }[] {
  return [
    ...(member.calls ?? []).map((id) => ({ id, mode: 'call' as const, sure: true })),
    ...(member.embeds ?? []).map((id) => ({ id, mode: 'embed' as const, sure: true })),
    ...(member.triggers ?? []).map((id) => ({ id, mode: 'trigger' as const, sure: false })),
    ...(member.maybeCalls ?? []).map((id) => ({ id, mode: 'call' as const, sure: false })),
    ...(member.maybeEmbeds ?? []).map((id) => ({ id, mode: 'embed' as const, sure: false })),
  ]
}
