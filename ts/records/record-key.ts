import { UnitflowError } from '../errors/index.js'
import type { MediumKey } from './record-medium.js'
import type { RecordKey } from './record-store.js'

/** The most elements of a key, and the most bytes that it takes when it is encoded, its collection included. */
export const MAX_KEY_ELEMENTS = 16
export const MAX_KEY_BYTES = 900

const COLLECTION = /^[a-z][a-z0-9_]{0,40}$/

/** One that is known to match: keys mostly come from the collection that the last one came from. */
let lastCollection = 'a'

/** What an element begins with. */
const NUMBER = 1
const STRING = 2
/** Above every element that may follow: the end of what begins with a key. */
export const AFTER_ALL = '\u00ff'

/**
 * A key as media take it.
 *
 * An element is a byte that tells what it is, then: a number as the eight bytes of a double, turned so that their order is
 * that of numbers; a string as its code units, two bytes each, and two zero bytes at its end (so 0 and 1 are written as 1
 * and themselves).
 *
 * @throws `bad-key`
 */
export function mediumKey(key: RecordKey): MediumKey {
  if (!Array.isArray(key)) throw badKey(key, 'an array')
  const elements: readonly unknown[] = key
  const collection = elements[0]
  if (collection !== lastCollection && (typeof collection !== 'string' || !COLLECTION.test(collection))) {
    throw badKey(key, 'a collection as its first element: [a-z][a-z0-9_]{0,40}')
  }
  lastCollection = collection
  if (elements.length > MAX_KEY_ELEMENTS) throw badKey(key, `at most ${MAX_KEY_ELEMENTS} elements`)
  let sort = ''
  for (let at = 1; at < elements.length; at++) {
    const element = elements[at]
    if (typeof element === 'string') {
      // Before it is encoded, so that an endless string costs nothing.
      if (element.length > MAX_KEY_BYTES) throw tooLong(key)
      sort += encodedString(element)
    } else if (typeof element === 'number' && Number.isFinite(element)) {
      sort += encodedNumber(element)
    } else {
      throw badKey(key, 'strings and finite numbers')
    }
  }
  if (sort.length + collection.length * 2 + 3 > MAX_KEY_BYTES) throw tooLong(key)
  return { collection, sort }
}

/** The key that {@link mediumKey} has encoded. */
export function recordKey(collection: string, sort: string): RecordKey {
  const key: [string, ...(string | number)[]] = [collection]
  for (let at = 0; at < sort.length;) {
    if (sort.charCodeAt(at++) === NUMBER) {
      key.push(decodedNumber(sort, at))
      at += 8
      continue
    }
    let text = ''
    for (; ; at += 2) {
      let unit = unitAt(sort, at)
      if (unit === 0) break
      if (unit === 1) unit = unitAt(sort, (at += 2))
      text += String.fromCharCode(unit)
    }
    key.push(text)
    at += 2
  }
  return key
}

/** Of so many strings the encoded form is kept: keys of one transaction, and of those that follow, name the same things. */
const KEPT = 500
const encodedStrings = new Map<string, string>()

function encodedString(text: string): string {
  const known = encodedStrings.get(text)
  if (known !== undefined) return known
  const bytes = [STRING]
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit < 2) bytes.push(0, 1)
    bytes.push(unit >> 8, unit & 0xff)
  }
  bytes.push(0, 0)
  const encoded = String.fromCharCode(...bytes)
  if (encodedStrings.size >= KEPT) encodedStrings.clear()
  encodedStrings.set(text, encoded)
  return encoded
}

function unitAt(sort: string, at: number): number {
  return (sort.charCodeAt(at) << 8) | sort.charCodeAt(at + 1)
}

const double = new DataView(new ArrayBuffer(8))

function encodedNumber(value: number): string {
  // Adding 0 makes 0 of -0.
  double.setFloat64(0, value + 0)
  let high = double.getUint32(0)
  let low = double.getUint32(4)
  // Negative numbers: all bits turned, so that larger ones come first; others: above the negative ones.
  if (high >= 0x80000000) {
    high = ~high
    low = ~low
  } else {
    high |= 0x80000000
  }
  return String.fromCharCode(
    NUMBER,
    high >>> 24,
    (high >>> 16) & 0xff,
    (high >>> 8) & 0xff,
    high & 0xff,
    low >>> 24,
    (low >>> 16) & 0xff,
    (low >>> 8) & 0xff,
    low & 0xff,
  )
}

function decodedNumber(sort: string, start: number): number {
  for (let at = 0; at < 8; at++) double.setUint8(at, sort.charCodeAt(start + at))
  const high = double.getUint32(0)
  const isNegative = high < 0x80000000
  double.setUint32(0, isNegative ? ~high : high & 0x7fffffff)
  if (isNegative) double.setUint32(4, ~double.getUint32(4))
  return double.getFloat64(0)
}

function tooLong(key: RecordKey): UnitflowError<'bad-key'> {
  return badKey(key, `at most ${MAX_KEY_BYTES} bytes when encoded (two a character)`)
}

function badKey(key: unknown, expected: string): UnitflowError<'bad-key'> {
  const shown = shownKey(key)
  return new UnitflowError('bad-key', `the record key ${shown}: expected ${expected}`, {
    key: shown,
    expected,
  })
}

/** A key as messages show it. */
export function shownKey(key: unknown): string {
  const element = (it: unknown): string =>
    typeof it === 'string'
      ? JSON.stringify(it.slice(0, 100))
      : typeof it === 'number'
        ? String(it)
        : typeof it
  const text = Array.isArray(key)
    ? `[${key
        .slice(0, MAX_KEY_ELEMENTS + 1)
        .map(element)
        .join(', ')}]`
    : typeof key
  return text.slice(0, 300)
}
