// The store's folder is removed while it is in use (U16, U31).
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe } from '../actor.mjs'
import {
  cacheElementUnitsForWorkflow,
  createFilesystemStore,
  isUnitflowError,
  readElementUnit,
} from '../package-under-test.mjs'
import { VersionedWorkflow } from '../versioned-workflow.mjs'
import { verifyClean } from '../verify-clean.mjs'

const CACHE_KEY = 'orders'
const STEPS = 20
/** What a caching may say whose folders go away under it, and a reader. */
const WRITING = ['store-failed', 'root-missing']
const READING = ['root-missing', 'unknown-cache-key', 'object-missing']

export const vanishingDirectory = {
  name: 'vanishing-directory',
  share: 1,
  async round({ folder, random, count, timeLeft, round }) {
    const workflow = new VersionedWorkflow(random.pick(['small', 'real']), round)
    const requests = await workflow.requests()
    const root = join(folder, 'store')
    const store = createFilesystemStore({ root })
    const reader = createFilesystemStore({ root })
    const read = async (from, codes) => {
      const asked = random.pick(requests)
      const unit = await expected(codes, () => readElementUnit(from, CACHE_KEY, asked.request))
      count('reads')
      return unit === undefined ? undefined : workflow.versionOf(unit, asked)
    }
    for (let version = 1; version <= STEPS && (version === 1 || timeLeft() > 0); version++) {
      const gone = random.pick([root, join(root, 'v2'), join(root, 'v2/objects'), join(root, 'v2/roots')])
      let isDone = false
      const caching = expected(WRITING, () =>
        cacheElementUnitsForWorkflow(store, CACHE_KEY, workflow.text(version)),
      ).finally(() => (isDone = true))
      const reading = (async () => {
        while (!isDone) await read(reader, READING)
      })()
      await pause(random.next() * 40)
      // A removal may meet folders that are being made.
      await rm(gone, { recursive: true, force: true, maxRetries: 5, retryDelay: 2 }).catch(() => undefined)
      count('removals')
      const report = await caching
      await reading
      count(report === undefined ? 'cachings that failed' : 'cachings')
      await cacheElementUnitsForWorkflow(store, CACHE_KEY, workflow.text(version))
      count('cachings')
      const found = await read(reader, [])
      if (found !== version) throw new Error(`version ${version} was cached again and ${found} is there`)
      await verifyClean(reader, 1)
    }
  },
}

/** What the work gives; nothing where it says one of these codes. */
async function expected(codes, work) {
  try {
    return await work()
  } catch (error) {
    if (isUnitflowError(error) && codes.includes(error.code)) return undefined
    throw new Error(`not one of ${codes.join(', ')}: ${describe(error)}`, { cause: error })
  }
}
