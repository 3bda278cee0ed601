import type { Value } from '../../values/index.js'
import { copyOf } from '../../values/index.js'

/** What nobody changes from now on. What is frozen already is taken to be frozen in all its parts. */
export function frozen<T>(thing: T): T {
  if (typeof thing === 'object' && thing !== null && !Object.isFrozen(thing) && isPlain(thing)) {
    Object.freeze(thing)
    for (const key in thing) frozen(Reflect.get(thing, key))
  }
  return thing
}

/** A record with values that are nobody else's. What is no record is left to whoever looks at its form. */
export function ownedParts<T extends object>(record: T): T {
  if (typeof record !== 'object' || (record as unknown) === null) return record
  const copy = { ...record }
  for (const name in copy) {
    const part: Value = Reflect.get(copy, name) as Value
    if (isObject(part)) Reflect.set(copy, name, copyOf(part))
  }
  return copy
}

/** Dates, bytes, maps and sets cannot be frozen; who reads values that have any is given their own. */
function isPlain(thing: object): boolean {
  if (Array.isArray(thing)) return true
  const prototype: unknown = Object.getPrototypeOf(thing)
  return prototype === Object.prototype || prototype === null
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
