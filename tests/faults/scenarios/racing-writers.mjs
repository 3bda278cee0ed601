// Two to eight processes cache under the same and other keys while one prunes (U25, U30).
import { setTimeout as pause } from 'node:timers/promises'
import { startActor } from '../actor.mjs'
import {
  createFilesystemStore,
  cacheElementUnitsForWorkflow,
  readElementUnit,
} from '../package-under-test.mjs'
import { VersionedWorkflow } from '../versioned-workflow.mjs'
import { verifyClean } from '../verify-clean.mjs'

const KEYS = ['orders', 'stock', 'returns', 'CON', '../x']
const VERSIONS = 20
/** How long (ms) unused objects are kept: longer than any caching takes, or a round cannot be judged; then it is doubled. */
let grace = 5000
/** So often in a grace time the next version comes: an object is in use for a while, then unused for longer. */
const STEPS = 5
/** In grace times: all versions twice, and a little. */
const LENGTH = 9

export const racingWriters = {
  name: 'racing-writers',
  share: 3,
  async round({ folder, random, count, round, say }) {
    const workload = random.pick(['real', 'small', 'company', 'parted'])
    const workflow = new VersionedWorkflow(workload, round)
    const store = createFilesystemStore({ root: folder })
    for (const key of KEYS) await cacheElementUnitsForWorkflow(store, key, workflow.text(0))
    const shared = { root: folder, workload, seed: round, versions: VERSIONS, step: grace / STEPS, grace }
    let longest = 0
    let removed = 0
    const writers = Array.from({ length: random.between(2, 8) }, (_, index) => {
      const cacheKeys = KEYS.filter(() => random.chance(0.6))
      const options = {
        ...shared,
        cacheKeys: cacheKeys.length === 0 ? KEYS : cacheKeys,
        ownKey: `of writer ${index}`,
        writerSeed: random.below(1e9),
      }
      return startActor('key-writer', options, ({ type, ms, reads }) => {
        if (type === 'reads') count('reads', reads)
        if (type !== 'cached') return
        longest = Math.max(longest, ms)
        count('cachings')
      })
    })
    const pruner = startActor('pruner', { root: folder, grace }, (message) => {
      if (message.type !== 'pruned') return
      count('prunes')
      count('objects pruned', message.removed)
      removed += message.removed
    })
    const reader = startActor(
      'reader',
      { ...shared, cacheKeys: KEYS, readerSeed: random.below(1e9), patient: true },
      ({ type, reads, retries }) => {
        if (type !== 'reads') return
        count('reads', reads)
        count('reads tried again', retries)
      },
    )
    const actors = [...writers, pruner, reader]
    await Promise.all(actors.map(({ ready }) => ready))
    await pause(grace * LENGTH)
    const endings = await Promise.all(actors.map((one) => one.stop()))
    if (longest >= grace) {
      // The contract asks for a grace time longer than any caching: what happened otherwise says nothing.
      count('rounds not judged')
      grace = Math.min(grace * 2, 20_000)
      say(`a caching took ${Math.round(longest)} ms, longer than the grace time: this round is not judged`)
      return
    }
    for (const { failure } of endings) if (failure !== undefined) throw new Error(failure)
    if (removed === 0) throw new Error('nothing was pruned: the round has tested nothing')
    await verifyClean(store, KEYS.length + writers.length)
    for (const asked of await workflow.requests()) {
      for (const key of KEYS) {
        workflow.versionOf(await readElementUnit(store, key, asked.request), asked)
        count('reads')
      }
    }
  },
}
