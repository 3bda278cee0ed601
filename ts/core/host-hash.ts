import { hostHash } from '../sha256/index.js'

/** From this many bytes on the host hashes faster than the core, as measured (docs/performance.md). */
const FROM = 1024

type Hash = (bytes: Uint8Array) => Uint8Array

/** `null`: the host has none that can be had at once, or it has failed. */
let host: Hash | null | undefined
let copies: Uint8Array<ArrayBuffer>[] = []

/** Of how many bytes a message must be for the host to hash it for the core; 0 where the core hashes all by itself. */
export function hostHashesFrom(): number {
  if (host === undefined) host = usableHost()
  return host === null ? 0 : FROM
}

/**
 * Hashes messages that lie in the core's memory, as `sha256` of `rust/wasm` asks for it. Parts of the reply are copied out
 * on the way, since they are wanted outside in any case: see {@link takeCopies}.
 *
 * @param words where the table begins: for each message the number of its pieces, then where each lies and its bytes
 * @param parts how many of the messages, the first ones, are parts
 * @param hashes where the hashes go, one behind the other
 * @returns whether all hashes are written
 */
export function hashForCore(
  memory: ArrayBuffer,
  words: number,
  count: number,
  parts: number,
  hashes: number,
): 0 | 1 {
  const bytes = new Uint8Array(memory)
  const table = new Uint32Array(memory)
  const word = (index: number): number => table[index] ?? 0
  const kept = copies.length
  try {
    let at = words >>> 2
    for (let index = 0; index < count; index++) {
      const end = at + 1 + 2 * word(at)
      let size = 0
      for (let piece = at + 2; piece < end; piece += 2) size += word(piece)
      const message = new Uint8Array(size)
      let to = 0
      for (at++; at < end; at += 2) {
        const [start, length] = [word(at), word(at + 1)]
        message.set(bytes.subarray(start, start + length), to)
        to += length
      }
      if (index < parts) copies.push(message)
      bytes.set(hashed(host, message), hashes + index * 32)
    }
    return 1
  } catch {
    // A host that fails once is not asked again: the core can do it.
    host = null
    copies.length = kept
    return 0
  }
}

/** The copies of parts that were made since the last time, in the order of the parts. */
export function takeCopies(): readonly Uint8Array<ArrayBuffer>[] {
  const taken = copies
  copies = []
  return taken
}

/** A host that gives something else for `abc` is not asked. */
function usableHost(): Hash | null {
  try {
    const given = hostHash()
    if (given === undefined) return null
    const hash: Hash = (bytes) => given('sha256', bytes, 'buffer')
    const digest = hashed(hash, Uint8Array.of(0x61, 0x62, 0x63))
    return digest[0] === 0xba && digest[31] === 0xad ? hash : null
  } catch {
    return null
  }
}

function hashed(hash: Hash | null | undefined, bytes: Uint8Array): Uint8Array {
  const digest = hash?.(bytes)
  if (digest?.length !== 32) throw new TypeError('no SHA-256')
  return digest
}
