import { isObject, strings } from './json-reading.js'
import type { WholeManifest } from './manifest.js'

/**
 * Whether all that stands in a manifest is of the right shape. Its hash says that it is as it was written, and not by whom;
 * what a reader of units takes of it is checked where it is taken, this is for those who are handed all of it.
 */
export function isWellFormed({ objects, elements }: WholeManifest): boolean {
  return objects.every(isStoredObject) && Object.values(elements).every(arePlaces)
}

const LISTS = ['embeds', 'triggers', 'missing']
/** Of 20 bytes, or of all 32. */
const HASH = /^[\w-]{27,43}$/

function isStoredObject(value: unknown): boolean {
  if (!isObject(value)) return false
  const { at, hash, bytes, processes, notSplit = 'embedding-cycle' } = value
  return (
    [at, bytes].every(isCount) &&
    typeof hash === 'string' &&
    HASH.test(hash) &&
    notSplit === 'embedding-cycle' &&
    Array.isArray(processes) &&
    processes.every(isStoredProcess)
  )
}

function isStoredProcess(value: unknown): boolean {
  if (!isObject(value)) return false
  const { id, bytes, closure, own = '', calls = {} } = value
  const lists = LISTS.map((name) => value[name] ?? [])
  if (!isObject(calls) || !isCount(bytes) || strings([id, closure, own]) === undefined) return false
  return [...lists, ...Object.values(calls)].every((list) => strings(list) !== undefined)
}

function arePlaces(value: unknown): boolean {
  return isCount(value) || (Array.isArray(value) && value.every(isCount))
}

/** Whether a value counts something: a whole number from 0. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}
