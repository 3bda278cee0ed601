import type { Clock } from '../../clock/index.js'
import type { CachePolicy } from '../definitions/index.js'
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
// One object for each: there are many steps.
const RUN = verdicts('run')
const FIND = verdicts('find')

function verdicts(type: 'run' | 'find'): Readonly<Record<RunReason, Verdict>> {
  return {
    'never-ran': { type, because: 'never-ran' },
    'inputs-changed': { type, because: 'inputs-changed' },
    'step-changed': { type, because: 'step-changed' },
    expired: { type, because: 'expired' },
    forced: { type, because: 'forced' },
    policy: { type, because: 'policy' },
    'not-reusing': { type, because: 'not-reusing' },
    'result-gone': { type, because: 'result-gone' },
  }
}

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
  const { policy, ttl } = step.cache
  if (asked.forced.has(place)) return RUN.forced
  if (!asked.reuse) return RUN['not-reusing']
  if (alwaysRuns(policy)) return RUN.policy
  const otherwise = policy === 'last' ? RUN : FIND
  if (last === undefined) return otherwise['never-ran']
  if (last.step !== step.fingerprint) return otherwise['step-changed']
  if (!isSame(last.inputs, inputs)) return otherwise['inputs-changed']
  if (isExpired(last, ttl, asked)) return otherwise.expired
  return isSame(last.outputs, outputs) ? SKIP : otherwise['result-gone']
}

/** Whether a step runs, whatever is known of it. */
export function alwaysRuns(policy: CachePolicy): boolean {
  return policy === 'recompute' || policy === 'off'
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
  for (let at = 0; at < countedNames.length; at++) {
    const state = countedNames[at] ?? ''
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
