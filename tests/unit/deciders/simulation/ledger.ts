import type { ActivityResult } from '../../../../ts/deciders/history/index.js'

/** What the backend has acknowledged, whether or not whoever asked for it has heard of it. */
export class Ledger {
  /** By nonce: how often it was accepted. */
  readonly signals: Map<string, number> = new Map<string, number>()
  readonly results: Map<string, number> = new Map<string, number>()
  readonly started: Set<string> = new Set<string>()
  /** Processes whose canceling was acknowledged. */
  readonly canceled: Set<string> = new Set<string>()
  /** How often something was refused, by code. */
  readonly refused: Map<string, number> = new Map<string, number>()
  /** By attempt, when its last sign of life was given that was accepted: not before then (ms since 1970). */
  readonly beats: Map<string, number> = new Map<string, number>()
  /** Calls that were under way when their process was killed: they may have come to something. */
  readonly underWay: Set<readonly unknown[]> = new Set<readonly unknown[]>()
  #nonces = 0

  nonce(): string {
    return `n${++this.#nonces}`
  }

  /** Whether a signal or a result of this nonce may be there though nobody knows. */
  isUnderWay(nonce: string): boolean {
    return [...this.underWay].some((args) => JSON.stringify(args).includes(`"${nonce}"`))
  }

  /** @param at when the call began */
  accepted(method: string, args: readonly unknown[], answer: unknown, at: number): void {
    if (method === 'heartbeat') {
      const [, scheduled, attempt, , process] = String(args[0]).split(',')
      this.beats.set(`${process} ${scheduled} ${attempt}`, at)
    }
    if (method === 'startProcess' && typeof answer === 'string') this.started.add(answer)
    if (method === 'signalProcess') count(this.signals, nonceIn(field(args[1], 'data')))
    if (method === 'completeActivityTask') count(this.results, nonceOf(args[1] as ActivityResult))
    if (method === 'cancelProcess' && field(args[1], 'request') !== true) this.canceled.add(String(args[0]))
  }

  refuse(code: string): void {
    count(this.refused, code)
  }
}

/** What tells one result from all others. */
export function nonceOf(result: ActivityResult): string | undefined {
  if (result.type === 'completed') return nonceIn(result.result)
  // One that was asked to end ends by being given back: no worker has said so.
  if (result.type === 'timed-out' || result.reason === GIVEN_BACK) return undefined
  return result.reason
}

const GIVEN_BACK = 'its worker has given it back'

export function nonceIn(value: unknown): string | undefined {
  const nonce = field(value, 'nonce')
  return typeof nonce === 'string' ? nonce : undefined
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

export function count<K>(counts: Map<K, number>, key: K | undefined): void {
  if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1)
}
