import { isPromise } from '../../promises/index.js'
import type { ResultCache } from '../cache/index.js'
import type { StateView } from '../state/index.js'
import type { Reuse } from './judge-step.js'
import { alwaysRuns, changesOf, isExpired, judgeStep, skipReason } from './judge-step.js'
import type { InputChange, RunReason, SkipReason } from './run-report.js'
import type { WiredStep, Wiring } from './wiring.js'

/** What a run would do about a step. */
export type PlannedStep =
  | {
      readonly type: 'run'
      readonly step: string
      readonly because: RunReason
      /** With `inputs-changed`: which of them. */
      readonly changes?: readonly InputChange[]
    }
  | { readonly type: 'skip'; readonly step: string; readonly because: SkipReason }
  /** Whether it runs is known when these have: what they give may be what it was. */
  | { readonly type: 'depends'; readonly step: string; readonly on: readonly string[] }
  /** It cannot run: these state names have no value, and no step gives them one. */
  | { readonly type: 'blocked'; readonly step: string; readonly missing: readonly string[] }

/** What a run would do now: plain data. Lists are in the order of the workflow. */
export interface StepPlan {
  readonly workflow: string
  readonly runs: readonly string[]
  readonly depends: readonly string[]
  readonly skips: readonly string[]
  readonly blocked: readonly string[]
  readonly steps: readonly PlannedStep[]
}

/** Says what a run would do, of the state as it is (S31). It costs a check a step, and reads no value. */
export async function planRun(
  wiring: Wiring,
  view: StateView,
  cache: ResultCache,
  reuse: Reuse,
): Promise<StepPlan> {
  const digests = wiring.names.map((name) => view.digest(name))
  /** Of each value that is not known before: the steps that give it. */
  const givers: (string | undefined)[] = []
  const missing: (readonly string[] | undefined)[] = []
  const steps: PlannedStep[] = []
  for (const wired of wiring.steps) {
    const looked = lookAt(wired)
    const planned = isPromise(looked) ? await looked : looked
    steps.push(planned)
    if (planned.type === 'skip') continue
    for (const slot of wired.outputs) {
      if (planned.type === 'blocked') missing[slot] = planned.missing
      else givers[slot] = wired.step.name
    }
  }
  const named = (type: PlannedStep['type']): readonly string[] =>
    steps.filter((one) => one.type === type).map(({ step }) => step)
  return {
    workflow: wiring.workflow.name,
    runs: named('run'),
    depends: named('depends'),
    skips: named('skip'),
    blocked: named('blocked'),
    steps,
  }

  function lookAt(wired: WiredStep): PlannedStep | Promise<PlannedStep> {
    const { name, cache: cached } = wired.step
    const absent = absentInputs(wired)
    if (absent.length > 0) return { type: 'blocked', step: name, missing: absent }
    const on = wired.counted.flatMap((slot) => givers[slot] ?? [])
    const isAsked = reuse.forced.has(wired.place) || !reuse.reuse || alwaysRuns(cached.policy)
    if (on.length > 0 && !isAsked) return { type: 'depends', step: name, on: [...new Set(on)] }
    const inputs = wired.counted.map((slot) => digests[slot] ?? '')
    const last = view.last(name)
    const verdict = judgeStep(
      wired,
      inputs,
      wired.outputs.map((slot) => digests[slot]),
      last,
      reuse,
    )
    if (verdict.type === 'skip') return { type: 'skip', step: name, because: 'inputs-unchanged' }
    const { because } = verdict
    const runs: PlannedStep = {
      type: 'run',
      step: name,
      because,
      ...(because === 'inputs-changed' && last && { changes: changesOf(wired, inputs, last) }),
    }
    if (verdict.type === 'run') return runs
    const found = cache.get({ step: wired.step.fingerprint, inputs })
    return isPromise(found)
      ? found.then((result) => restored(wired, result, because) ?? runs)
      : (restored(wired, found, because) ?? runs)
  }

  function restored(
    { step, outputs }: WiredStep,
    result: Awaited<ReturnType<ResultCache['get']>>,
    because: RunReason,
  ): PlannedStep | undefined {
    if (result?.outputs.length !== outputs.length || isExpired(result, step.cache.ttl, reuse))
      return undefined
    for (const [at, slot] of outputs.entries()) digests[slot] = result.outputs[at]?.digest
    return { type: 'skip', step: step.name, because: skipReason(because) }
  }

  function absentInputs({ inputs, inputNames }: WiredStep): readonly string[] {
    let absent: Set<string> | undefined
    for (const [at, slot] of inputs.entries()) {
      const before = missing[slot]
      if (before !== undefined) for (const name of before) (absent ??= new Set()).add(name)
      else if (digests[slot] === undefined && givers[slot] === undefined) {
        ;(absent ??= new Set()).add(inputNames[at] ?? '')
      }
    }
    return absent === undefined ? NONE : [...absent]
  }
}

const NONE: readonly string[] = Object.freeze([])
