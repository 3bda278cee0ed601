import { UnitflowError } from '../errors/index.js'
import type { Value } from './value.js'

/** The key that marks an object as standing for something else; an object of the user's that has it is wrapped. */
const TYPE = '$type'

/** Levels of nesting that a value may have. */
export const MAX_VALUE_DEPTH = 1000

/**
 * A value as JSON text, in the order of its keys. What JSON can say is itself; the rest is tagged:
 *
 * | value | form |
 * |---|---|
 * | `undefined` | `{"$type":"undefined"}` |
 * | `NaN`, infinities, `-0` | `{"$type":"number","value":"NaN"}`, `"Infinity"`, `"-Infinity"`, `"-0"` |
 * | bigint | `{"$type":"bigint","value":"123"}` |
 * | `Date` | `{"$type":"date","value":"2026-01-31T12:00:00.000Z"}`, `null` for an invalid one |
 * | `Uint8Array` | `{"$type":"bytes","value":"AQID"}`, base64 |
 * | `Map`, `Set` | `{"$type":"map","value":[[key, value]]}`, `{"$type":"set","value":[value]}`, in their order |
 * | an object that has the key `$type` | `{"$type":"object","value":{"$type":…}}` |
 *
 * This is version 1 of the form; a later one that says more adds tags, and an older reader refuses those it does not know.
 *
 * @throws `unsupported-value` with the path of what cannot be said
 */
export function encodeValue(value: unknown): string {
  return JSON.stringify(isPlainJson(value, 0) ? value : formOf(value, '', 0))
}

/**
 * The value that {@link encodeValue} has encoded; nothing in it is shared with anybody.
 *
 * @throws `bad-value-form`
 */
export function decodeValue(text: string): Value {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (cause) {
    throw badForm('', 'text that is not JSON', cause)
  }
  // Most values have no tag, and are then what JSON.parse gives.
  if (!text.includes(`"${TYPE}"`)) return parsed as Value
  try {
    return valueOf(parsed, '')
  } catch (error) {
    // No value that was encoded nests so deep.
    if (error instanceof RangeError) throw badForm('', 'nesting without end', error)
    throw error
  }
}

/** A value as it is now, and nobody else's. @throws `unsupported-value` */
export function copyOf(value: unknown): Value {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'bigint':
    case 'undefined':
      return value
    case 'object':
    case 'function':
    case 'symbol':
      return value === null ? null : decodeValue(encodeValue(value))
  }
}

/** Whether JSON can say all of a value, as most: then there is nothing to look for, and no path to tell. */
function isPlainJson(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
    case 'object':
      if (value === null) return true
      if (depth >= MAX_VALUE_DEPTH) return false
      if (Array.isArray(value)) {
        // A hole reads as undefined, which JSON cannot say either.
        for (const item of value as readonly unknown[]) if (!isPlainJson(item, depth + 1)) return false
        return true
      }
      return isPlain(value) && isPlainJsonRecord(value, depth)
    case 'undefined':
    case 'bigint':
    case 'function':
    case 'symbol':
      return false
  }
}

function isPlainJsonRecord(record: Readonly<Record<string, unknown>>, depth: number): boolean {
  for (const key of Object.keys(record)) {
    if (key === TYPE || !isPlainJson(record[key], depth + 1)) return false
  }
  return true
}

/** The same value where JSON can say all of it, else a copy with tags. */
function formOf(value: unknown, path: string, depth: number): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : tagged('number', Object.is(value, -0) ? '-0' : String(value))
    case 'undefined':
      return { [TYPE]: 'undefined' }
    case 'bigint':
      return tagged('bigint', String(value))
    case 'object':
      return value === null ? null : formOfObject(value, path, depth)
    case 'function':
    case 'symbol':
      throw unsupported(path, `a ${typeof value}`)
  }
}

function formOfObject(value: object, path: string, depth: number): unknown {
  if (depth >= MAX_VALUE_DEPTH) throw unsupported(path, `a cycle, or more than ${MAX_VALUE_DEPTH} levels`)
  if (Array.isArray(value)) return formOfList(value, path, depth)
  if (isPlain(value)) return formOfRecord(value, path, depth)
  if (isOf('Date', value)) {
    const time = Date.prototype.getTime.call(value)
    return tagged('date', Number.isNaN(time) ? null : new Date(time).toISOString())
  }
  if (isOf('Uint8Array', value)) return tagged('bytes', base64Of(value))
  if (isOf('Map', value)) {
    const entries = [...Map.prototype.entries.call(value)]
    // An entry is no level of its own.
    return tagged(
      'map',
      entries.map((entry, index) => formOfList(entry, `${path}/${index}`, depth)),
    )
  }
  if (isOf('Set', value)) {
    return tagged('set', formOfList([...Set.prototype.values.call(value)] as readonly unknown[], path, depth))
  }
  throw unsupported(path, `an object of class ${brandOf(value)}`)
}

function formOfList(list: readonly unknown[], path: string, depth: number): readonly unknown[] {
  let copy: unknown[] | undefined
  for (let index = 0; index < list.length; index++) {
    const item = list[index]
    if (item === undefined && !(index in list)) throw unsupported(`${path}/${index}`, 'a hole in an array')
    const form = formOf(item, `${path}/${index}`, depth + 1)
    if (form !== item) copy ??= list.slice(0, index)
    copy?.push(form)
  }
  return copy ?? list
}

function formOfRecord(record: Readonly<Record<string, unknown>>, path: string, depth: number): unknown {
  const keys = Object.keys(record)
  let copy: Record<string, unknown> | undefined
  for (const key of keys) {
    const item = record[key]
    const form = formOf(item, `${path}/${escaped(key)}`, depth + 1)
    if (form === item) continue
    copy ??= shallowCopy(record, keys)
    define(copy, key, form)
  }
  const form = copy ?? record
  return Object.hasOwn(record, TYPE) ? tagged('object', form) : form
}

function valueOf(form: unknown, path: string): Value {
  if (typeof form !== 'object' || form === null) return form as Value
  if (Array.isArray(form)) return form.map((item, index) => valueOf(item, `${path}/${index}`))
  const record = form as Readonly<Record<string, unknown>>
  if (Object.hasOwn(record, TYPE)) return taggedValue(record, path)
  return recordOf(record, path)
}

function recordOf(record: Readonly<Record<string, unknown>>, path: string): Value {
  const value: Record<string, Value> = {}
  for (const [key, item] of Object.entries(record))
    define(value, key, valueOf(item, `${path}/${escaped(key)}`))
  return value
}

function taggedValue(record: Readonly<Record<string, unknown>>, path: string): Value {
  const type = record[TYPE]
  const content = record['value']
  if (type === 'undefined') return undefined
  if (type === 'number' && typeof content === 'string' && /^(NaN|-?Infinity|-0)$/.test(content))
    return Number(content)
  if (type === 'bigint' && typeof content === 'string' && /^-?\d+$/.test(content)) return BigInt(content)
  if (type === 'date' && content === null) return new Date(NaN)
  if (type === 'date' && typeof content === 'string' && !Number.isNaN(Date.parse(content))) {
    return new Date(content)
  }
  if (type === 'bytes' && typeof content === 'string') return bytesOf(content, path)
  if (type === 'set' && Array.isArray(content)) {
    return new Set(content.map((item, index) => valueOf(item, `${path}/${index}`)))
  }
  if (type === 'map' && Array.isArray(content)) {
    return new Map(content.map((entry: unknown, index) => entryOf(entry, `${path}/${index}`)))
  }
  if (type === 'object' && typeof content === 'object' && content !== null && !Array.isArray(content)) {
    return recordOf(content as Readonly<Record<string, unknown>>, path)
  }
  throw badForm(path, `the tag ${JSON.stringify(type)}`.slice(0, 100))
}

function entryOf(entry: unknown, path: string): [Value, Value] {
  if (!Array.isArray(entry) || entry.length !== 2) throw badForm(path, 'an entry of a map that is no pair')
  return [valueOf(entry[0], `${path}/0`), valueOf(entry[1], `${path}/1`)]
}

function tagged(type: string, value: unknown): Readonly<Record<string, unknown>> {
  return { [TYPE]: type, value }
}

/** Of this realm or another, or without prototype. */
function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return true
  return brandOf(value) === 'Object' && Object.getPrototypeOf(prototype) === null
}

interface Branded {
  readonly Date: Date
  readonly Uint8Array: Uint8Array
  readonly Map: Map<unknown, unknown>
  readonly Set: Set<unknown>
}

/** What only works on what truly is one: a class may give its instances any brand. */
const OWN_METHODS: { readonly [Name in keyof Branded]: (value: unknown) => unknown } = {
  Date: (value) => Date.prototype.getTime.call(value),
  Uint8Array: (value) => Uint8Array.prototype.subarray.call(value, 0, 0),
  Map: (value) => Map.prototype.has.call(value, undefined),
  Set: (value) => Set.prototype.has.call(value, undefined),
}

/** By brand, because `instanceof` fails for what is of another realm. */
function isOf<Name extends keyof Branded>(name: Name, value: object): value is Branded[Name] {
  if (brandOf(value) !== name) return false
  try {
    OWN_METHODS[name](value)
    return true
  } catch {
    return false
  }
}

function brandOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1)
}

function shallowCopy(
  record: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): Record<string, unknown> {
  const copy: Record<string, unknown> = {}
  for (const key of keys) define(copy, key, record[key])
  return copy
}

/** Sets a member as JSON.parse does it: `__proto__` is a key like any other. */
export function define<T>(record: Record<string, T>, key: string, value: T): void {
  if (key !== '__proto__') record[key] = value
  else Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true })
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}

function base64Of(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000)
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}

function bytesOf(base64: string, path: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  } catch (cause) {
    throw badForm(path, 'bytes that are not base64', cause)
  }
}

function unsupported(path: string, found: string): UnitflowError<'unsupported-value'> {
  const where = path === '' ? 'the value' : `the value at ${path.slice(0, 300)}`
  const message = `${where}: expected JSON, undefined, a bigint, Date, Uint8Array, Map or Set; found ${found}`
  return new UnitflowError('unsupported-value', message, { path, found })
}

function badForm(path: string, found: string, cause?: unknown): UnitflowError<'bad-value-form'> {
  const message = `expected the form of a value, found ${found} at ${JSON.stringify(path.slice(0, 300))}`
  return new UnitflowError('bad-value-form', message, { path, found }, cause === undefined ? {} : { cause })
}
