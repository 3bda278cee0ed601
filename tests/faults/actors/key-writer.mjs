// Caches versions that come back again and again, under keys that others write too.
//
// All writers go through the versions together, so that objects fall out of use for longer than the grace time of the
// pruner, are marked and removed, and are needed again. Just when the objects of a version are due for removal, each
// writer caches that version under a key of its own, leaves it alone for a while, and looks whether all of it is there.
import { setTimeout as pause } from 'node:timers/promises'
import { actor } from '../actor.mjs'
import {
  cacheElementUnitsForWorkflow,
  createFilesystemStore,
  readElementUnit,
} from '../package-under-test.mjs'
import { seeded } from '../seeded.mjs'
import { VersionedWorkflow } from '../versioned-workflow.mjs'

/** How many versions are cached at a time. */
const CURRENT = 3
/** Longer than a pruner takes between removing a value and putting it back, in ms. */
const PATIENCE = 400

await actor(async ({ root, cacheKeys, ownKey, workload, seed, writerSeed, versions, step, grace }, say) => {
  const workflow = new VersionedWorkflow(workload, seed)
  const { below, chance, pick } = seeded(writerSeed, 'key writer')
  const store = createFilesystemStore({ root })
  const cache = async (cacheKey, version) => {
    const start = performance.now()
    await cacheElementUnitsForWorkflow(store, cacheKey, workflow.text(version))
    await say({ type: 'cached', ms: performance.now() - start })
  }
  const due = Math.round(grace / step) + 1
  return async () => {
    const now = Date.now()
    const current = Math.floor(now / step)
    if (now % step > step / 5 || chance(0.3)) {
      await cache(pick(cacheKeys), (current + below(CURRENT)) % versions)
      return
    }
    const version = (current - due) % versions
    await cache(ownKey, version)
    await pause(PATIENCE)
    for (const processId of workflow.ids) {
      const { specs, rest } = await readElementUnit(store, ownKey, { processId })
      if (
        specs[processId].text !== workflow.processText(processId, version) ||
        JSON.parse(rest).version !== version
      )
        throw new Error(`${ownKey}: ${processId} is not as it was cached`)
    }
    await say({ type: 'reads', reads: workflow.ids.length })
  }
})
