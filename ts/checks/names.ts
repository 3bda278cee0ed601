/**
 * Characters that a name, an id, a tag or a category may have: keys of records hold two ids and a category, and 900 bytes.
 */
export const MAX_NAME = 100

/** Whether a value may name something in a history: no control characters, no half characters, no spaces around it. */
export function isName(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length <= MAX_NAME &&
    value.trim() === value &&
    /^[^\p{Cc}\p{Cs}]+$/u.test(value)
  )
}

/** What a name is, for errors. */
export const A_NAME: string = `a name of 1 to ${MAX_NAME} characters, without spaces around it or control characters`
