import { createRandom } from '../../bench/workflows/random.mjs'

/** A number that depends on all parts alike, in 32 bits. */
export function mix(...parts) {
  let hash = 0x811c9dc5
  for (const character of parts.join('\0')) {
    hash ^= character.codePointAt(0)
    hash = Math.imul(hash, 0x01000193)
  }
  hash ^= hash >>> 15
  hash = Math.imul(hash, 0x2c1b3c6d)
  return (hash ^ (hash >>> 13)) >>> 0
}

/** What looks random, the same for the same parts. */
export function seeded(...parts) {
  const { next, below } = createRandom(mix(...parts))
  return {
    next,
    below,
    /** A whole number, both ends included. */
    between: (least, most) => least + below(most - least + 1),
    pick: (list) => list[below(list.length)],
    chance: (probability) => next() < probability,
  }
}
