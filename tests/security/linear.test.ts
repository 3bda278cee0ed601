import { expect, test } from 'vitest'
import { cacheElementUnitsForWorkflow, createMemoryStore, readElementUnit } from 'unitflow'
import type { CacheStore } from 'unitflow'
import { ATTACKS, collidingIds } from '../../bench/attacks/attack-inputs.mjs'
import { partOf } from '../../ts/units/keys.js'
import { contentOf } from '../unit/units/stores-under-test.js'

/** What a store was asked for. */
interface Asked {
  calls: number
  bytes: number
}

function counted(store: CacheStore): { readonly store: CacheStore; readonly asked: Asked } {
  const asked = { calls: 0, bytes: 0 }
  const count = (value: Uint8Array | undefined): Uint8Array | undefined => {
    asked.bytes += value?.length ?? 0
    return value
  }
  return {
    asked,
    store: {
      ...store,
      get: async (key) => {
        asked.calls++
        return count(await store.get(key))
      },
      getMany: async (keys) => {
        asked.calls++
        return (await store.getMany(keys)).map(count)
      },
    },
  }
}

const SMALL = 400
const TIMES = 4

async function cost(text: string): Promise<{ stored: number; values: number; start: Asked }> {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', text)
  const content = await contentOf(store)
  const { store: observed, asked } = counted(store)
  await readElementUnit(observed, 'k', { processId: 'P0' })
  const stored = [...content.values()].reduce((sum, { length }) => sum + length, 0)
  return { stored, values: content.size, start: asked }
}

test.each(Object.entries(ATTACKS))(
  '%s: what is stored and read grows with the text, and no faster',
  async (_name, attack) => {
    const [small, large] = [attack(SMALL), attack(SMALL * TIMES)]
    const growth = Buffer.byteLength(large) / Buffer.byteLength(small)
    const [before, after] = [await cost(small), await cost(large)]
    // Some is there from the start; parts of manifests come in powers of two.
    expect(after.stored).toBeLessThan(1.6 * growth * before.stored + 200_000)
    expect(after.values).toBeLessThan(1.6 * growth * before.values + 100)
    expect(after.start.bytes).toBeLessThan(1.6 * growth * before.start.bytes + 200_000)
    expect(after.stored).toBeLessThan(8 * Buffer.byteLength(large) + 200_000)
    // The root, its parts, the graph, the objects.
    expect(after.start.calls).toBeLessThanOrEqual(4)
  },
)

test('the ids that are to collide do', () => {
  const ids = collidingIds(2000)
  expect(new Set(ids).size).toBe(2000)
  expect(new Set(ids.map((id) => partOf(id, 1 << 12))).size).toBe(1)
})
