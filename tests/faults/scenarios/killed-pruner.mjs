// A prune is killed in the midst of removing what a writer just comes to rely on, again and again: the next prune, or the
// next caching, leaves nothing missing (U25, U30).
import { setTimeout as pause } from 'node:timers/promises'
import { startActor } from '../actor.mjs'
import {
  cacheElementUnitsForWorkflow,
  createFilesystemStore,
  prune,
  readElementUnit,
  removeWorkflow,
  verifyStore,
} from '../package-under-test.mjs'
import { VersionedWorkflow } from '../versioned-workflow.mjs'
import { verifyClean } from '../verify-clean.mjs'

const STEPS = 12
const GRACE = 1000
/** Longer than a caching takes, most of the time (ms). */
const WAIT = 400

export const killedPruner = {
  name: 'killed-pruner',
  share: 2,
  async round({ folder, random, count, timeLeft, round }) {
    const workflow = new VersionedWorkflow(random.pick(['company', 'real', 'small', 'parted']), round)
    const requests = await workflow.requests()
    const store = createFilesystemStore({ root: folder })
    const cache = (key, version) => cacheElementUnitsForWorkflow(store, key, workflow.text(version))
    let now = 0
    const sound = async () => prune(store, { grace: GRACE, now: () => (now += GRACE + 1) })
    const kill = async (meanwhile) => {
      now += GRACE + 1
      const options = {
        ...{ root: folder, grace: GRACE, now, waitFor: WAIT },
        ...{ waitAt: random.below(random.pick([2, 10])), dieAfter: 1 + random.below(random.pick([4, 40])) },
      }
      let writing
      const pruner = startActor('slow-pruner', options, ({ type }) => {
        if (type === 'removing') writing = meanwhile()
      })
      const { signal, failure } = await pruner.ended
      if (failure !== undefined) throw new Error(failure)
      if (signal !== 'SIGKILL') throw new Error(`the pruner was to be killed and ended otherwise: ${signal}`)
      count('kills')
      await writing
      return writing !== undefined
    }
    await cache('orders', 0)
    for (let step = 1; step <= STEPS && (step === 1 || timeLeft() > 0); step++) {
      // Much of what a version far away needs is of it alone; it falls out of use, and is marked.
      const [version, current] = [step * 10, step * 10 + 5]
      await cache('again', version)
      await removeWorkflow(store, 'again')
      await cache('orders', current)
      await sound()
      const hasMet = await kill(async () => {
        await pause(random.below(20))
        await cache('again', version)
        count('cachings')
      })
      if (!hasMet) await cache('again', version)
      const { findings } = await verifyStore(store)
      count('objects missing for a while', findings.length)
      for (const { code } of findings) if (code !== 'object-missing') throw new Error(`${code} after a kill`)
      if (random.chance(0.2)) await kill(async () => undefined)
      if (random.chance(0.8)) await sound()
      else
        for (const [key, wanted] of [
          ['again', version],
          ['orders', current],
        ])
          await cache(key, wanted)
      count('prunes')
      for (let later = 0; later < 2; later++) {
        await verifyClean(store, 2)
        for (const [key, wanted] of [
          ['again', version],
          ['orders', current],
        ]) {
          const asked = random.pick(requests)
          const found = workflow.versionOf(await readElementUnit(store, key, asked.request), asked)
          count('reads')
          if (found !== wanted)
            throw new Error(`version ${wanted} of ${key} was cached and ${found} is there`)
        }
        await sound()
      }
    }
  },
}
