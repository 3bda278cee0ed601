// Caches and reads while this process may have only few files open, and takes them away from itself.
import { closeSync, openSync } from 'node:fs'
import { devNull } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { generateWorkflow } from '../../../bench/workflows/generate-workflow.mjs'
import { actor, describe } from '../actor.mjs'
import {
  cacheElementUnitsForWorkflow,
  createFilesystemStore,
  isUnitflowError,
  readElementUnit,
} from '../package-under-test.mjs'
import { seeded } from '../seeded.mjs'
import { verifyClean } from '../verify-clean.mjs'

/** So many units are read one after the other in each of so many rows while it caches. */
const ROWS = 8

await actor(async ({ root, seed, processes }, say) => {
  const { below, pick, next } = seeded(seed, 'few files')
  const text = generateWorkflow({ processes, shape: 'calls' })
  const versionOf = (number) => text.replace(/}$/, `,"version":${number}}`)
  const small = generateWorkflow({ processes: 50, shape: 'calls' })
  const { subprocess_specs: others } = JSON.parse(small)
  const ids = Object.keys(others)
  const taken = []
  const take = (leave) => {
    try {
      for (;;) taken.push(openSync(devNull, 'r'))
    } catch (error) {
      if (error.code !== 'EMFILE') throw error
    }
    for (let given = 0; given < leave && taken.length > 0; given++) closeSync(taken.pop())
  }
  const give = () => {
    while (taken.length > 0) closeSync(taken.pop())
  }
  const attempt = async (work) => {
    try {
      await work()
      return true
    } catch (error) {
      if (isUnitflowError(error, 'store-failed') && error.cause?.code === 'EMFILE') return false
      throw new Error(`not a typed error of too few files: ${describe(error)}`, { cause: error })
    }
  }
  const store = createFilesystemStore({ root: join(root, 'read') })
  await cacheElementUnitsForWorkflow(store, 'read', small)
  const read = async () => {
    const processId = pick(ids)
    const { specs } = await readElementUnit(store, 'read', { processId })
    if (specs[processId].text !== JSON.stringify(others[processId]))
      throw new Error(`${processId} is another`)
    await say({ type: 'read' })
  }
  const readOn = async (until) => {
    while (!until()) if (!(await attempt(read))) await say({ type: 'read-refused' })
  }
  return async (round) => {
    // A folder of its own each time: all objects are written.
    const folder = join(root, `${round}`)
    const cache = (version) =>
      cacheElementUnitsForWorkflow(createFilesystemStore({ root: folder }), 'many', versionOf(version))
    let isOver = false
    const free = round === 0 ? 0 : pick([0, 0, 1, 2, 4, 8])
    const thief = (async () => {
      // For moments, as other work of a process does; or until the caching has ended one way or the other.
      const forEver = round === 0 || (free === 0 && below(2) === 0)
      while (!isOver) {
        take(free)
        await say({ type: 'taken' })
        for (let left = forEver ? Infinity : below(30); left > 0 && !isOver; left--)
          await pause(5 + next() * 5)
        give()
        await pause(next() * 20)
      }
    })()
    const reading = Array.from({ length: ROWS }, () => readOn(() => isOver))
    const caching = attempt(() => cache(round)).finally(() => (isOver = true))
    const endings = await Promise.allSettled([caching, thief, ...reading])
    for (const { reason } of endings) if (reason !== undefined) throw reason
    const isCached = await caching
    await say({ type: isCached ? 'cached' : 'refused', objects: processes })
    await cache(round + 1000)
    await say({ type: 'cached', objects: processes })
    await verifyClean(createFilesystemStore({ root: folder }), 1)
  }
})
