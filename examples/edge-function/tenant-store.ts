import type { CacheStore } from 'unitflow'

/**
 * One tenant's part of a store: all of its keys begin with `tenant-<name>/`, and no other key can be named through it. A
 * key with `..` is no way out: stores know no `..`, and refuse it. Names have 40 characters at most and cache keys are
 * hashed, so keys stay under 100 characters; a store takes 400, KV 512 bytes.
 */
export function tenantStore(store: CacheStore, tenant: string): CacheStore {
  const folder = `tenant-${tenant}`
  const inside = (key: string): string => `${folder}/${key}`
  return {
    get: (key) => store.get(inside(key)),
    getMany: (keys) => store.getMany(keys.map(inside)),
    set: (key, value) => store.set(inside(key), value),
    setMany: (entries) => store.setMany(entries.map(([key, value]) => [inside(key), value] as const)),
    delete: (key) => store.delete(inside(key)),
    async *keys(prefix) {
      // Listed by whole segments: `tenant-a` gives nothing of `tenant-ab`.
      const listed = store.keys(prefix === undefined ? folder : inside(prefix))
      for await (const key of listed) if (key !== folder) yield key.slice(folder.length + 1)
    },
    close: () => store.close(),
    // No `has` and no `replace`: KV has neither.
  }
}
