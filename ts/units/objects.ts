import { UnitflowError } from '../errors/index.js'
import { sha256HexAsync } from '../sha256/index.js'
import type { CacheStore } from '../stores/cache-store.js'
import { isObject, parseJson, strings } from './json-reading.js'
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
        throw new UnitflowError('object-missing', `${key} is not in the store: pruned, or not there yet`, {
          key,
          retryable: true,
        })
      }
      const hash = await sha256HexAsync(bytes)
      if (shortHash(hash) !== shortHash(hashes[index] ?? '')) throw damagedObject(key)
      return { hash, bytes }
    }),
  )
}

function damagedObject(key: string): UnitflowError<'object-damaged'> {
  return new UnitflowError('object-damaged', `${key} was altered, torn or forged`, {
    key,
  })
}

/** The lists of a member, in the order in which a graph and a locator count what stands in them. */
const REFERENCES = [
  ['calls', 'call', true],
  ['embeds', 'embed', true],
  ['triggers', 'trigger', false],
  ['maybeCalls', 'call', false],
  ['maybeEmbeds', 'embed', false],
] as const

function isMember(value: unknown): value is ObjectMember {
  return isObject(value) && !!strings([value['id'], ...REFERENCES.flatMap(([list]) => value[list] ?? [])])
}

/**
 * Splits an object into its processes, without parsing any (U26).
 *
 * @throws `object-damaged` where it is none, though it has its hash: somebody has forged it
 */
export function processObject({ hash, bytes }: VerifiedObject): ProcessObject {
  const ends: number[] = []
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, end + 1)) ends.push(end)
  const line = (index: number): string =>
    decoder.decode(bytes.subarray(index === 0 ? 0 : (ends[index - 1] ?? 0) + 1, ends[index]))
  const members = parseJson(line(0))
  if (!Array.isArray(members) || !members.every(isMember) || ends.length !== members.length + 1)
    throw damagedObject(objectKey(hash))
  return { hash, members, text: (member) => line(member + 1) }
}

/** The references of a member, in their order. */
export function references(
  member: ObjectMember,
): readonly { readonly id: string; readonly mode: 'call' | 'embed' | 'trigger'; readonly sure: boolean }[] {
  return REFERENCES.flatMap(([list, mode, sure]) => (member[list] ?? []).map((id) => ({ id, mode, sure })))
}
