import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  createMemoryStore,
  prune,
  readElementUnit,
  readManifest,
  removeWorkflow,
  verifyStore,
} from 'unitflow'
import type { CacheStore } from 'unitflow'
import { workflowJson } from '../../fixtures/units/spec-builder.js'
import type { ProcessSketch } from '../../fixtures/units/spec-builder.js'
import { scheduledStore } from './scheduled-store.js'
import { contentOf, storeOf } from './stores-under-test.js'

const HOUR = 3_600_000
const pool: ProcessSketch[] = ['A', 'B', 'C', 'D'].map((id) => ({ id }))
const workflow = (ids: readonly string[]): string =>
  workflowJson([{ id: 'Top', calls: ids }, ...pool.filter(({ id }) => ids.includes(id))])
const someOf = fc.subarray(['A', 'B', 'C', 'D'], { minLength: 1 })

test('U25 in any order of two writers and two prunes, what the writers cached can be read', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), someOf, someOf, someOf, async (scheduler, old, first, second) => {
      const before = createMemoryStore()
      await cacheElementUnitsForWorkflow(before, 'gone', workflow(old))
      await cacheElementUnitsForWorkflow(before, 'gone too', workflow(second))
      await removeWorkflow(before, 'gone')
      await prune(before, { now: () => 0 })
      await removeWorkflow(before, 'gone too')
      const medium = await storeOf(await contentOf(before))
      const store = (): CacheStore => scheduledStore(medium, scheduler)
      const options = { grace: HOUR, now: () => 2 * HOUR }
      const all = Promise.all([
        cacheElementUnitsForWorkflow(store(), 'one', workflow(first)),
        cacheElementUnitsForWorkflow(store(), 'two', workflow(second)),
        prune(store(), options),
        prune(store(), options),
      ])
      await scheduler.waitFor(all)
      for (const now of [3 * HOUR, 5 * HOUR, 7 * HOUR]) {
        expect((await verifyStore(medium)).findings).toEqual([])
        for (const [key, ids] of [
          ['one', first],
          ['two', second],
        ] as const) {
          expect((await readManifest(medium, key)).processes.map(({ id }) => id)).toEqual([...ids, 'Top'])
          await readElementUnit(medium, key, { processId: 'Top', elements: [ids[0]!] })
        }
        await prune(medium, { grace: HOUR, now: () => now })
      }
      const used = new Set(
        (await Promise.all(['one', 'two'].map((key) => readManifest(medium, key)))).flatMap(({ objects }) =>
          objects.map(({ hash }) => hash),
        ),
      )
      expect((await contentOf(medium, 'v2/objects')).size).toBe(used.size)
      expect((await contentOf(medium, 'v2/marks')).size).toBe(0)
    }),
    { numRuns: 150 },
  )
})
