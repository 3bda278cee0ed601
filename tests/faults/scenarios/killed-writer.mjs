// A writer is killed, again and again, while others read (U30).
import { setTimeout as pause } from 'node:timers/promises'
import { startActor } from '../actor.mjs'
import {
  cacheElementUnitsForWorkflow,
  createFilesystemStore,
  readElementUnit,
} from '../package-under-test.mjs'
import { VersionedWorkflow } from '../versioned-workflow.mjs'
import { verifyClean } from '../verify-clean.mjs'

const CACHE_KEY = 'orders'
const READERS = 2
/** A workload for so many kills, then another. */
const KILLS = 12
const WORKLOADS = ['company', 'parted', 'real', 'small']

/**
 * @param kind `instant`: killed by another process at some instant. `call`: kills itself at one call on the file system
 */
export function killedWriter(kind) {
  return {
    name: `killed-writer-${kind}`,
    share: 3,
    async round({ folder, random, count, timeLeft, round }) {
      const workload = WORKLOADS[round % WORKLOADS.length]
      const workflow = new VersionedWorkflow(workload, round)
      const store = createFilesystemStore({ root: folder })
      const cache = (version) => cacheElementUnitsForWorkflow(store, CACHE_KEY, workflow.text(version))
      await cache(0)
      const [start] = await workflow.requests()
      const readers = Array.from({ length: READERS }, (_, index) =>
        startActor(
          'reader',
          {
            root: folder,
            cacheKeys: [CACHE_KEY],
            workload,
            seed: round,
            readerSeed: random.below(1e9) + index,
          },
          ({ type, reads }) => type === 'reads' && count('reads', reads),
        ),
      )
      await Promise.all(readers.map(({ ready }) => ready))
      let version = 1
      for (let kill = 0; kill < KILLS && (kill === 0 || timeLeft() > 0); kill++) {
        let cached = version - 1
        const dieAt = kind === 'call' ? deathOf(random) : undefined
        const options = { root: folder, cacheKey: CACHE_KEY, workload, seed: round, from: version, dieAt }
        const writer = startActor('writer', options, (message) => {
          if (message.type !== 'cached') return
          cached = message.version
          count('cachings')
        })
        await writer.ready
        if (kind === 'instant') {
          await pause(random.next() ** 2 * 600)
          writer.kill()
        }
        const { signal, failure } = await writer.ended
        if (failure !== undefined) throw new Error(failure)
        if (signal !== 'SIGKILL')
          throw new Error(`the writer was to be killed and ended otherwise: ${signal}`)
        count('kills')
        await verifyClean(store, 1)
        // What a caching has resolved is there, and the last that was begun may be.
        const unit = await readElementUnit(store, CACHE_KEY, start.request)
        const found = workflow.versionOf(unit, start)
        if (found < cached) throw new Error(`version ${cached} was cached and ${found} is there`)
        version = found + 1
        await cache(version)
        count('cachings')
        const after = workflow.versionOf(await readElementUnit(store, CACHE_KEY, start.request), start)
        if (after !== version)
          throw new Error(`version ${version} was cached after the kill and ${after} is there`)
        await verifyClean(store, 1)
        version++
      }
      for (const { failure } of await Promise.all(readers.map((reader) => reader.stop())))
        if (failure !== undefined) throw new Error(failure)
    },
  }
}

/** Most deaths come within the first caching, some in a later one. */
function deathOf(random) {
  return {
    call: 1 + random.below(random.pick([12, 60, 300])),
    when: random.pick(['before', 'after', 'within']),
  }
}
