import { IDBDatabase, IDBObjectStore } from 'fake-indexeddb'
import { vi } from 'vitest'
import type { CacheStore } from '../../../ts/stores/index.js'
import { listed } from './temporary-root.js'

export type Begin = (this: IDBDatabase, ...args: Parameters<IDBDatabase['transaction']>) => IDBTransaction
export type Put = (
  this: IDBObjectStore,
  ...args: Parameters<IDBObjectStore['put']>
) => IDBRequest<IDBValidKey>
export const begin: Begin = Reflect.get(IDBDatabase.prototype, 'transaction') as Begin
export const put: Put = Reflect.get(IDBObjectStore.prototype, 'put') as Put

/** fake-indexeddb aborts for reasons of its own only through this. */
export interface Abortable {
  _abort(errorName: string): void
}

/** A connection of somebody else's, who by default does not give way. */
export function connect(
  name = 'db',
  version?: number,
  upgrade?: (db: IDBDatabase) => void,
): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version)
    request.onupgradeneeded = () => upgrade?.(request.result)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error!)
  })
}

export function deleteDatabase(name = 'db'): Promise<'deleted' | 'blocked'> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name)
    request.onsuccess = () => resolve('deleted')
    request.onblocked = () => resolve('blocked')
    request.onerror = () => reject(request.error!)
  })
}

/** The connections that are opened from now on. */
export function spyOnConnections(): IDBDatabase[] {
  const connections: IDBDatabase[] = []
  vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...args) {
    if (!connections.includes(this)) connections.push(this)
    return begin.apply(this, args)
  })
  return connections
}

export const value: Uint8Array = new Uint8Array([1, 2, 3])

/** Every call of a store, by name: for faults that all of them meet. */
export const writes: Record<string, (store: CacheStore) => Promise<unknown>> = {
  set: (store) => store.set('a/b', value),
  setMany: (store) => store.setMany([['a/b', value]]),
  replace: (store) => store.replace!('a/b', undefined, value),
}
export const calls: Record<string, (store: CacheStore) => Promise<unknown>> = {
  ...writes,
  get: (store) => store.get('a/b'),
  getMany: (store) => store.getMany(['a/b', 'c']),
  has: (store) => store.has!(['a/b']),
  delete: (store) => store.delete('a/b'),
  keys: (store) => listed(store),
  'keys of a prefix': (store) => listed(store, 'a'),
}
