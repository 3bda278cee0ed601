// A disk that is really full, of bytes or of files (U30, U31).
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe } from '../actor.mjs'
import {
  cacheElementUnitsForWorkflow,
  createFilesystemStore,
  isUnitflowError,
  prune,
  readElementUnit,
} from '../package-under-test.mjs'
import { VersionedWorkflow } from '../versioned-workflow.mjs'
import { verifyClean } from '../verify-clean.mjs'

const CACHE_KEY = 'orders'
const SIZE = 2 * 1024 * 1024
const FILES = 400
const STEPS = 40

export const fullDisk = {
  name: 'full-disk',
  share: 1,
  cannotRun: () =>
    process.platform === 'linux' && process.getuid?.() === 0 ? undefined : 'needs root, on Linux',
  async round(context) {
    const disk = join(context.folder, 'disk')
    mkdirSync(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE},nr_inodes=${FILES}`, 'tmpfs', disk])
    try {
      await fillAndGoOn(disk, context)
    } finally {
      execFileSync('umount', ['-l', disk])
    }
  },
}

async function fillAndGoOn(disk, { random, count, timeLeft, round }) {
  const workflow = new VersionedWorkflow(random.pick(['real', 'small']), round)
  const requests = await workflow.requests()
  const root = join(disk, 'store')
  const store = createFilesystemStore({ root })
  const cache = (version) => cacheElementUnitsForWorkflow(store, CACHE_KEY, workflow.text(version))
  const check = async (versions) => {
    const asked = random.pick(requests)
    const found = workflow.versionOf(await readElementUnit(store, CACHE_KEY, asked.request), asked)
    count('reads')
    if (!versions.includes(found)) throw new Error(`version ${found} is there, not one of ${versions}`)
  }
  await cache(0)
  for (let version = 1; version <= STEPS && (version === 1 || timeLeft() > 0); version++) {
    const ballast = random.chance(0.7) ? await fillBytes(disk, random) : await fillFiles(disk, random)
    if (await isFull(() => cache(version))) {
      count('times full')
      await check([version - 1])
      await verifyClean(store, 1)
      await nothingLeftBehind(root)
    } else {
      count('cachings')
      await check([version])
    }
    if (await isFull(() => tidy(store))) count('prunes that found no room')
    await rm(ballast, { recursive: true })
    // Values of versions that failed are in the way until they are pruned.
    await tidy(store)
    await cache(version)
    count('cachings')
    await check([version])
    await verifyClean(store, 1)
  }
}

/** Removes at once what no root leads to. */
async function tidy(store) {
  await prune(store, { grace: 0, now: () => 0 })
  await prune(store, { grace: 0, now: () => 1 })
}

/** Whether it said `store-full`; it may say nothing else. */
async function isFull(work) {
  try {
    await work()
    return false
  } catch (error) {
    if (isUnitflowError(error, 'store-full')) return true
    throw new Error(`not store-full: ${describe(error)}`, { cause: error })
  }
}

/** Leaves a few pages of the disk, or none. */
async function fillBytes(disk, random) {
  const ballast = join(disk, 'ballast')
  for (let size = SIZE; size >= 4096; size = Math.floor(size / 2)) {
    await writeFile(ballast, Buffer.alloc(size), { flag: 'a' }).catch(() => undefined)
  }
  if (random.chance(0.8)) {
    const { size } = await stat(ballast)
    await truncate(ballast, Math.max(0, size - random.below(random.pick([20_000, 200_000]))))
  }
  return ballast
}

/** Leaves a few files, or none. */
async function fillFiles(disk, random) {
  const ballast = join(disk, 'ballast')
  mkdirSync(ballast)
  const names = []
  try {
    for (;;) {
      const name = join(ballast, String(names.length))
      await writeFile(name, '', { flag: 'wx' })
      names.push(name)
    }
  } catch (error) {
    if (error.code !== 'ENOSPC') throw error
  }
  for (const name of names.slice(0, random.below(20))) await rm(name)
  return ballast
}

/** Temporary files of a failed caching would take the room that is needed. */
async function nothingLeftBehind(root) {
  const left = (await readdir(root, { recursive: true })).filter((name) => name.includes('~'))
  if (left.length > 0) throw new Error(`a full disk still holds ${left.join(', ')}`)
}
