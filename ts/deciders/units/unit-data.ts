import { MAX_VALUE_BYTES } from '../../records/index.js'
import type { Value } from '../../values/index.js'
import { copyOf, define, encodeValue } from '../../values/index.js'
import type { UnitData } from './unit-workflow.js'

/** What nothing is known of. */
export const NO_DATA: UnitData = Object.freeze({})

/** Whether a value is an object of named values, and no list, date, map or the like. */
export function isData(value: unknown): value is UnitData {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** The same data, and nobody else's. */
export function ownData(data: UnitData): UnitData {
  const copy = copyOf(data)
  return isData(copy) ? copy : NO_DATA
}

/** One variable, set. Names are data: `__proto__` is one like any other. */
export function withVariable(data: UnitData, name: string, value: Value): UnitData {
  const next = { ...data }
  define(next, name, value)
  return next
}

export function withoutVariable(data: UnitData, name: string): UnitData {
  if (!Object.hasOwn(data, name)) return data
  return Object.fromEntries(Object.entries(data).filter(([key]) => key !== name))
}

/** A variable; names of the prototype are none. */
export function variable(data: UnitData, name: string): Value | undefined {
  return Object.hasOwn(data, name) ? data[name] : undefined
}

/** Variables, and others over them; objects that both have are merged, all else is the other's. */
export function merged(data: UnitData, over: UnitData): UnitData {
  const next: Record<string, Value> = { ...data }
  for (const [name, value] of Object.entries(over)) {
    const old = Object.hasOwn(next, name) ? next[name] : undefined
    define(next, name, isData(old) && isData(value) && old !== value ? merged(old, value) : value)
  }
  return next
}

/** Those of the names that there are. */
export function onlyVariables(data: UnitData, names: readonly string[]): UnitData {
  let only = NO_DATA
  for (const name of names) if (Object.hasOwn(data, name)) only = withVariable(only, name, data[name])
  return only
}

/** What branches come to where they join: each merged into those that came before. */
export function joined(branches: readonly UnitData[]): UnitData {
  return branches.length === 0 ? NO_DATA : branches.reduce(merged)
}

const encoder = new TextEncoder()

/** Bytes that a value takes where it is kept, UTF-8; of a small one at most so many. */
export function byteLength(value: Value): number {
  const text = encodeValue(value)
  // Most are small, and need no exact count.
  return text.length < 10_000 ? text.length * 3 : encoder.encode(text).length
}

/** Of a record, the rest: ids, times, names. */
const BESIDE = 16 * 1024

/**
 * Refuses what no record could hold, before anything is done with it.
 *
 * @param error the error of this reason
 */
export function assertFits(value: Value, error: (reason: string) => Error): void {
  const most = MAX_VALUE_BYTES - BESIDE
  let bytes
  try {
    bytes = byteLength(value)
  } catch (cause) {
    throw error(cause instanceof Error ? cause.message : 'it cannot be kept')
  }
  if (bytes > most)
    throw error(`it hands over ${bytes} bytes, and ${most} is the most; put large values elsewhere`)
}
