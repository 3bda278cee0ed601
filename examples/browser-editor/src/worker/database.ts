import type { CacheStore } from 'unitflow'
import { createIndexedDbStore } from 'unitflow/stores/indexeddb'
import { CHANGES } from '../protocol.js'
import type { WorkflowChanged } from '../protocol.js'

const name = 'unitflow-browser-editor'
const openTimeout = 4000

/** A record for each workflow. */
export const catalogue: CacheStore = createIndexedDbStore({ name, storeName: 'catalogue', openTimeout })

const stores = new Map<string, CacheStore>()

/**
 * The units of a workflow, and what is kept of its earlier versions. Each workflow has a database of its own, so that
 * removing it gives its space back at once.
 */
export function storeOf(id: string): CacheStore {
  let store = stores.get(id)
  if (store === undefined) {
    store = createIndexedDbStore({ name: databaseOf(id), openTimeout })
    stores.set(id, store)
  }
  return store
}

/** The units of a workflow, and its runs. */
export async function dropStore(id: string): Promise<void> {
  await stores.get(id)?.close()
  stores.delete(id)
  await dropDatabase(databaseOf(id))
  await dropDatabase(runsDatabaseOf(id))
}

/** Other tabs give way; one that is in the middle of something delays it, and it happens when that is done. */
export async function dropDatabase(database: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const request = indexedDB.deleteDatabase(database)
    request.onsuccess = () => resolve()
    request.onblocked = () => resolve()
    request.onerror = () => reject(request.error ?? new Error('the database could not be deleted'))
  })
}

function databaseOf(id: string): string {
  return `${name}-${id}`
}

/** Where the runs of a workflow are kept. */
export function runsDatabaseOf(id: string): string {
  return `${databaseOf(id)}-runs`
}

/** Tabs take turns at a workflow. */
export function inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
  return navigator.locks.request(databaseOf(id), work)
}

const changes = new BroadcastChannel(CHANGES)

/** Tells every page, this tab's too. */
export function announce(id: string): void {
  const change: WorkflowChanged = { id }
  changes.postMessage(change)
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export function byteLength(text: string): number {
  return encoder.encode(text).length
}

export function toBytes(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value))
}

/** The way back from {@link toBytes}. */
export function fromBytes(bytes: Uint8Array): unknown {
  return JSON.parse(decoder.decode(bytes))
}
