/** Choices taken from bytes that a fuzzer made, one after the other. Where they end, every choice is the first. */
export class Tape {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  byte(): number {
    return this.#bytes[this.#at++] ?? 0
  }

  /** A number from 0 that is smaller than `limit`. */
  below(limit: number): number {
    const value = limit <= 256 ? this.byte() : (this.byte() << 8) | this.byte()
    return limit <= 1 ? 0 : value % limit
  }

  /** True once in so many times, about. */
  once(times: number): boolean {
    return this.below(times) === times - 1
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0]
  }

  /** One of any list, which may be empty. */
  oneOf<T>(choices: readonly T[]): T | undefined {
    return choices[this.below(choices.length)]
  }

  /** So many things, at most `limit`. */
  several<T>(limit: number, draw: () => T): T[] {
    return Array.from({ length: this.below(limit + 1) }, draw)
  }
}
