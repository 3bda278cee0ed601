import { encodeValue } from '../values/index.js'

/**
 * A value as the one text that all spellings of it share: RFC 8785 (members in the order of the UTF-16 code units of their
 * keys, numbers and strings as JavaScript writes them) over the form that `ts/values` gives, so that `undefined`, `NaN`,
 * infinities, `-0`, bigints, dates, bytes, maps and sets are told from what resembles them. Beyond RFC 8785, a lone
 * surrogate is written as its escape, `\ud800`.
 *
 * The entries of a Map and the items of a Set count in their order, because that is what whoever goes through one sees: a
 * cache that misses for it costs time, one that hit would give the result of another input.
 *
 * @throws `unsupported-value` with the path of what cannot be said
 */
export function canonicalForm(value: unknown): string {
  const ordered = inOrder(value, 0)
  // What JSON can say, its keys in order, JSON.stringify says as RFC 8785 does: most values, and much sooner.
  return ordered === NOT_PLAIN ? written(JSON.parse(encodeValue(value))) : JSON.stringify(ordered)
}

/**
 * A value in the form that `encodeValue` gives, its keys as they are, and in its {@link canonicalForm}: both for little more
 * than one.
 *
 * @throws `unsupported-value` with the path of what cannot be said
 */
export function bothForms(value: unknown): { readonly form: string; readonly canonical: string } {
  const ordered = inOrder(value, 0)
  if (ordered === NOT_PLAIN) {
    const form = encodeValue(value)
    return { form, canonical: written(JSON.parse(form)) }
  }
  const canonical = JSON.stringify(ordered)
  return { form: ordered === value ? canonical : JSON.stringify(value), canonical }
}

/** Deeper values are left to who counts exactly. */
const MAX_DEPTH = 500
/** In the place of a value that JSON cannot say as it is, or not in the order of its keys. */
const NOT_PLAIN: unique symbol = Symbol('not plain')

/** Keys as an object had them, and in order. */
interface Keys {
  readonly found: readonly string[]
  readonly sorted: readonly string[]
  readonly isSorted: boolean
}

const NO_KEYS: Keys = { found: [], sorted: [], isSorted: true }
/** Of the last object at each depth: the next one there often has the same. */
const LAST: Keys[] = []

/** The same value with the keys of all its objects in order: itself where they are. */
function inOrder(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? value : NOT_PLAIN
    case 'object':
      if (value === null) return null
      if (depth > MAX_DEPTH) return NOT_PLAIN
      return Array.isArray(value)
        ? listInOrder(value as readonly unknown[], depth)
        : recordInOrder(value, depth)
    case 'undefined':
    case 'bigint':
    case 'function':
    case 'symbol':
      return NOT_PLAIN
  }
}

function listInOrder(list: readonly unknown[], depth: number): unknown {
  let copy: unknown[] | undefined
  for (let at = 0; at < list.length; at++) {
    const item = list[at]
    const ordered = inOrder(item, depth + 1)
    if (ordered === NOT_PLAIN) return NOT_PLAIN
    if (ordered !== item) copy ??= list.slice(0, at)
    copy?.push(ordered)
  }
  return copy ?? list
}

function recordInOrder(record: object, depth: number): unknown {
  if (!isPlain(record)) return NOT_PLAIN
  const keys = keysOf(record, depth)
  if (keys === undefined) return NOT_PLAIN
  const { sorted } = keys
  let copy: Record<string, unknown> | undefined = keys.isSorted ? undefined : {}
  for (let at = 0; at < sorted.length; at++) {
    const key = sorted[at] ?? ''
    const item = record[key]
    const ordered = inOrder(item, depth + 1)
    if (ordered === NOT_PLAIN) return NOT_PLAIN
    if (copy === undefined && ordered !== item) {
      copy = {}
      for (const before of sorted.slice(0, at)) copy[before] = record[before]
    }
    if (copy !== undefined) copy[key] = ordered
  }
  return copy ?? record
}

/** Nothing where one of them has a meaning of its own. */
function keysOf(record: object, depth: number): Keys | undefined {
  const last = LAST[depth] ?? NO_KEYS
  let at = 0
  // What it inherits, in a realm that was tampered with, is found to be another key.
  for (const key in record) {
    if (last.found[at] !== key) return newKeys(record, depth)
    at++
  }
  return at === last.found.length ? last : newKeys(record, depth)
}

function newKeys(record: object, depth: number): Keys | undefined {
  const found = Object.keys(record)
  if (!found.every(isOrdinary)) return undefined
  const sorted = [...found].sort()
  const keys: Keys = { found, sorted, isSorted: isSame(found, sorted) }
  while (LAST.length < depth) LAST.push(NO_KEYS)
  LAST[depth] = keys
  return keys
}

/** Of another realm it may be as plain: that is seen by who looks closer. */
function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false
  return true
}

/** Objects have keys that are whole numbers before all others, `__proto__` is no key of a literal, and `$type` marks a tag. */
function isOrdinary(key: string): boolean {
  return key !== '__proto__' && key !== '$type' && !/^\d+$/.test(key)
}

/** @param form what JSON.parse gave, so its keys are its own and its depth is limited */
function written(form: unknown): string {
  if (typeof form !== 'object' || form === null) return JSON.stringify(form)
  if (Array.isArray(form)) return `[${form.map(written).join(',')}]`
  const members = Object.entries(form).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${written(item)}`).join(',')}}`
}
