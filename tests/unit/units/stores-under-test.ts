import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createMemoryStore } from 'unitflow'
import type { CacheStore } from 'unitflow'
import { createFilesystemStore } from 'unitflow/stores/filesystem'

/** A medium, and further store objects over it, as other editors and readers have. */
export interface Medium {
  readonly store: CacheStore
  /** Another store object over the same values, which remembers nothing. */
  readonly another: () => CacheStore
  /** The directory around a filesystem store's root. */
  readonly directory?: string
}

export interface StoreUnderTest {
  readonly kind: string
  readonly create: () => Promise<Medium>
}

export const storesUnderTest: readonly StoreUnderTest[] = [
  {
    kind: 'memory',
    create: async () => {
      const store = createMemoryStore()
      return { store, another: () => ({ ...store }) }
    },
  },
  {
    kind: 'filesystem',
    create: async () => {
      const directory = await mkdtemp(join(tmpdir(), 'unitflow-units-'))
      onTestFinished(() => rm(directory, { recursive: true, force: true }))
      const root = join(directory, 'root')
      const open = (): CacheStore => createFilesystemStore({ root })
      return { store: open(), another: open, directory }
    },
  },
]

/** All values of a store. */
export async function contentOf(store: CacheStore, prefix?: string): Promise<Map<string, Uint8Array>> {
  const content = new Map<string, Uint8Array>()
  for await (const key of store.keys(prefix)) {
    const value = await store.get(key)
    if (value !== undefined) content.set(key, value)
  }
  return content
}

/** A memory store with these values. */
export async function storeOf(content: ReadonlyMap<string, Uint8Array>): Promise<CacheStore> {
  const store = createMemoryStore()
  await store.setMany([...content])
  return store
}
