import { isUnitflowError } from '../errors/index.js'
import { sha256Hex } from '../sha256/index.js'
import type { CacheStore } from '../stores/cache-store.js'
import { hashesOfRoot } from './hashes-of-root.js'
import { isObject, parseJson } from './json-reading.js'
import { HELD, shortHash, versionOfKey } from './keys.js'
import type { Root } from './root.js'
import { damaged, FORMAT, parseRoot } from './root.js'
import { keysBelow } from './store-values.js'
import { decoder, encoder } from './utf8.js'

/** A root that is kept by version. */
export interface HeldRoot extends Root {
  /** In milliseconds since 1970. */
  readonly heldSince: number
  /** Whether all that it leads to was there when it was. */
  readonly isSure: boolean
}

/** The bytes of a root's copy that is kept by version. */
export function heldBytes(
  { cacheKey, bytes }: Root,
  { heldSince, isSure }: Pick<HeldRoot, 'heldSince' | 'isSure'>,
): Uint8Array<ArrayBuffer> {
  const body = bytes.subarray(bytes.indexOf(10))
  const sha256 = sha256Hex(body.subarray(1, -1))
  const head = encoder.encode(JSON.stringify({ unitflow: FORMAT, cacheKey, sha256, heldSince, sure: isSure }))
  const held = new Uint8Array(head.length + body.length)
  held.set(head)
  held.set(body, head.length)
  return held
}

/** A held root from its bytes. @throws `root-damaged`, `newer-format` */
export async function parseHeldRoot(key: string, bytes: Uint8Array): Promise<HeldRoot> {
  const root = await parseRoot(key, bytes, undefined, true)
  if (shortHash(root.manifest.version) !== versionOfKey(key)) throw damaged(root.cacheKey, key)
  const head = parseJson(decoder.decode(bytes.subarray(0, bytes.indexOf(10))))
  const { heldSince, sure } = isObject(head) ? head : {}
  return { ...root, heldSince: typeof heldSince === 'number' ? heldSince : 0, isSure: sure === true }
}

/**
 * Every held root of a store, or of one version.
 *
 * @throws `root-damaged`, `newer-format`, and what the store throws
 */
export async function readHeldRoots(store: CacheStore, prefix: string = HELD): Promise<HeldRoot[]> {
  return Promise.all((await heldValues(store, prefix)).map(([key, bytes]) => parseHeldRoot(key, bytes)))
}

/** Held roots as they are stored, by key. One that was let go between the two calls is none. */
export async function heldValues(
  store: CacheStore,
  prefix: string = HELD,
): Promise<(readonly [key: string, bytes: Uint8Array])[]> {
  const keys = await keysBelow(store, prefix)
  const values = keys.length === 0 ? [] : await store.getMany(keys)
  return keys.flatMap((key, index) => {
    const bytes = values[index]
    return bytes === undefined ? [] : [[key, bytes] as const]
  })
}

/**
 * The hashes of all that a held root leads to. One that is not sure may have come too late: nobody relies on it, so what it
 * lacks is no error.
 */
export async function hashesOfHeldRoot(store: CacheStore, root: HeldRoot): Promise<string[]> {
  try {
    return await hashesOfRoot(store, root)
  } catch (error) {
    const isLacking = isUnitflowError(error, 'object-missing') || isUnitflowError(error, 'object-damaged')
    if (root.isSure || !isLacking) throw error
    return []
  }
}

/**
 * The held roots that may go. Each was held longer than the grace time ago, so nobody has just come to rely on it, and a
 * held root is never written again: to hold longer is to write another.
 *
 * @param open the short hashes of the versions that runs are on; without it all may be
 */
export function heldForLong(
  roots: readonly HeldRoot[],
  open: ReadonlySet<string> | undefined,
  grace: number,
  now: number,
): HeldRoot[] {
  return roots.filter((root) => {
    if (now - root.heldSince <= grace) return false
    if (!root.isSure || open?.has(versionOf(root)) === false) return true
    // Whoever lists keys while some come and go sees the newer one, if it has been there for long.
    return roots.some(
      (other) =>
        other.isSure &&
        versionOf(other) === versionOf(root) &&
        other.heldSince > root.heldSince &&
        now - other.heldSince > grace / 2,
    )
  })
}

/** The short hash of the version that a held root is of. */
export function versionOf({ key }: HeldRoot): string {
  return versionOfKey(key)
}
