import { sha256Hex, toHex } from '../sha256/index.js'
import { encoder } from './utf8.js'

/** Where layout v2 keeps the roots of cache keys. */
export const ROOTS = 'v2/roots'
/** Where layout v2 keeps objects and parts of manifests, by content. */
export const OBJECTS = 'v2/objects'
/** Where layout v2 keeps copies of roots by version, so that runs can stay on them (U38). */
export const HELD = 'v2/held'
/** Where `prune` notes since when an object is unused. */
export const MARKS = 'v2/marks'
/** Where `prune` keeps what it is just removing. */
export const REMOVED = 'v2/removed'

/** How many hex digits of a SHA-256 name an object: 160 bits, beyond any collision that can be made. */
const KEY_DIGITS = 40

/** The store key of a cache key's root: any string is a cache key, because only its hash gets there (U28). */
export function rootKey(cacheKey: string): string {
  return `${ROOTS}/${sha256Hex(wtf8(cacheKey))}`
}

/** The first 40 digits of a hash, which name an object. */
export function shortHash(hash: string): string {
  return hash.slice(0, KEY_DIGITS)
}

/** The store key of an object; `hash` may be short or whole. */
export function objectKey(hash: string): string {
  return `${OBJECTS}/${shortHash(hash)}`
}

/** The store key of an object's mark. */
export function markKey(hash: string): string {
  return `${MARKS}/${shortHash(hash)}`
}

/** The store key below which the roots are that are held for a version; `version` may be short or whole. */
export function heldKey(version: string): string {
  return `${HELD}/${shortHash(version)}`
}

/** The first 40 digits of the version that a held root is of, by its key. */
export function versionOfKey(key: string): string {
  return key.split('/')[2] ?? ''
}

/** The last segment of a key. */
export function lastSegment(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1)
}

/** A string as bytes, surrogates without a pair included, which UTF-8 would all turn into the same character. */
export function wtf8(text: string): Uint8Array {
  if (text.isWellFormed()) return encoder.encode(text)
  const bytes: number[] = []
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code >= 0xd800 && code <= 0xdfff) {
      bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f))
    } else {
      bytes.push(...encoder.encode(character))
    }
  }
  return Uint8Array.from(bytes)
}

/** FNV-1a over a string's bytes: which part of a large manifest an id stands in, of `parts`, a power of two. */
export function partOf(id: string, parts: number): number {
  let hash = 0x811c9dc5
  for (const byte of wtf8(id)) hash = Math.imul(hash ^ byte, 0x01000193)
  return (hash & (parts - 1)) >>> 0
}

/**
 * A hash as manifests spell it, in base64url, in the hex that store keys and people use.
 *
 * @param least how many bytes it has at least
 * @throws RangeError, DOMException where it is none
 */
export function hexOfHash(base64url: string, least: number = KEY_DIGITS / 2): string {
  const bytes = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'))
  if (bytes.length < least) throw new RangeError()
  return toHex(Array.from(bytes, (byte) => byte.charCodeAt(0)))
}
