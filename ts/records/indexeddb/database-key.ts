import type { MediumKey, MediumRange } from '../record-medium.js'

/** Between the collection and the rest: below all that a collection may hold, so that `a1` does not stand inside `a`. */
const SEPARATOR = '\u0000'
const AFTER_SEPARATOR = '\u0001'

/** One string, which browsers compare and copy faster than a tuple and than bytes: measured in Chromium, writes a third faster, scans alike. */
export function databaseKey({ collection, sort }: MediumKey): string {
  return collection + SEPARATOR + sort
}

/** The `sort` of a key in this collection. */
export function sortOf(collection: string, key: IDBValidKey): string {
  return typeof key === 'string' ? key.slice(collection.length + 1) : ''
}

/** `undefined` where there can be nothing, which IndexedDB refuses to look for. */
export function keyRange({ collection, from, to }: MediumRange): IDBKeyRange | undefined {
  const first = databaseKey({ collection, sort: from })
  const end = to === undefined ? collection + AFTER_SEPARATOR : databaseKey({ collection, sort: to })
  return first < end ? IDBKeyRange.bound(first, end, false, true) : undefined
}
