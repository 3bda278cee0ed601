import type { HeldValue } from '../values/index.js'

/** What a step has given for some inputs. */
export interface CachedResult {
  /** Its name, for people. */
  readonly step: string
  readonly outputs: readonly HeldValue[]
  /** When it was computed, in ms since 1970. */
  readonly at: number
}

/** What a result was computed from. */
export interface ResultKey {
  /** The fingerprint of the step: its name, its model's name and version, its wiring. */
  readonly step: string
  /** Digests of the inputs that count, in the order of their fields. */
  readonly inputs: readonly string[]
}

/** A key as one text. */
export function textOf({ step, inputs }: ResultKey): string {
  return `${step}\n${inputs.join('\n')}`
}

/** What pruning has taken away, and left. */
export interface CachePruneReport {
  readonly deleted: number
  readonly kept: number
  /** Bytes of what is kept, about. */
  readonly bytes: number
}

/**
 * Results by what they were computed from. So any number of workflows, states and tabs may share one. What is wrong with an
 * entry is a miss, and never a wrong result.
 */
export interface ResultCache {
  readonly type: 'result-cache'
  /** @throws (or rejects with) what the medium throws */
  get(key: ResultKey): CachedResult | undefined | Promise<CachedResult | undefined>
  /** @throws (or rejects with) what the medium throws */
  set(key: ResultKey, result: CachedResult): void | Promise<void>
  /** Takes away what was longest not asked for, down to the limit. @throws (by rejecting) what the medium throws */
  prune(): Promise<CachePruneReport>
  /** Takes all away. @throws (by rejecting) what the medium throws */
  clear(): Promise<void>
}

/** How much is kept. */
export interface CacheLimit {
  /**
   * Bytes of results, about. Where there are more, those go that were longest not asked for.
   *
   * @default 268435456, 256 MiB
   */
  readonly maxBytes?: number
}

/** What of a cache goes when there is too much: down to this part of its limit, so that it is not done each time. */
export const PRUNED_TO = 0.8

export const DEFAULT_MAX_BYTES: number = 256 * 1024 * 1024
