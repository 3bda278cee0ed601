import type { Limits } from '../core/index.js'

/** How units are kept: `v2` by content, `v1` as spiff-element-units does, in a directory that both can share. */
export type CacheLayout = 'v2' | 'v1'

/** Progress of caching, told after the store has taken what is named. */
export type CacheProgress =
  /** The workflow is taken apart; `total` values, `bytes` in all, are not in the store yet. */
  | {
      readonly type: 'decomposed'
      readonly processes: number
      readonly total: number
      readonly bytes: number
    }
  /** So many of the values are stored. */
  | { readonly type: 'stored'; readonly done: number; readonly total: number; readonly bytes: number }
  /** The new version is what readers find. */
  | { readonly type: 'cached'; readonly version: string }

/** Options of caching a workflow. */
export interface CacheOptions extends WriteOptions {
  /** @default 'v2' */
  readonly layout?: CacheLayout
}

/** Options of whatever writes to a cache. */
export interface WriteOptions {
  /** How much of an input is taken. */
  readonly limits?: Limits
  /** Aborts between writes. What was stored by then is harmless: readers find it only when all of it is there. */
  readonly signal?: AbortSignal
  /** Hears how far caching is. */
  readonly onProgress?: (progress: CacheProgress) => void
  /**
   * Reads what the store has already and writes again what is damaged (layout v2). Without it a value that is there is
   * taken to be whole, and costs nothing.
   *
   * @default false
   */
  readonly repair?: boolean
  /** Names a write, so that writers notice one another. @default 64 random bits in hex */
  readonly newId?: () => string
}

/** An id that nobody else draws. */
export function randomId(): string {
  const words = crypto.getRandomValues(new Uint32Array(2))
  return Array.from(words, (word) => word.toString(16).padStart(8, '0')).join('')
}
