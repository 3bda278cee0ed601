/** What looks random and is the same for the same seed. */
export interface SeededRandom {
  /** A number from 0 up to, but not including, 1. */
  next(): number
  /** A whole number from 0 up to, but not including, `count`. */
  below(count: number): number
  /** One of a list that is not empty. */
  pick<T>(list: readonly [T, ...T[]]): T
  /** A copy of a list in another order. */
  shuffled<T>(list: readonly T[]): T[]
}

/** @param seed any number; its lower 32 bits count */
export function seededRandom(seed: number): SeededRandom {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (count: number): number => Math.floor(next() * count)
  return {
    next,
    below,
    pick: (list) => list[below(list.length)] ?? list[0],
    shuffled(list) {
      const rest = [...list]
      const order = []
      while (rest.length > 0) order.push(...rest.splice(below(rest.length), 1))
      return order
    },
  }
}
