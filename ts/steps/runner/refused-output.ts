import type { StateMedium } from '../state/index.js'
import { isImmutable } from '../state/index.js'
import type { HeldValue } from '../values/index.js'
import type { WiredStep } from './wiring.js'

/**
 * What is wrong with outputs that cannot be kept, known before anybody computes from them.
 *
 * @param before digests of what is in their places
 */
export function refusedOutput(
  medium: StateMedium,
  { outputNames }: WiredStep,
  outputs: readonly HeldValue[],
  before: readonly (string | undefined)[],
): unknown {
  for (let at = 0; at < outputs.length; at++) {
    const name = outputNames[at] ?? ''
    const held = outputs[at]
    if (held === undefined || before[at] === held.digest) continue
    if (!medium.isMutable && before[at] !== undefined) return isImmutable(name)
    try {
      medium.assertFits(name, held)
    } catch (error) {
      return error
    }
  }
  return undefined
}
