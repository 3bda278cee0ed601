import { HeldValue } from './held-value.js'

/**
 * What is stored of every value: its digest, which says all of it where it begins with `=`; behind a `~` where a record of
 * its own, or a `CacheStore`, has the value.
 */
export function markOf(held: HeldValue): string {
  return held.isPlain ? held.digest : `~${held.digest}`
}

export function isPlainMark(mark: string): boolean {
  return mark.startsWith('=')
}

export function digestOfMark(mark: string): string {
  return isPlainMark(mark) ? mark : mark.slice(1)
}

/** @throws `bad-value-form` */
export function plainValue(mark: string): HeldValue {
  return HeldValue.known(mark, mark.slice(1))
}
