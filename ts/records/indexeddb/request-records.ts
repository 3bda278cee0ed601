/** A record as IndexedDB gives it. */
export interface FoundRecord {
  readonly key: IDBValidKey
  readonly value: unknown
}

/** In browsers of 2025 and later. */
interface WithAllRecords {
  getAllRecords(options: {
    readonly query: IDBKeyRange
    readonly count: number
    readonly direction: IDBCursorDirection
  }): IDBRequest<readonly FoundRecord[]>
}

/** Settles in the turn in which IndexedDB answers. */
export function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('a request failed without an error'))
  })
}

/** The first records of a range, or the last ones from the last. */
export async function requestRecords(
  store: IDBObjectStore,
  range: IDBKeyRange,
  count: number,
  reverse: boolean,
): Promise<readonly FoundRecord[]> {
  if (hasAllRecords(store)) {
    return answer(store.getAllRecords({ query: range, count, direction: reverse ? 'prev' : 'next' }))
  }
  if (!reverse) return firstRecords(store, range, count)
  const last = await lastPart(store, range, count)
  return last === undefined ? [] : (await firstRecords(store, last, count)).reverse()
}

async function firstRecords(
  store: IDBObjectStore,
  range: IDBKeyRange,
  count: number,
): Promise<FoundRecord[]> {
  const values = answer<unknown[]>(store.getAll(range, count))
  const keys = await answer(store.getAllKeys(range, count))
  const found = await values
  return keys.map((key, at) => ({ key, value: found[at] }))
}

/** The part of a range that holds its last records: the cursor goes over all but the first of them in one step. */
async function lastPart(
  store: IDBObjectStore,
  range: IDBKeyRange,
  count: number,
): Promise<IDBKeyRange | undefined> {
  const request = store.openKeyCursor(range, 'prev')
  const last = await answer(request)
  if (last === null) return undefined
  if (count === 1) return IDBKeyRange.only(last.key)
  last.advance(count - 1)
  const first = await answer(request)
  return first === null ? range : IDBKeyRange.bound(first.key, range.upper, false, true)
}

function hasAllRecords(store: IDBObjectStore): store is IDBObjectStore & WithAllRecords {
  return 'getAllRecords' in store
}
