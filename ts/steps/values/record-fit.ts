import { MAX_VALUE_BYTES } from '../../records/max-value-bytes.js'
import type { HeldValue } from './held-value.js'

/** Bytes that a value may take in a record of its own, which has a few around it. */
export const MOST_IN_RECORD: number = MAX_VALUE_BYTES - 20

const encoder = new TextEncoder()

/** Bytes that a value takes in a record; where it is sure to fit, about. */
export function bytesInRecord(held: HeldValue): number {
  // No code unit takes more than six: a control character, as JSON says it.
  return held.size * 6 <= MOST_IN_RECORD ? held.size : encoder.encode(held.text).length
}
