// Reads random units and checks each. With `patient`, an object that is missing may be there a moment later.
import { setTimeout as pause } from 'node:timers/promises'
import { actor } from '../actor.mjs'
import { createFilesystemStore, isUnitflowError, readElementUnit } from '../package-under-test.mjs'
import { seeded } from '../seeded.mjs'
import { VersionedWorkflow } from '../versioned-workflow.mjs'

/** Reads through one store object, which keeps parsed roots. */
const READS_PER_STORE = 200
const REPORTED_EVERY = 20

await actor(async ({ root, cacheKeys, workload, seed, readerSeed, patient }, say) => {
  const workflow = new VersionedWorkflow(workload, seed)
  const requests = await workflow.requests()
  const { pick, next } = seeded(readerSeed, 'reader')
  let store
  let retries = 0
  return async (round) => {
    if (round % READS_PER_STORE === 0) store = createFilesystemStore({ root })
    const asked = pick(requests)
    const cacheKey = pick(cacheKeys)
    const read = () => readElementUnit(store, cacheKey, asked.request)
    const unit = await read().catch(async (error) => {
      if (!patient || !isUnitflowError(error, 'object-missing')) throw error
      retries++
      await pause(300)
      return read()
    })
    workflow.versionOf(unit, asked)
    if (round % REPORTED_EVERY === REPORTED_EVERY - 1) {
      await say({ type: 'reads', reads: REPORTED_EVERY, retries })
      retries = 0
    }
    await pause(next() * 4)
  }
})
