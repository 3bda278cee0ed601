// Prunes, waits once just before it removes an object, and kills itself a few calls later.
import { setTimeout as pause } from 'node:timers/promises'
import { actor } from '../actor.mjs'
import { breakingFilesystem } from '../breaking-filesystem.mjs'
import { createFilesystemStore, prune } from '../package-under-test.mjs'

await actor(async ({ root, grace, now, waitAt, waitFor, dieAfter }, say) => {
  let removals = 0
  let calls
  const happen = async ({ name, isChanging, path }) => {
    if (calls !== undefined && isChanging && --calls <= 0) process.kill(process.pid, 'SIGKILL')
    if (name !== 'unlink' || !path.includes('/v2/objects/') || removals++ !== waitAt) return undefined
    await say({ type: 'removing' })
    await pause(waitFor)
    calls = dieAfter
    return undefined
  }
  const store = createFilesystemStore({ root, fs: breakingFilesystem(happen) })
  return async () => {
    await prune(store, { grace, now: () => now })
    // So few objects were there to remove that it never came to that.
    process.kill(process.pid, 'SIGKILL')
  }
})
