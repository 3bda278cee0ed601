import type { Tape } from './tape.js'

const TOKENS = '"\\{}[]:,0123456789.eE+-tfnu\n\t\0\x7f'

/** Bytes that came back other than they were written: bits turned, cut, doubled, shifted, overwritten. */
export function damagedBytes(tape: Tape, value: Uint8Array): Uint8Array {
  const at = tape.below(65_536) % (value.length + 1)
  const length = 1 + tape.below(64)
  const before = value.subarray(0, at)
  const after = value.subarray(at)
  switch (tape.below(6)) {
    case 0: {
      const flipped = value.slice()
      if (at < flipped.length) flipped[at] = (flipped[at] ?? 0) ^ (1 << tape.below(8))
      return flipped
    }
    case 1:
      return before.slice()
    case 2:
      return joined(before, value.subarray(at + length))
    case 3:
      return joined(before, after.subarray(0, length), after)
    case 4: {
      const token = TOKENS.charCodeAt(tape.below(TOKENS.length))
      return joined(before, Uint8Array.of(token), tape.once(2) ? after : after.subarray(1))
    }
    default:
      return joined(
        before,
        Uint8Array.from({ length }, () => tape.byte()),
        after.subarray(length),
      )
  }
}

export function joined(...pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(pieces))
}
