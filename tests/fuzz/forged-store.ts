import { createHash } from 'node:crypto'
import type { CacheStore } from 'unitflow'
import { damagedBytes, joined } from './damaged-bytes.js'
import { hostileJson } from './hostile-json.js'
import type { Tape } from './tape.js'

/** The values of a store by key. */
export type Content = Map<string, Uint8Array>

/** All values of a store. */
export async function contentOf(store: CacheStore): Promise<Content> {
  const content: Content = new Map()
  for await (const key of store.keys()) content.set(key, (await store.get(key)) ?? new Uint8Array())
  return content
}

const OBJECTS = 'v2/objects/'
const decoder = new TextDecoder()
const encoder = new TextEncoder()

/** What happens to a store by accident: a value is altered, lost, or another one's. */
export function damage(tape: Tape, content: Content): void {
  const keys = [...content.keys()].sort()
  const key = tape.oneOf(keys) ?? ''
  const value = content.get(key)
  if (value === undefined) return
  switch (tape.below(6)) {
    case 0:
      content.delete(key)
      return
    case 1:
      content.set(key, content.get(tape.oneOf(keys) ?? '') ?? value)
      return
    case 2:
      content.set(key, new Uint8Array(tape.once(2) ? 0 : value.length))
      return
    default:
      content.set(key, damagedBytes(tape, value))
  }
}

/**
 * What somebody does who may write to a store: a value becomes another one that has its right hash, and so does all that
 * names it, up to the root.
 */
export function forge(tape: Tape, content: Content): void {
  const roots = [...content.keys()].filter((key) => key.startsWith('v2/roots/'))
  const [root] = roots
  if (root === undefined) return
  const objects = [...content.keys()].filter((key) => key.startsWith(OBJECTS)).sort()
  // The root holds most of what can be wrong.
  const key = tape.once(2) ? root : (tape.oneOf(objects) ?? root)
  const value = content.get(key) ?? new Uint8Array()
  if (key === root) content.set(root, forgedRoot(tape, value))
  else replaceObject(content, root, key, forgedObject(tape, value))
}

function forgedRoot(tape: Tape, value: Uint8Array): Uint8Array {
  const newline = value.indexOf(10)
  const head = decoder.decode(value.subarray(0, newline))
  const body = decoder.decode(value.subarray(newline + 1, value.length - 1))
  if (tape.once(8)) return encoder.encode(`${hostileJson(tape, head)}\n${body}\n`)
  const forged = tape.once(6)
    ? damagedBytes(tape, encoder.encode(body))
    : encoder.encode(hostileJson(tape, body))
  return signedRoot(head, forged)
}

/** A root whose first line says the hash of its second. */
function signedRoot(head: string, body: Uint8Array): Uint8Array {
  const signed = head.replace(/"sha256":"[^"]*"/, () => `"sha256":"${sha256(body).toString('hex')}"`)
  return joined(encoder.encode(`${signed}\n`), body, encoder.encode('\n'))
}

function forgedObject(tape: Tape, value: Uint8Array): Uint8Array {
  const newline = value.indexOf(10)
  const isText = value[0] === 0x7b || value[0] === 0x5b
  if (!isText || tape.once(4)) return damagedBytes(tape, value)
  // The first line of an object, or all of a part of a manifest.
  const end = newline < 0 ? value.length : newline
  const head = encoder.encode(hostileJson(tape, decoder.decode(value.subarray(0, end))))
  return joined(head, value.subarray(end))
}

/** Puts a value in the place of another, under its own hash. */
function replaceObject(content: Content, root: string, key: string, value: Uint8Array): void {
  const old = Buffer.from(key.slice(OBJECTS.length), 'hex')
  const hash = sha256(value)
  content.set(OBJECTS + hash.toString('hex').slice(0, 40), value)
  for (const [other, bytes] of [...content]) {
    if (other === key || !names(bytes, old)) continue
    const renamed = rename(bytes, old, hash)
    if (other === root) {
      const newline = renamed.indexOf(10)
      const head = decoder.decode(renamed.subarray(0, newline))
      content.set(root, signedRoot(head, renamed.subarray(newline + 1, renamed.length - 1)))
    } else if (other.startsWith(OBJECTS)) {
      replaceObject(content, root, other, renamed)
    }
  }
}

/** The digits of a hash in base64url that hold nothing of the bytes behind the first 20. */
const SURE_DIGITS = 26

function names(bytes: Uint8Array, hash: Uint8Array): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  return buffer.includes(Buffer.from(hash)) || buffer.includes(digits(hash))
}

function digits(hash: Uint8Array): string {
  return Buffer.from(hash).toString('base64url').slice(0, SURE_DIGITS)
}

/** Bytes that name another value: as 20 bytes in the graph, as 27 or 43 digits elsewhere. */
function rename(bytes: Uint8Array, old: Uint8Array, hash: Buffer): Uint8Array {
  const renamed = Buffer.from(bytes)
  const short = Buffer.from(hash.subarray(0, 20).toString('base64url'))
  const whole = Buffer.from(hash.toString('base64url'))
  const known = digits(old)
  for (let at = renamed.indexOf(known); at >= 0; at = renamed.indexOf(known, at + 1)) {
    const named = renamed[at + short.length] === 0x22 ? short : whole
    // What was cut off before may have no room for all of it.
    named.copy(renamed, at)
  }
  const bytesOfOld = Buffer.from(old)
  for (let at = renamed.indexOf(bytesOfOld); at >= 0; at = renamed.indexOf(bytesOfOld, at + 1)) {
    hash.copy(renamed, at, 0, 20)
  }
  return renamed
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}
