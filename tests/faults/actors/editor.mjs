// Saves processes of its own, one at a time, in a workflow in which others save theirs.
import { actor } from '../actor.mjs'
import { cacheProcess, createFilesystemStore, isUnitflowError } from '../package-under-test.mjs'
import { seeded } from '../seeded.mjs'
import { VersionedWorkflow } from '../versioned-workflow.mjs'

await actor(async ({ root, cacheKey, workload, seed, editorSeed, processIds, from }, say) => {
  const workflow = new VersionedWorkflow(workload, seed)
  const { pick } = seeded(editorSeed, 'editor')
  const store = createFilesystemStore({ root })
  return async (round) => {
    const id = pick(processIds)
    const marker = from + round
    await say({ type: 'saving', id, marker })
    for (let conflicts = 0; ; conflicts++) {
      try {
        await cacheProcess(store, cacheKey, workflow.editedProcess(id, marker))
        await say({ type: 'saved', id, marker, conflicts })
        return
      } catch (error) {
        // Nothing of it is lost, says the error: so it is saved again.
        if (!isUnitflowError(error, 'write-conflict')) throw error
      }
    }
  }
})
