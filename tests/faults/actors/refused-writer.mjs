// Caches one version after another while folders become read-only and writable again. The file `mode` beside the store says
// which it is, as `writable <n>` or `read-only <n>`: where it was writable all the time, caching may not be refused.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { actor } from '../actor.mjs'
import {
  cacheElementUnitsForWorkflow,
  createFilesystemStore,
  isUnitflowError,
} from '../package-under-test.mjs'
import { VersionedWorkflow } from '../versioned-workflow.mjs'

await actor(async ({ folder, cacheKey, workload, seed }, say) => {
  const workflow = new VersionedWorkflow(workload, seed)
  const store = createFilesystemStore({ root: join(folder, 'store') })
  const mode = () => readFileSync(join(folder, 'mode'), 'utf8')
  return async (round) => {
    const before = mode()
    try {
      await cacheElementUnitsForWorkflow(store, cacheKey, workflow.text(round))
      await say({ type: 'cached', version: round })
    } catch (error) {
      if (!isUnitflowError(error, 'store-read-only') || error.cause === undefined) throw error
      if (before === mode() && before.startsWith('writable')) throw error
      await say({ type: 'refused', version: round })
    }
  }
})
