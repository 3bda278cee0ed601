import type * as fc from 'fast-check'
import type { CacheStore } from 'unitflow'

/** A store whose every operation waits for its turn, before and after it works, at the scheduler's whim. */
export function scheduledStore(inner: CacheStore, scheduler: fc.Scheduler): CacheStore {
  async function turn<T>(label: string, work: () => Promise<T>): Promise<T> {
    await scheduler.schedule(Promise.resolve(), label)
    return work()
  }
  async function* keys(prefix?: string): AsyncGenerator<string, void, undefined> {
    const all: string[] = []
    await turn('keys', async () => {
      for await (const key of inner.keys(prefix)) all.push(key)
    })
    yield* all
  }
  return {
    get: (key) => turn('get', () => inner.get(key)),
    getMany: (list) => turn('getMany', () => inner.getMany(list)),
    set: (key, value) => turn('set', () => inner.set(key, value)),
    // Each value of several comes at its own time.
    setMany: async (entries) => {
      await Promise.all(entries.map(([key, value]) => turn('setMany', () => inner.set(key, value))))
    },
    delete: (key) => turn('delete', () => inner.delete(key)),
    keys,
    close: () => inner.close(),
    has: (list) => turn('has', () => inner.has!(list)),
    replace: (key, expected, value) => turn('replace', () => inner.replace!(key, expected, value)),
  }
}
