import { canonicalForm } from '../../fingerprint/index.js'
import type { Value } from '../../values/index.js'

type KeyOf<T> = T extends unknown ? keyof T : never
type FieldOf<T, K extends PropertyKey> = T extends unknown ? (K extends keyof T ? T[K] : never) : never

/** A value, to be equal to, or a function that says whether it is the right one. */
export type Match<T> = ((value: T) => unknown) | (unknown extends T ? Value : T)

/** Fields of something, each with what it must be; or a function of all of it. Fields that are left out may be anything. */
export type Matches<T> = { readonly [K in KeyOf<T>]?: Match<FieldOf<T, K>> } | ((subject: T) => unknown)

/**
 * Makes a test of a match. Values are compared by value, also what is falsy (D70); a function that throws has not found what
 * it looked for (D69).
 *
 * @throws `unsupported-value` for a value that is none
 */
export function matcher(match: unknown): (subject: object) => boolean {
  if (match === undefined) return () => true
  if (typeof match !== 'object' || match === null) return tester(match)
  const tests = Object.entries(match).map(([field, wanted]) => ({ field, test: tester(wanted) }))
  return (subject) => {
    const found = new Map<string, unknown>(Object.entries(subject))
    return tests.every(({ field, test }) => test(found.get(field)))
  }
}

function tester(wanted: unknown): (found: unknown) => boolean {
  if (isFunction(wanted)) {
    return (found) => {
      try {
        return Boolean(wanted(found))
      } catch {
        return false
      }
    }
  }
  const form = canonicalForm(wanted)
  return (found) => canonicalForm(found) === form
}

function isFunction(value: unknown): value is (found: unknown) => unknown {
  return typeof value === 'function'
}
