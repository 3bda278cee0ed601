// Caches one version after another, under one key; may kill itself at a call on the file system.
import { actor } from '../actor.mjs'
import { breakingFilesystem } from '../breaking-filesystem.mjs'
import { cacheElementUnitsForWorkflow, createFilesystemStore } from '../package-under-test.mjs'
import { VersionedWorkflow } from '../versioned-workflow.mjs'

await actor(async ({ root, cacheKey, workload, seed, from, dieAt }, say) => {
  const workflow = new VersionedWorkflow(workload, seed)
  const fs = dieAt === undefined ? undefined : breakingFilesystem(dying(dieAt))
  const store = createFilesystemStore(fs === undefined ? { root } : { root, fs })
  return async (round) => {
    const version = from + round
    await cacheElementUnitsForWorkflow(store, cacheKey, workflow.text(version))
    await say({ type: 'cached', version })
  }
})

/** Dies before or after a call that changes something, or in the middle of a write. */
function dying({ call, when }) {
  let calls = 0
  const die = () => process.kill(process.pid, 'SIGKILL')
  return ({ name, isChanging }) => {
    if (!isChanging || ++calls < call) return undefined
    if (when === 'before') return die()
    return when === 'within' && name === 'write' ? { take: 100, after: die } : { after: die }
  }
}
