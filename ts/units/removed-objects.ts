import { isUnitflowError } from '../errors/index.js'
import { sha256Hex } from '../sha256/index.js'
import type { CacheStore } from '../stores/cache-store.js'
import { randomId } from './cache-options.js'
import { isObject, parseJson } from './json-reading.js'
import { REMOVED, markKey, objectKey, shortHash } from './keys.js'
import { keysBelow, presentKeys } from './store-values.js'
import type { UsedObjects } from './used-objects.js'
import { decoder, encoder } from './utf8.js'

/** How many objects are removed together, and how many bytes at most if they are more than one: servers refuse large ones. */
const TOGETHER = { objects: 128, bytes: 524_288 }

/** Objects by short hash. */
type Objects = ReadonlyMap<string, Uint8Array>

/**
 * Removes marked objects, and puts back those that a writer has come to rely on meanwhile. A writer that finds a mark writes
 * the object anew and takes the mark away, and looks again after its root is there; so one of the two notices, whatever
 * the order. Of a prune that is killed before it has noticed, the next one does: what is removed stays in one value beside
 * until then.
 *
 * @param used all that was found used when it was decided what to remove
 * @param isMarked whether an object is marked still
 * @returns what was removed
 */
export async function removeObjects(
  store: CacheStore,
  hashes: readonly string[],
  used: UsedObjects,
  isMarked: (hash: string) => Promise<boolean>,
  now: () => number,
): Promise<string[]> {
  const removed: string[] = []
  for (let at = 0; at < hashes.length; at += TOGETHER.objects) {
    const some = hashes.slice(at, at + TOGETHER.objects)
    const values = await store.getMany(some.map(objectKey))
    const objects = new Map<string, Uint8Array>()
    some.forEach((hash, index) => {
      const bytes = values[index]
      if (bytes !== undefined) objects.set(hash, bytes)
    })
    await removeTogether(objects)
  }
  return removed

  async function removeTogether(objects: Objects): Promise<void> {
    if (objects.size === 0) return
    const bytes = [...objects.values()].reduce((sum, { length }) => sum + length, 0)
    if (objects.size > 1 && bytes > TOGETHER.bytes) return removeHalves(objects)
    let beside: string | undefined
    try {
      beside = await keepBeside(store, objects, now())
    } catch (error) {
      if (!isUnitflowError(error, 'store-full')) throw error
      if (objects.size > 1) return removeHalves(objects)
      // Where there is no room for one object, removing one is what makes some.
    }
    const gone = new Map<string, Uint8Array>()
    for (const [hash, object] of objects) {
      if (!(await isMarked(hash))) continue
      gone.set(hash, object)
      await store.delete(objectKey(hash))
    }
    try {
      await used.look(store)
    } catch (error) {
      // A root of somebody who has come to rely on it may lack what tells what the root leads to. All is marked still.
      for (const [hash, object] of gone) await store.set(objectKey(hash), object)
      if (beside !== undefined) await store.delete(beside)
      if (!isUnitflowError(error, 'object-missing')) throw error
      return used.look(store)
    }
    for (const [hash, object] of gone) {
      if (used.has(hash)) await store.set(objectKey(hash), object)
      else removed.push(hash)
      await store.delete(markKey(hash))
    }
    if (beside !== undefined) await store.delete(beside)
  }

  async function removeHalves(objects: Objects): Promise<void> {
    const all = [...objects]
    const middle = Math.ceil(all.length / 2)
    await removeTogether(new Map(all.slice(0, middle)))
    await removeTogether(new Map(all.slice(middle)))
  }
}

/**
 * Puts back what prunes that were killed have removed although it is used, and forgets what they kept longer than the grace
 * time ago. What a prune keeps that is at work just now stays.
 */
export async function putBackRemoved(
  store: CacheStore,
  used: UsedObjects,
  grace: number,
  now: number,
): Promise<void> {
  for (const key of await keysBelow(store, REMOVED)) {
    const value = await store.get(key)
    if (value === undefined) continue
    const { removedAt, objects } = readKept(value)
    const hashes = [...objects.keys()]
    const present = await presentKeys(store, hashes.map(objectKey))
    const lost = hashes.filter((_, index) => present[index] !== true)
    const isNeeded = await neededOf(store, used, lost)
    for (const hash of lost.filter(isNeeded)) {
      const object = objects.get(hash)
      if (object !== undefined) await store.set(objectKey(hash), object)
    }
    // A time far in the future is of a clock that went wrong.
    if (Math.abs(now - removedAt) > grace) await store.delete(key)
  }
}

/** Which of the objects are used. All, where a root cannot be read: what it lacks may be among them. */
async function neededOf(
  store: CacheStore,
  used: UsedObjects,
  hashes: readonly string[],
): Promise<(hash: string) => boolean> {
  if (hashes.length === 0) return () => false
  try {
    await used.look(store)
    return (hash) => used.has(hash)
  } catch (error) {
    if (isUnitflowError(error, 'object-missing')) return () => true
    throw error
  }
}

/** Writes objects as one value: a line of JSON that says which they are, and their bytes one after the other. */
async function keepBeside(store: CacheStore, objects: Objects, removedAt: number): Promise<string> {
  const all = [...objects]
  const head = JSON.stringify({ removedAt, objects: all.map(([hash, { length }]) => [hash, length]) })
  const parts = [encoder.encode(`${head}\n`), ...objects.values()]
  const value = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    value.set(part, at)
    at += part.length
  }
  const key = `${REMOVED}/${randomId()}`
  await store.set(key, value)
  return key
}

/** What was kept, without what is not as its hash says. What cannot be read at all was kept since ever. */
function readKept(value: Uint8Array): { readonly removedAt: number; readonly objects: Objects } {
  const objects = new Map<string, Uint8Array>()
  const end = value.indexOf(10)
  const head = end < 0 ? undefined : parseJson(decoder.decode(value.subarray(0, end)))
  if (!isObject(head) || typeof head['removedAt'] !== 'number' || !Array.isArray(head['objects']))
    return { removedAt: -Infinity, objects }
  let at = end + 1
  for (const entry of head['objects'] as readonly unknown[]) {
    if (!Array.isArray(entry)) break
    const [hash, length] = entry as readonly unknown[]
    if (typeof hash !== 'string' || typeof length !== 'number') break
    const object = value.slice(at, (at += length))
    if (shortHash(sha256Hex(object)) === hash) objects.set(hash, object)
  }
  return { removedAt: head['removedAt'], objects }
}
