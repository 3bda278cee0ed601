import type { ResultCache } from '../cache/index.js'
import type { LastResult, StateMedium } from '../state/index.js'
import type { HeldValue } from '../values/index.js'
import { isSame } from './judge-step.js'
import type { WiredStep } from './wiring.js'

/** What a step gave last: out of the state, or where results are kept; nothing where neither has it any more. */
export async function lastOutputs(
  medium: StateMedium,
  cache: ResultCache,
  { outputNames }: WiredStep,
  last: LastResult,
): Promise<readonly HeldValue[] | undefined> {
  const there = await medium.values(outputNames, last.outputs)
  if (there !== undefined) return there
  const outputs = (await cache.get(last))?.outputs ?? []
  // Of a model that looks at more than its inputs it may be from another time.
  const digests = outputs.map(({ digest }) => digest)
  return isSame(last.outputs, digests) ? outputs : undefined
}
