// Calls on the file system fail at random: typed errors, and readers see the old version or the new one (U29-U31).
import { describe } from '../actor.mjs'
import { breakingFilesystem, systemError } from '../breaking-filesystem.mjs'
import {
  cacheElementUnitsForWorkflow,
  createFilesystemStore,
  isUnitflowError,
  prune,
  readElementUnit,
  verifyStore,
} from '../package-under-test.mjs'
import { VersionedWorkflow } from '../versioned-workflow.mjs'
import { verifyClean } from '../verify-clean.mjs'

const CACHE_KEY = 'orders'
const CODES = ['EIO', 'ENOSPC', 'EACCES', 'EMFILE']
const TYPED = ['store-failed', 'store-full', 'store-read-only']
const STEPS = 60

export const failingFilesystem = {
  name: 'failing-filesystem',
  share: 2,
  async round({ folder, random, count, timeLeft, round }) {
    const workload = random.pick(['small', 'real', 'parted'])
    const workflow = new VersionedWorkflow(workload, round)
    const sound = createFilesystemStore({ root: folder })
    let likely = 0
    const fs = breakingFilesystem(({ name }) => {
      if (name === 'write' && likely > 0 && random.chance(0.2)) return { take: 1 + random.below(500) }
      if (!random.chance(likely)) return undefined
      const code = random.pick(CODES)
      count('faults')
      throw systemError(code, name)
    })
    await cacheElementUnitsForWorkflow(sound, CACHE_KEY, workflow.text(0))
    const requests = await workflow.requests()
    let possible = [0]
    const check = async (store) => {
      const asked = random.pick(requests)
      const unit = await readElementUnit(store, CACHE_KEY, asked.request)
      count('reads')
      const found = workflow.versionOf(unit, asked)
      if (!possible.includes(found)) throw new Error(`version ${found} is there, not one of ${possible}`)
      return found
    }
    for (let version = 1; version <= STEPS && (version === 1 || timeLeft() > 0); version++) {
      // A new store object each time: what it remembers of folders would hide calls.
      const store = createFilesystemStore({ root: folder, fs })
      likely = random.pick([0.002, 0.01, 0.05, 0.3])
      possible = [...possible, version]
      const caching = attempt(() => cacheElementUnitsForWorkflow(store, CACHE_KEY, workflow.text(version)))
      const reading = Promise.all([check(sound), attempt(() => check(store))])
      const isCached = await caching
      await reading
      count(isCached ? 'cachings' : 'cachings that failed')
      if (isCached) possible = [version]
      likely = random.pick([0.01, 0.1])
      await attempt(() => prune(store, { grace: 0, now: () => Date.now() + 1000 * version }))
      await attempt(() => verifyStore(store).then(onlyTyped))
      likely = 0
      possible = [await check(sound)]
      await verifyClean(sound, 1)
    }
  },
}

/** Whether it worked; an error that is not of the failing medium is thrown on. */
async function attempt(work) {
  try {
    await work()
    return true
  } catch (error) {
    if (isUnitflowError(error) && TYPED.includes(error.code) && error.cause !== undefined) return false
    throw new Error(`not a typed error of a failing medium: ${describe(error)}`, { cause: error })
  }
}

/** A medium that fails is an exception, never something that is wrong with the content. */
function onlyTyped({ findings }) {
  if (findings.length > 0) throw new Error(`a failing medium was taken for ${JSON.stringify(findings)}`)
}
