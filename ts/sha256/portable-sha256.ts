/**
 * SHA-256 (FIPS 180-4) for runtimes whose own cannot be reached at once: a browser, for small values. Here and not from a
 * library because the entry that only reads has a budget of 10 KB, of which the small libraries take a third.
 *
 * @returns the 32 bytes of the digest
 */
export function portableSha256(bytes: Uint8Array): Uint8Array {
  const state = Uint32Array.from(START)
  const schedule = new Uint32Array(64)
  const blocks = Math.ceil((bytes.length + 9) / 64)
  const end = new Uint8Array(blocks * 64 - (bytes.length & ~63))
  end.set(bytes.subarray(bytes.length & ~63))
  end[bytes.length & 63] = 0x80
  const view = new DataView(end.buffer)
  view.setUint32(end.length - 8, bytes.length / 0x20000000)
  view.setUint32(end.length - 4, bytes.length << 3)
  for (let at = 0; at + 64 <= bytes.length; at += 64) {
    compress(state, schedule, new DataView(bytes.buffer, bytes.byteOffset + at, 64))
  }
  for (let at = 0; at < end.length; at += 64) compress(state, schedule, new DataView(end.buffer, at, 64))
  const digest = new DataView(new ArrayBuffer(32))
  state.forEach((value, at) => digest.setUint32(at * 4, value))
  return new Uint8Array(digest.buffer)
}

function compress(state: Uint32Array, schedule: Uint32Array, block: DataView): void {
  for (let t = 0; t < 64; t++) {
    if (t < 16) {
      schedule[t] = block.getUint32(t * 4)
      continue
    }
    const x = word(schedule, t - 15)
    const y = word(schedule, t - 2)
    schedule[t] =
      word(schedule, t - 16) +
      (rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3)) +
      word(schedule, t - 7) +
      (rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10))
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
  for (let t = 0; t < 64; t++) {
    const large1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const first = (h + large1 + ((e & f) ^ (~e & g)) + word(ROUNDS, t) + word(schedule, t)) | 0
    const large0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    const second = (large0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + first) | 0
    d = c
    c = b
    b = a
    a = (first + second) | 0
  }
  const now = [a, b, c, d, e, f, g, h]
  for (let i = 0; i < 8; i++) state[i] = word(state, i) + (now[i] ?? 0)
}

function rotate(value: number, by: number): number {
  return (value >>> by) | (value << (32 - by))
}

function word(words: Uint32Array, at: number): number {
  return words[at] ?? 0
}

/** The first primes give the constants: the fractions of their square roots to start with, of cube roots for rounds. */
const PRIMES = Array.from({ length: 312 }, (_, n) => n).filter(
  (n) => n > 1 && !Array.from({ length: n - 2 }, (_, i) => i + 2).some((divisor) => n % divisor === 0),
)
const START = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)))
const ROUNDS = Uint32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)))

function fraction(root: number): number {
  return ((root % 1) * 0x100000000) >>> 0
}
