import type { Place } from './bad-expression.js'
import { badExpression } from './bad-expression.js'
import { includesText, lengthOfText, orderTexts } from './texts.js'

/** What one computation knows: the data, which of its arrays are tuples, and how much it has compared. */
export interface Scope {
  readonly data: Readonly<Record<string, unknown>>
  readonly tuples: Set<unknown>
  compared: number
}

/** Characters or items of what `+` makes, and pairs of items that one computation compares. */
export const MOST: number = 10_000_000

type Dict = Readonly<Record<string, unknown>>

/** A plain object of any realm; only its own properties are data. */
function isDict(value: unknown): value is Dict {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

export function isNumeric(value: unknown): value is number | bigint | boolean {
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
}

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

/** What a value is, for messages: never the value itself, which may be a secret. */
export function kindOf(value: unknown, { tuples }: Scope): string {
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'boolean') return 'a bool'
  if (isNumeric(value)) return 'a number'
  if (typeof value === 'string') return 'a string'
  if (isList(value)) return tuples.has(value) ? 'a tuple' : 'a list'
  if (value instanceof Date) return 'a date'
  return isDict(value) ? 'a dict' : 'a value that is no data'
}

function assertData(value: unknown, scope: Scope, place: Place): void {
  const kind = kindOf(value, scope)
  if (kind === 'a value that is no data') throw badExpression(place, 'data', kind)
}

/** Empty, zero, False and None are not true. @throws `bad-expression` */
export function isTrue(value: unknown, scope: Scope, place: Place): boolean {
  if (isList(value)) return value.length > 0
  if (isDict(value)) return Object.keys(value).length > 0
  assertData(value, scope, place)
  // NaN is true.
  return Boolean(value) || (typeof value === 'number' && Number.isNaN(value))
}

/** Python's `==`: by value, and True is 1. @throws `bad-expression` */
export function isEqual(a: unknown, b: unknown, scope: Scope, place: Place): boolean {
  // A list of pairs and not a recursion: data may be of any depth.
  const pairs = [a, b]
  while (pairs.length > 0) {
    const right = pairs.pop() ?? null
    const left = pairs.pop() ?? null
    if (left === right) continue
    if (isNumeric(left) && isNumeric(right)) {
      // Says the same as == of numbers and bigints, and of NaN.
      if (!(left <= right && left >= right)) return false
    } else if (isList(left) && isList(right)) {
      if (left.length !== right.length || scope.tuples.has(left) !== scope.tuples.has(right)) return false
      // Not forEach: it leaves holes out.
      for (let index = 0; index < left.length; index++) pairs.push(left[index], right[index])
      scope.compared += left.length
    } else if (isDict(left) && isDict(right)) {
      const keys = Object.keys(left)
      if (keys.length !== Object.keys(right).length) return false
      for (const key of keys) {
        if (!Object.hasOwn(right, key)) return false
        pairs.push(left[key], right[key])
      }
      scope.compared += keys.length
    } else if (left instanceof Date && right instanceof Date) {
      if (left.getTime() !== right.getTime()) return false
    } else {
      assertData(left, scope, place)
      assertData(right, scope, place)
      return false
    }
    if (scope.compared > MOST) throw badExpression(place, `at most ${MOST} items to compare`, 'more')
  }
  return true
}

/** Below 0, 0, above 0, or NaN where none of them holds. @throws `bad-expression` */
export function order(a: unknown, b: unknown, scope: Scope, place: Place): number {
  let left = a
  let right = b
  while (isList(left) && isList(right) && scope.tuples.has(left) === scope.tuples.has(right)) {
    const [one, other]: [readonly unknown[], readonly unknown[]] = [left, right]
    const differs = one.findIndex((item, index) => !isEqual(item, other[index], scope, place))
    if (differs < 0 || differs >= other.length) return one.length - other.length
    left = one[differs]
    right = other[differs]
  }
  if (typeof left === 'string' && typeof right === 'string') return orderTexts(left, right)
  if (left instanceof Date && right instanceof Date) return left.getTime() - right.getTime()
  if (isNumeric(left) && isNumeric(right))
    return left < right ? -1 : left > right ? 1 : isEqual(left, right, scope, place) ? 0 : NaN
  throw badExpression(
    place,
    'two numbers, strings, lists or dates',
    `${kindOf(left, scope)} and ${kindOf(right, scope)}`,
  )
}

/** `item in whole`. @throws `bad-expression` */
export function isIn(item: unknown, whole: unknown, scope: Scope, place: Place): boolean {
  if (isList(whole)) return whole.findIndex((one) => isEqual(one, item, scope, place)) >= 0
  if (typeof item === 'string' && typeof whole === 'string') return includesText(whole, item)
  if (isDict(whole)) {
    if (typeof item === 'string') return Object.hasOwn(whole, item)
    if (item === null || item === undefined || isNumeric(item)) return false
  }
  const found = `${kindOf(item, scope)} in ${kindOf(whole, scope)}`
  throw badExpression(place, 'a list, a dict, or a string in a string', found)
}

/** `of[at]`. @throws `bad-expression` */
export function itemOf(of: unknown, at: unknown, scope: Scope, place: Place): unknown {
  if (isDict(of)) {
    if (typeof at !== 'string') throw badExpression(place, 'a string as the key', kindOf(at, scope))
    if (!Object.hasOwn(of, at)) throw badExpression(place, 'a key of the dict', 'another one')
    return of[at] ?? null
  }
  if (!isList(of) && typeof of !== 'string')
    throw badExpression(place, 'a dict, a list or a string before [ ]', kindOf(of, scope))
  const number = isNumeric(at) ? Number(at) : NaN
  if (!Number.isInteger(number)) throw badExpression(place, 'a whole number as the index', kindOf(at, scope))
  const items = isList(of) ? of : Array.from(of)
  const index = number < 0 ? number + items.length : number
  if (index < 0 || index >= items.length)
    throw badExpression(place, 'an index that is there', `one beyond ${kindOf(of, scope)}`)
  return items[index] ?? null
}

/** `of.name`: a key of a dict, as boxed data is read. @throws `bad-expression` */
export function attributeOf(of: unknown, name: string, scope: Scope, place: Place): unknown {
  if (!isDict(of)) throw badExpression(place, `a dict before .${name}`, kindOf(of, scope))
  if (!Object.hasOwn(of, name)) throw badExpression(place, `a dict with the key ${name}`, 'one without')
  return of[name] ?? null
}

/** `len(value)`, of a string in code points. @throws `bad-expression` */
export function lengthOf(value: unknown, scope: Scope, place: Place): number {
  if (isList(value)) return value.length
  if (isDict(value)) return Object.keys(value).length
  if (typeof value !== 'string')
    throw badExpression(place, 'a list, a dict or a string', kindOf(value, scope))
  return lengthOfText(value)
}
