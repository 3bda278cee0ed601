import { UnitflowError } from '../errors/index.js'
import type { CacheStore } from '../stores/cache-store.js'
import type { Root } from './root.js'
import { HISTORY } from './root.js'

/** A write that went through a store object. */
export interface OwnWrite {
  readonly writeId: string
  /** Which write of its cache key it was. */
  readonly writes: number
  /** The processes that it saved. */
  readonly processIds: readonly string[]
}

/** The last writes through a store object, by cache key, oldest first. */
const ownWrites = new WeakMap<CacheStore, Map<string, OwnWrite[]>>()

/** Remembers a write, so that the next one notices if somebody overwrote it unseen. */
export function rememberWrite(store: CacheStore, cacheKey: string, write: OwnWrite): void {
  let keys = ownWrites.get(store)
  if (keys === undefined) ownWrites.set(store, (keys = new Map<string, OwnWrite[]>()))
  keys.set(cacheKey, [...(keys.get(cacheKey) ?? []), write].slice(-HISTORY))
}

/**
 * Refuses to go on where a root does not descend from our last writes: it was made by somebody who had not seen them.
 * That is said once; then the writes are forgotten. Only needed where the store cannot compare and set.
 *
 * @throws `lost-update`
 */
export function refuseLostUpdate(store: CacheStore, root: Root): void {
  const keys = ownWrites.get(store)
  const own = keys?.get(root.cacheKey) ?? []
  // A root descends from all that came before a write that it remembers.
  const seen = own.findLastIndex(({ writeId }) => root.history.includes(writeId))
  // Of older writes it may have forgotten that it has seen them.
  const lost = own.slice(seen + 1).filter(({ writes }) => root.writes - writes < HISTORY)
  if (seen >= 0 || lost.length > 0) keys?.set(root.cacheKey, own.slice(seen, seen + 1))
  const processIds = [...new Set(lost.flatMap((write) => write.processIds))]
  if (processIds.length === 0) return
  throw new UnitflowError(
    'lost-update',
    `another writer overwrote what was saved here before in ${JSON.stringify(root.cacheKey)}: ` +
      `save ${processIds.map((id) => JSON.stringify(id)).join(', ')} again`,
    { cacheKey: root.cacheKey, processIds },
  )
}

/** What is under way on a cache key, through a store object. */
const turns = new WeakMap<CacheStore, Map<string, Promise<unknown>>>()

/** Runs edits of one cache key one after the other: together they would only get into each other's way. */
export async function inTurn<T>(store: CacheStore, cacheKey: string, work: () => Promise<T>): Promise<T> {
  let keys = turns.get(store)
  if (keys === undefined) turns.set(store, (keys = new Map<string, Promise<unknown>>()))
  const before = keys.get(cacheKey)
  const turn = (before ?? Promise.resolve()).then(work, work)
  keys.set(cacheKey, turn)
  try {
    return await turn
  } finally {
    if (keys.get(cacheKey) === turn) keys.delete(cacheKey)
  }
}
