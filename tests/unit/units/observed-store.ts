import type { CacheStore } from '../../../ts/stores/index.js'

export type Operation = 'get' | 'getMany' | 'set' | 'setMany' | 'delete' | 'keys' | 'has' | 'replace'

/** What a store was asked. */
export interface Observation {
  readonly operation: Operation
  readonly keys: readonly string[]
}

export interface Observed {
  readonly store: CacheStore
  readonly seen: Observation[]
  /** Bytes of the values that reads answered, by key. */
  readonly read: Map<string, number>
  /** Rounds: operations under way at the same time are one. */
  readonly rounds: () => number
  readonly written: () => string[]
  readonly clear: () => void
}

export interface ObserveOptions {
  /** Runs before the operation, which has this number, from 0. */
  readonly before?: (number: number, observation: Observation) => Promise<void> | void
  /** Leaves `has` and `replace` out, as a plain key-value medium does. */
  readonly plain?: boolean
}

/** A store that notes what it is asked. Every wrapper is a store of its own to whoever remembers things by store. */
export function observe(inner: CacheStore, { before, plain = false }: ObserveOptions = {}): Observed {
  const seen: Observation[] = []
  const read = new Map<string, number>()
  let under = 0
  let rounds = 0
  let number = 0
  async function run<T>(operation: Operation, keys: readonly string[], work: () => Promise<T>): Promise<T> {
    const observation = { operation, keys }
    seen.push(observation)
    if (under++ === 0) rounds++
    try {
      await before?.(number++, observation)
      const result = await work()
      // Whatever is asked in the same turn belongs to the same round.
      await new Promise((resolve) => setImmediate(resolve))
      return result
    } finally {
      under--
    }
  }
  const note = (key: string, value: Uint8Array | undefined): void => void read.set(key, value?.length ?? 0)
  async function* list(prefix?: string): AsyncGenerator<string, void, undefined> {
    const keys = await run('keys', [prefix ?? ''], async () => {
      const all: string[] = []
      for await (const key of inner.keys(prefix)) all.push(key)
      return all
    })
    yield* keys
  }
  const store: CacheStore = {
    get: (key) =>
      run('get', [key], async () => {
        const value = await inner.get(key)
        note(key, value)
        return value
      }),
    getMany: (keys) =>
      run('getMany', keys, async () => {
        const values = await inner.getMany(keys)
        keys.forEach((key, index) => note(key, values[index]))
        return values
      }),
    set: (key, value) => run('set', [key], () => inner.set(key, value)),
    setMany: (entries) =>
      run(
        'setMany',
        entries.map(([key]) => key),
        () => inner.setMany(entries),
      ),
    delete: (key) => run('delete', [key], () => inner.delete(key)),
    keys: list,
    close: () => inner.close(),
  }
  const has = inner.has?.bind(inner)
  if (has !== undefined && !plain) store.has = (keys) => run('has', keys, () => has(keys))
  const replace = inner.replace?.bind(inner)
  if (replace !== undefined && !plain) {
    store.replace = (key, expected, value) => run('replace', [key], () => replace(key, expected, value))
  }
  return {
    store,
    seen,
    read,
    rounds: () => rounds,
    written: () =>
      seen
        .filter(({ operation }) => operation === 'set' || operation === 'setMany' || operation === 'replace')
        .flatMap(({ keys }) => keys),
    clear() {
      seen.length = 0
      read.clear()
      rounds = 0
    },
  }
}
