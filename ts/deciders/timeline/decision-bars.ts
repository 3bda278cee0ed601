import type { TimelineBar } from '../../timeline/index.js'
import type { ShownResult } from './result-label.js'

/** The bars of a process's decisions, each from when a worker began with it. */
export class DecisionBars {
  readonly #open = new Map<number, number>()
  /** Since when those may go on that were refused: the same worker may try again. */
  readonly #refused = new Map<number, number>()
  readonly #bars: TimelineBar[] = []

  started(seq: number, at: number): void {
    this.#open.set(seq, at)
  }

  ended(started: number, at: number, result: ShownResult): void {
    const from = this.#open.get(started) ?? this.#refused.get(started) ?? at
    this.#open.delete(started)
    this.#bars.push({ from, to: Math.max(from, at), kind: 'deciding', ...result })
  }

  refused(started: number, at: number, result: ShownResult): void {
    this.ended(started, at, result)
    this.#refused.set(started, at)
  }

  /** The bars by time; of one that is open, up to `to`. */
  bars(to: number, left: ShownResult): TimelineBar[] {
    for (const started of [...this.#open.keys()]) this.ended(started, to, left)
    return this.#bars.sort((a, b) => a.from - b.from)
  }
}
