// Prunes all the time.
import { setTimeout as pause } from 'node:timers/promises'
import { actor } from '../actor.mjs'
import { createFilesystemStore, prune } from '../package-under-test.mjs'

await actor(async ({ root, grace }, say) => {
  const store = createFilesystemStore({ root })
  return async () => {
    const { removed } = await prune(store, { grace })
    await say({ type: 'pruned', removed: removed.length })
    await pause(20)
  }
})
