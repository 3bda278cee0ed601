import { fingerprintOf } from '../values/index.js'
import type { LastResult } from '../state/index.js'
import type { InputChange, RunReason, SkipReason } from './run-report.js'
import type { WiredStep } from './wiring.js'

/** What is to be done about a step. */
export type Verdict =
  /** Its outputs are in place. */
  | { readonly type: 'skip' }
  /** They may have been computed before, and are kept somewhere; else it runs. */
  | { readonly type: 'find'; readonly because: RunReason }
  | { readonly type: 'run'; readonly because: RunReason }

/** What is asked of all steps of a run. */
export interface Reuse {
  readonly reuse: boolean
  readonly forced: ReadonlySet<number>
  /** Milliseconds since 1970. */
  readonly now: number
}

const SKIP: Verdict = { type: 'skip' }

/**
 * Whether a step has to run. Pure: of what it was last computed from, and what is there now.
 *
 * @param inputs digests of the inputs that count
 * @param outputs digests of what is in the places of its outputs
 */
export function judgeStep(
  { step, place }: WiredStep,
  inputs: readonly string[],
  outputs: readonly (string | undefined)[],
  last: LastResult | undefined,
  { reuse, forced, now }: Reuse,
): Verdict {
  if (forced.has(place)) return { type: 'run', because: 'forced' }
  if (!reuse) return { type: 'run', because: 'not-reusing' }
  if (step.cache.policy !== 'default') return { type: 'run', because: 'policy' }
  if (last === undefined) return { type: 'find', because: 'never-ran' }
  if (last.step !== step.fingerprint) return { type: 'find', because: 'step-changed' }
  if (!isSame(last.inputs, inputs)) return { type: 'find', because: 'inputs-changed' }
  if (isExpired(last, step.cache.ttl, now)) return { type: 'find', because: 'expired' }
  return isSame(last.outputs, outputs) ? SKIP : { type: 'find', because: 'result-gone' }
}

export function isExpired({ at }: { readonly at: number }, ttl: number | undefined, now: number): boolean {
  return ttl !== undefined && at + ttl <= now
}

/** Which inputs are others than last time. */
export function changesOf(
  { countedNames }: WiredStep,
  inputs: readonly string[],
  last: LastResult,
): readonly InputChange[] {
  const changes: InputChange[] = []
  for (const [at, state] of countedNames.entries()) {
    const before = last.inputs[at]
    const after = inputs[at] ?? ''
    if (before === after) continue
    changes.push({
      state,
      ...(before !== undefined && { before: fingerprintOf(before) }),
      after: fingerprintOf(after),
    })
  }
  return changes
}

export function isSame(a: readonly string[], b: readonly (string | undefined)[]): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false
  return true
}

/** What a result is kept under. */
export function cacheKey({ step }: WiredStep, inputs: readonly string[]): string {
  return `${step.fingerprint}\n${inputs.join('\n')}`
}

/** Why a step is skipped that would have run for this, had its result not been kept. */
export function skipReason(because: RunReason): SkipReason {
  return because === 'result-gone' || because === 'expired' ? 'inputs-unchanged' : 'computed-before'
}
