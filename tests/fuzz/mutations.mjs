// Inputs made of others, as fuzzers make them.

const INTERESTING = [0, 1, 2, 3, 7, 8, 16, 31, 32, 64, 100, 127, 128, 200, 254, 255]

/** Numbers from 0 to 1 that a seed gives (xorshift, 32 bits). */
export function randomOf(seed) {
  let state = seed >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/** Bytes like others: one change, or a few at once. `other` is an input to take a piece of. */
export function mutated(bytes, other, longest, random) {
  const below = (limit) => Math.floor(random() * limit)
  const list = [...bytes]
  const changes = 1 << below(4)
  for (let change = 0; change < changes; change++) {
    const at = below(list.length + 1)
    const length = 1 + below(random() < 0.8 ? 8 : 64)
    switch (below(9)) {
      case 0:
        list[at] = (list[at] ?? 0) ^ (1 << below(8))
        break
      case 1:
        list[at] = below(256)
        break
      case 2:
        list[at] = INTERESTING[below(INTERESTING.length)]
        break
      case 3:
        list[at] = (list[at] ?? 0) + (random() < 0.5 ? 1 : -1) * (1 + below(8))
        break
      case 4:
        list.splice(at, length)
        break
      case 5:
        list.splice(at, 0, ...Array.from({ length }, () => below(256)))
        break
      case 6:
        list.splice(below(list.length + 1), 0, ...list.slice(at, at + length))
        break
      case 7: {
        const from = below(other.length + 1)
        list.splice(at, random() < 0.5 ? length : 0, ...other.subarray(from, from + length))
        break
      }
      default:
        list.splice(at, list.length, ...other.subarray(at))
    }
  }
  return Uint8Array.from(list.slice(0, longest))
}
