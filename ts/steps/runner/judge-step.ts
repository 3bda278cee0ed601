import type { Clock } from '../../clock/index.js'
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
  readonly clock: Clock
}

const SKIP: Verdict = { type: 'skip' }
const FORCED: Verdict = { type: 'run', because: 'forced' }
const NOT_REUSING: Verdict = { type: 'run', because: 'not-reusing' }
const POLICY: Verdict = { type: 'run', because: 'policy' }
const NEVER_RAN: Verdict = { type: 'find', because: 'never-ran' }
const STEP_CHANGED: Verdict = { type: 'find', because: 'step-changed' }
const INPUTS_CHANGED: Verdict = { type: 'find', because: 'inputs-changed' }
const EXPIRED: Verdict = { type: 'find', because: 'expired' }
const RESULT_GONE: Verdict = { type: 'find', because: 'result-gone' }

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
  asked: Reuse,
): Verdict {
  if (asked.forced.has(place)) return FORCED
  if (!asked.reuse) return NOT_REUSING
  if (step.cache.policy !== 'default') return POLICY
  if (last === undefined) return NEVER_RAN
  if (last.step !== step.fingerprint) return STEP_CHANGED
  if (!isSame(last.inputs, inputs)) return INPUTS_CHANGED
  if (isExpired(last, step.cache.ttl, asked)) return EXPIRED
  return isSame(last.outputs, outputs) ? SKIP : RESULT_GONE
}

export function isExpired(
  { at }: { readonly at: number },
  ttl: number | undefined,
  { clock }: { readonly clock: Clock },
): boolean {
  return ttl !== undefined && at + ttl <= clock.now()
}

/** Which inputs are others than last time. */
export function changesOf(
  { countedNames }: WiredStep,
  inputs: readonly string[],
  last: LastResult,
): readonly InputChange[] {
  const changes: InputChange[] = []
  for (const [at, state] of countedNames.entries()) {
    // The step is the same, so its inputs are as many.
    const before = last.inputs[at] ?? ''
    const after = inputs[at] ?? ''
    if (before !== after) changes.push({ state, before, after })
  }
  return changes
}

export function isSame(a: readonly string[] | undefined, b: readonly (string | undefined)[]): boolean {
  if (a?.length !== b.length) return false
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false
  return true
}

/** Why a step is skipped that would have run for this, had its result not been kept. */
export function skipReason(because: RunReason): SkipReason {
  return because === 'result-gone' || because === 'expired' ? 'inputs-unchanged' : 'computed-before'
}
