// Folders of a store, or its whole disk, become read-only while it is in use, and writable again (U30, U31).
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, startActor } from '../actor.mjs'
import {
  cacheElementUnitsForWorkflow,
  createFilesystemStore,
  createSqliteRecords,
  isUnitflowError,
  prune,
  readElementUnit,
} from '../package-under-test.mjs'
import { VersionedWorkflow } from '../versioned-workflow.mjs'
import { verifyClean } from '../verify-clean.mjs'

const CACHE_KEY = 'orders'
/** Who has no rights but those that modes give: root may write everywhere. */
const NOBODY = 65_534
const FLIPS = 12
const STEPS = 6
const isRoot = process.getuid?.() === 0

export const readOnlyDirectory = {
  name: 'read-only-directory',
  share: 1,
  cannotRun: () =>
    process.platform === 'win32' ? 'needs the modes of folders, which Windows has not' : undefined,
  async round(context) {
    await flipModes(context)
    if (isRoot && process.platform === 'linux') await remount(context)
    else context.count('rounds without a disk of its own, which needs root, on Linux')
  },
}

/** While another user's process caches, and readers read. */
async function flipModes({ folder, random, count, round }) {
  const workload = random.pick(['small', 'real'])
  const workflow = new VersionedWorkflow(workload, round)
  const place = join(folder, 'modes')
  const root = join(place, 'store')
  mkdirSync(root, { recursive: true })
  // The folders above are for their maker alone.
  for (const above of [join(folder, '..'), folder, place]) chmodSync(above, 0o755)
  if (isRoot) chownSync(root, NOBODY, NOBODY)
  let flips = 0
  const tell = (mode) => writeFileSync(join(place, 'mode'), `${mode} ${flips}`)
  tell('writable')
  let cached = -1
  let tried = -1
  const options = { folder: place, cacheKey: CACHE_KEY, workload, seed: round }
  const hear = ({ type, version }) => {
    if (type !== 'cached' && type !== 'refused') return
    tried = version
    if (type === 'cached') cached = version
    count(type === 'cached' ? 'cachings' : 'cachings refused')
  }
  const writer = startActor('refused-writer', options, hear, isRoot ? { uid: NOBODY } : {})
  await writer.ready
  const isOver = async (version) => {
    for (let end = Date.now() + 30_000; cached <= version;) {
      if (Date.now() > end) throw new Error('no caching succeeds although all can be written')
      await Promise.race([pause(2), writer.ended.then(({ failure }) => Promise.reject(new Error(failure)))])
    }
  }
  await isOver(-1)
  const reader = createFilesystemStore({ root })
  const requests = await workflow.requests()
  for (flips = 1; flips <= FLIPS; flips++) {
    tell('read-only')
    const some = ['', 'v2', 'v2/objects', 'v2/roots']
      .filter(() => random.chance(0.5))
      .map((name) => join(root, name))
    for (const name of some) chmodSync(name, 0o555)
    const before = cached
    await pause(random.next() * 60)
    for (const fresh of [reader, createFilesystemStore({ root })]) {
      const asked = random.pick(requests)
      const found = workflow.versionOf(await readElementUnit(fresh, CACHE_KEY, asked.request), asked)
      count('reads')
      if (found < before || found > tried + 1) throw new Error(`version ${found} is there, not ${before}`)
    }
    await verifyClean(reader, 1)
    for (const name of some) chmodSync(name, 0o755)
    tell('writable')
    count('times read-only')
    await isOver(tried + 1)
  }
  const { failure } = await writer.stop()
  if (failure !== undefined) throw new Error(failure)
  await verifyClean(reader, 1)
}

/** At rest: everything that would write is refused, everything that reads goes on. */
async function remount({ folder, random, count, timeLeft, round }) {
  const disk = join(folder, 'disk')
  mkdirSync(disk)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', disk])
  try {
    const workflow = new VersionedWorkflow(random.pick(['small', 'real', 'parted']), round)
    const requests = await workflow.requests()
    const root = join(disk, 'store')
    const path = join(disk, 'records.db')
    const store = createFilesystemStore({ root })
    const cache = (version) => cacheElementUnitsForWorkflow(store, CACHE_KEY, workflow.text(version))
    await cache(0)
    for (let version = 1; version <= STEPS && (version === 1 || timeLeft() > 0); version++) {
      const records = createSqliteRecords({ path })
      await records.transact((transaction) => transaction.set(['versions', 'cached'], version - 1))
      // A disk on which a file is open to be written cannot be made read-only.
      await records.close()
      execFileSync('mount', ['-o', 'remount,ro', disk])
      count('times read-only')
      await refused(() => cache(version))
      const pruning = { grace: 0, now: () => version * 1000 }
      const { marked, removed } = await prune(store, { ...pruning, dryRun: true })
      const isDue = marked.length + removed.length > 0
      if (isDue) await refused(() => prune(store, pruning))
      const writing = createSqliteRecords({ path })
      // SQLite cannot open such a file as this medium does, and does not say why.
      await refused(
        () => writing.transact((transaction) => transaction.set(['versions', 'cached'], -1)),
        ['store-read-only', 'store-failed'],
      )
      await writing.close()
      count('calls refused', isDue ? 3 : 2)
      for (const fresh of [store, createFilesystemStore({ root })]) {
        const asked = random.pick(requests)
        const found = workflow.versionOf(await readElementUnit(fresh, CACHE_KEY, asked.request), asked)
        count('reads')
        if (found !== version - 1) throw new Error(`version ${found} is there, not ${version - 1}`)
      }
      await verifyClean(store, 1)
      execFileSync('mount', ['-o', 'remount,rw', disk])
      await cache(version)
      count('cachings')
      const after = createSqliteRecords({ path })
      const kept = await after.transact((transaction) => transaction.get(['versions', 'cached']))
      await after.close()
      if (kept !== version - 1) throw new Error(`the record is ${kept}, not ${version - 1}`)
      await prune(store, pruning)
      await verifyClean(store, 1)
    }
  } finally {
    execFileSync('umount', ['-l', disk])
  }
}

async function refused(work, codes = ['store-read-only']) {
  try {
    await work()
  } catch (error) {
    if (isUnitflowError(error) && codes.includes(error.code) && error.cause !== undefined) return
    throw new Error(`not ${codes.join(' or ')}: ${describe(error)}`, { cause: error })
  }
  throw new Error('written on a disk that is read-only')
}
