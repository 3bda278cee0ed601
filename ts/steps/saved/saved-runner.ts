import type { Check } from '../../checks/index.js'
import {
  assertShape,
  assertThat,
  FLAG,
  LIST,
  NUMBER,
  oneOf,
  record,
  TEXT,
  TEXTS,
} from '../../checks/index.js'
import type { ResultCache } from '../cache/index.js'
import type { RunnableState } from '../state/index.js'
import { createState, isRunnable, MEDIUM } from '../state/index.js'
import { define } from '../../values/index.js'
import { HeldValue } from '../values/index.js'
import type { AnyOptions, StepRegistry, StepRunner, Wiring } from '../runner/index.js'
import { createRunner, lastOutputs, partsOf, resolve, wiringOf } from '../runner/index.js'

/** A runner as plain JSON. It names code, and holds none. */
export interface SavedRunner {
  readonly type: 'step-runner'
  readonly version: 1
  /** The name that it is registered under. */
  readonly workflow: string
  /** Of the workflow that it ran. */
  readonly fingerprint: string
  /** The name that it is registered under, or its values, each in its form (as in records). */
  readonly state: string | { readonly mutable: boolean; readonly values: Readonly<Record<string, unknown>> }
  readonly steps: readonly SavedStep[]
  readonly reuse: boolean
  readonly keep: boolean
  /** Whether it may be run again. */
  readonly hasRun: boolean
}

/** What a step was last computed from, and gave. */
export interface SavedStep {
  readonly name: string
  /** The step's fingerprint. */
  readonly step: string
  readonly inputs: readonly string[]
  readonly at: number
  /** In their forms, in the order of the step's outputs. */
  readonly outputs: readonly unknown[]
}

/** How a saved runner goes on: all that is code, or that the program decides. */
export interface RestoreOptions extends Omit<
  AnyOptions,
  'workflow' | 'state' | 'registry' | 'reuse' | 'keep'
> {
  /** What its names stand for. */
  readonly registry: StepRegistry
}

/**
 * All that is needed to go on elsewhere, or to look at a failure at leisure (S17, S27): the names of the workflow and the
 * state, or the values of a state that has no name, and what the steps were computed from. Plain JSON.
 *
 * @example
 * const text = JSON.stringify(await saveRunner(runner))
 * @throws (by rejecting) `bad-argument`, `unknown-reference`, what the state and the cache throw
 */
export async function saveRunner(runner: StepRunner): Promise<SavedRunner> {
  const parts = partsOf(runner)
  assertThat('runner', 'a runner, as createRunner makes it', parts !== undefined)
  const { workflow, state } = await parts.resolve()
  return {
    type: 'step-runner',
    version: 1,
    workflow: typeof parts.workflow === 'string' ? parts.workflow : workflow.name,
    fingerprint: workflow.fingerprint,
    state:
      typeof parts.state === 'string'
        ? parts.state
        : { mutable: state.isMutable, values: formsOf(await state.snapshot()) },
    steps: await savedSteps(wiringOf(workflow), state, parts.cache ?? state[MEDIUM].cache),
    reuse: parts.reuse,
    keep: parts.keep,
    hasRun: parts.ran !== undefined,
  }
}

/**
 * The runner that was saved (S17, S27): what it had computed it skips, wherever that is restored.
 *
 * @throws (by rejecting) `bad-argument` for what is none, `bad-value-form`, `unknown-reference`, what the state and the cache
 * throw
 */
export async function restoreRunner(saved: SavedRunner, options: RestoreOptions): Promise<StepRunner> {
  assertSaved(saved)
  const { workflow, reuse, keep } = saved
  const state = typeof saved.state === 'string' ? saved.state : savedState(saved.state)
  const resolved = await resolve(workflow, state, options.registry)
  const cache = options.cache ?? resolved.state[MEDIUM].cache
  await recall(saved, wiringOf(resolved.workflow), resolved.state, cache)
  const runner: StepRunner = createRunner({ ...options, workflow, state, reuse, keep })
  if (saved.hasRun) partsOf(runner)?.setRan(resolved)
  return runner
}

async function savedSteps(
  { workflow, steps }: Wiring,
  state: RunnableState,
  cache: ResultCache,
): Promise<readonly SavedStep[]> {
  const medium = state[MEDIUM]
  const view = await medium.look(workflow.name)
  const saved: SavedStep[] = []
  for (const wired of steps) {
    const { name, fingerprint } = wired.step
    const last = view.last(name)
    if (last?.step !== fingerprint) continue
    const outputs = await lastOutputs(medium, cache, wired, last)
    if (outputs === undefined) continue
    const { step, inputs, at } = last
    saved.push({ name, step, inputs, at, outputs: outputs.map(({ text }): unknown => JSON.parse(text)) })
  }
  return saved
}

/**
 * The state of a saved runner that has no name, as it was.
 *
 * @throws `bad-argument`, `bad-value-form`
 */
function savedState({ mutable, values }: Exclude<SavedRunner['state'], string>): RunnableState {
  const given: Record<string, unknown> = {}
  for (const [name, form] of Object.entries(values)) define<unknown>(given, name, heldOf(form).value)
  const state = createState(given, { mutable })
  assertThat('state', 'state in memory', isRunnable(state))
  return state
}

/** What its steps were computed from, for a state and a cache that do not know. @throws (by rejecting) what they throw */
async function recall(
  { steps }: SavedRunner,
  { workflow, steps: wired, placeOf }: Wiring,
  state: RunnableState,
  cache: ResultCache,
): Promise<void> {
  const medium = state[MEDIUM]
  const view = await medium.look(workflow.name)
  for (const { name, step, inputs, at, outputs } of steps) {
    const place = wired[placeOf.get(name) ?? -1]
    if (place?.step.fingerprint !== step) continue
    const held = outputs.map(heldOf)
    await cache.set({ step, inputs }, { step: name, outputs: held, at })
    if (view.last(name) !== undefined) continue
    const last = { step, inputs, outputs: held.map(({ digest }) => digest), at }
    const none = { inputNames: [], outputNames: [], outputs: [], cache: undefined }
    const posted = medium.post(workflow.name, { step: name, ...none, last, keep: true })
    medium.commit()
    await posted
  }
}

/** @throws `bad-argument` */
function assertSaved(saved: unknown): asserts saved is SavedRunner {
  assertShape<SavedRunner>(
    saved,
    {
      type: oneOf('step-runner'),
      version: VERSION_1,
      workflow: TEXT,
      fingerprint: TEXT,
      state: {
        expected: `${TEXT.expected}, or ${VALUES.expected}`,
        test: (state) => TEXT.test(state) || VALUES.test(state),
      },
      steps: { expected: 'a list of steps', test: (steps) => Array.isArray(steps) && steps.every(STEP.test) },
      reuse: FLAG,
      keep: FLAG,
      hasRun: FLAG,
    },
    'saved',
  )
}

const VERSION_1: Check = { expected: '1, the version that is known', test: (version) => version === 1 }
const VALUES: Check = record<Exclude<SavedRunner['state'], string>>('values of state', () => ({
  mutable: FLAG,
  values: { expected: 'an object', test: (values) => typeof values === 'object' && values !== null },
}))
const STEP: Check = record<SavedStep>('a step', () => ({
  name: TEXT,
  step: TEXT,
  inputs: TEXTS,
  at: NUMBER,
  outputs: LIST,
}))

function formsOf(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const forms: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(values)) {
    define<unknown>(forms, name, JSON.parse(HeldValue.of(value).text))
  }
  return forms
}

/** @throws `bad-value-form` */
function heldOf(form: unknown): HeldValue {
  return HeldValue.ofText(JSON.stringify(form))
}
