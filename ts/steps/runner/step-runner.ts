import { assertThat } from '../../checks/index.js'
import type { Clock } from '../../clock/index.js'
import { milliseconds, systemClock } from '../../clock/index.js'
import type { ErrorData } from '../../errors/index.js'
import { UnitflowError } from '../../errors/index.js'
import { storableError } from '../../outcome/index.js'
import { isPromise } from '../../promises/index.js'
import { plainRetryPolicy } from '../../retry/index.js'
import type { Value } from '../../values/index.js'
import { define } from '../../values/index.js'
import type { ResultCache } from '../cache/index.js'
import type { AnyStepWorkflow } from '../definitions/index.js'
import { MEDIUM } from '../state/index.js'
import type { State } from '../state/index.js'
import type { HeldValue } from '../values/index.js'
import { assertHas, assertObject, fingerprintOf } from '../values/index.js'
import { lastOutputs } from './last-outputs.js'
import type { StepPlan } from './plan-run.js'
import { planRun } from './plan-run.js'
import type { Reference, Resolved, StepRegistry } from './references.js'
import { resolve } from './references.js'
import { assertConcurrency, assertRunOptions } from './assert-run-options.js'
import { canceledBy } from './run-errors.js'
import type { ModelSettings } from './run-model.js'
import type { RunSummary, SkippedStep, StepReport, StepRunReport } from './run-report.js'
import type {
  KeptReport,
  LastComputed,
  PlanOptions,
  ReuseOptions,
  RunOptions,
  StepRunner,
  StepRunnerOptions,
} from './runner-types.js'
import type { RunnerParts } from './runner-parts.js'
import { PARTS } from './runner-parts.js'
import type { StepListener } from './step-event.js'
import { tell } from './step-event.js'
import type { StepRunEnd } from './step-run.js'
import { StepRun } from './step-run.js'
import type { WiredStep, Wiring } from './wiring.js'
import { wiringOf, withDependents } from './wiring.js'

const CONCURRENCY = 8

/**
 * Makes a runner of step workflows (S24).
 *
 * @example
 * const runner = createRunner({ workflow, state: createState({ raw }) })
 * await runner.run() // { status: 'completed', ran: ['Clean', 'Mean'], skipped: [], outputs: { average: 3.5 }, … }
 * @throws `bad-argument`
 */
export function createRunner<const W extends AnyStepWorkflow, S extends Reference<State>>(
  options: StepRunnerOptions<W, S>,
): StepRunner<W>
export function createRunner(options: AnyOptions): StepRunner {
  return new RecordStepRunner(options)
}

/** Whatever the types of its workflow and its state. */
export type AnyOptions = Omit<StepRunnerOptions<AnyStepWorkflow, Reference<State>>, 'state'> & {
  readonly state: Reference<State>
}

class RecordStepRunner implements StepRunner {
  readonly #workflow: Reference<AnyStepWorkflow>
  readonly #state: Reference<State>
  readonly #registry: StepRegistry
  readonly #cache: ResultCache | undefined
  readonly #concurrency: number
  readonly #clock: Clock
  readonly #settings: ModelSettings
  readonly #keepsReports: boolean
  readonly #onEvent: StepListener | undefined
  #reuse: boolean
  #keep: boolean
  /** Of the last run. */
  #ran: Resolved | undefined

  constructor(options: AnyOptions) {
    const isRecord = typeof options === 'object' && (options as unknown) !== null
    assertThat('createRunner', 'an object { workflow, state }', isRecord)
    const { concurrency = CONCURRENCY, retry = {}, clock = systemClock, random = Math.random } = options
    assertReference('workflow', options.workflow)
    assertReference('state', options.state)
    assertConcurrency(concurrency)
    assertObject('retry', retry)
    if (options.registry !== undefined) assertObject('registry', options.registry)
    if (options.cache !== undefined) assertHas('cache', 'a cache of results', options.cache, 'get')
    const { onEvent } = options
    if (onEvent !== undefined) assertThat('onEvent', 'a function', typeof onEvent === 'function')
    this.#workflow = options.workflow
    this.#state = options.state
    this.#registry = options.registry ?? {}
    this.#cache = options.cache
    this.#concurrency = concurrency
    this.#clock = clock
    const timeout = options.timeout ?? retry.timeout ?? Infinity
    this.#settings = {
      clock,
      random,
      timeout: timeout === Infinity ? Infinity : milliseconds(timeout, 'timeout'),
      retry: plainRetryPolicy(retry),
      retryable: retryableOf(retry),
    }
    this.#keepsReports = options.reports ?? false
    this.#onEvent = options.onEvent
    this.#reuse = options.reuse ?? true
    this.#keep = options.keep ?? true
  }

  async plan(options: PlanOptions = {}): Promise<StepPlan> {
    assertRunOptions(options)
    const { workflow, state } = await this.#resolve()
    const wiring = wiringOf(workflow)
    const medium = state[MEDIUM]
    const forced = forcedBy(wiring, options)
    const reuse = { reuse: options.reuse ?? this.#reuse, forced, clock: this.#clock }
    return planRun(wiring, await medium.look(workflow.name), this.#cache ?? medium.cache, reuse)
  }

  async run(options: RunOptions = {}): Promise<StepRunReport> {
    assertRunOptions(options)
    const resolved = this.#resolve()
    this.#ran = isPromise(resolved) ? await resolved : resolved
    return this.#go(this.#ran, options)
  }

  async rerun(options: RunOptions = {}): Promise<StepRunReport> {
    assertRunOptions(options)
    if (this.#ran === undefined) throw neverRun(this.#workflow)
    // What is refused holds for nothing.
    forcedBy(wiringOf(this.#ran.workflow), options)
    this.#reuse = options.reuse ?? this.#reuse
    this.#keep = options.keep ?? this.#keep
    return this.#go(this.#ran, options)
  }

  async last(name: string): Promise<LastComputed | undefined> {
    const { workflow, state } = await this.#resolve()
    const wired = stepNamed(wiringOf(workflow), name)
    const medium = state[MEDIUM]
    const last = (await medium.look(workflow.name)).last(name)
    if (last?.step !== wired.step.fingerprint) return undefined
    const held = await lastOutputs(medium, this.#cache ?? medium.cache, wired, last)
    if (held === undefined) return undefined
    const { model } = wired.step
    const inputs: Record<string, string> = {}
    for (const [at, state_] of wired.countedNames.entries()) {
      define(inputs, state_, fingerprintOf(last.inputs[at] ?? ''))
    }
    return { model: model.name, version: model.version, at: last.at, inputs, outputs: valuesOf(wired, held) }
  }

  async lastReport(): Promise<KeptReport | undefined> {
    const { workflow, state } = await this.#resolve()
    const kept = await state[MEDIUM].lastReport(workflow.name)
    return kept === undefined ? undefined : (JSON.parse(kept) as KeptReport)
  }

  async workflow(): Promise<AnyStepWorkflow> {
    return (await this.#resolve()).workflow
  }

  get [PARTS](): RunnerParts {
    return {
      workflow: this.#workflow,
      state: this.#state,
      cache: this.#cache,
      reuse: this.#reuse,
      keep: this.#keep,
      ran: this.#ran,
      resolve: async () => this.#ran ?? this.#resolve(),
      setRan: (ran) => void (this.#ran = ran),
    }
  }

  #resolve(): Resolved | Promise<Resolved> {
    return resolve(this.#workflow, this.#state, this.#registry)
  }

  async #go({ workflow, state }: Resolved, options: RunOptions): Promise<StepRunReport> {
    const wiring = wiringOf(workflow)
    const medium = state[MEDIUM]
    const { signal, snapshots = false, concurrency = this.#concurrency } = options
    const onEvent = both(this.#onEvent, options.onEvent)
    const startedAt = this.#clock.now()
    const run = new StepRun({
      wiring,
      medium,
      cache: this.#cache ?? medium.cache,
      settings: this.#settings,
      clock: this.#clock,
      concurrency,
      reuse: options.reuse ?? this.#reuse,
      keep: options.keep ?? this.#keep,
      forced: forcedBy(wiring, options),
      signal,
      onEvent,
    })
    if (onEvent) tell(onEvent, { type: 'run-started', workflow: workflow.name, steps: wiring.steps.length })
    const priorState = snapshots ? await state.snapshot() : undefined
    const end = await run.run()
    const report = reportOf(workflow.name, end, signal, {
      startedAt,
      milliseconds: this.#clock.now() - startedAt,
      ...(priorState && { priorState, newState: await state.snapshot() }),
    })
    if (this.#keepsReports) await medium.report(workflow.name, keptForm(report))
    if (onEvent) tell(onEvent, { type: 'run-ended', report })
    return report
  }
}

function reportOf(
  workflow: string,
  { reports, results, isWhole }: StepRunEnd,
  signal: AbortSignal | undefined,
  timing: Pick<RunSummary, 'startedAt' | 'milliseconds' | 'priorState' | 'newState'>,
): StepRunReport {
  const ran: string[] = []
  const skipped: SkippedStep[] = []
  const failed: string[] = []
  let first: Extract<StepReport, { error: ErrorData }> | undefined
  for (const report of reports) {
    switch (report.type) {
      case 'ran':
        ran.push(report.step)
        break
      case 'skipped':
        skipped.push(report)
        break
      case 'blocked':
        failed.push(report.step)
        break
      case 'failed':
      case 'timed-out':
      case 'canceled':
        failed.push(report.step)
        first ??= report
    }
  }
  const outputs: Record<string, Value> = {}
  for (const [name, { value }] of results) define(outputs, name, value)
  const summary = { workflow, ...timing, ran, skipped, failed, steps: reports, outputs }
  if (failed.length === 0 && isWhole) return { status: 'completed', ...summary }
  if (signal?.aborted === true && (first === undefined || first.type === 'canceled')) {
    return { status: 'canceled', ...summary, error: first?.error ?? storableError(canceledBy(signal)) }
  }
  const error = first?.error ?? storableError(new Error('nothing was begun'))
  return { status: first?.type ?? 'failed', ...summary, error }
}

/** Without values: those are in the state. */
function keptForm({ outputs: _, priorState: __, newState: ___, ...report }: StepRunReport): string {
  return JSON.stringify(report)
}

function valuesOf({ outputNames }: WiredStep, held: readonly HeldValue[]): Record<string, Value> {
  const values: Record<string, Value> = {}
  for (const [at, name] of outputNames.entries()) define(values, name, held[at]?.value)
  return values
}

const NOTHING: ReadonlySet<number> = new Set()

/** @throws `unknown-step` */
function forcedBy(wiring: Wiring, { force = [], from }: PlanOptions): ReadonlySet<number> {
  if (force.length === 0 && from === undefined) return NOTHING
  const forced = new Set(force.map((name) => stepNamed(wiring, name).place))
  const all = from === undefined ? [] : withDependents(wiring, [stepNamed(wiring, from).place])
  for (const place of all) forced.add(place)
  return forced
}

/** @throws `unknown-step` */
function stepNamed({ workflow, steps, placeOf }: Wiring, name: unknown): WiredStep {
  const wired = typeof name === 'string' ? steps[placeOf.get(name) ?? -1] : undefined
  if (wired !== undefined) return wired
  const shown = String(name).slice(0, 100)
  const message = `the workflow '${workflow.name}' has no step ${JSON.stringify(shown)}`
  throw new UnitflowError('unknown-step', message, { workflow: workflow.name, step: shown })
}

function both(a: StepListener | undefined, b: StepListener | undefined): StepListener | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return (event) => {
    tell(a, event)
    tell(b, event)
  }
}

function retryableOf({
  retryable,
}: NonNullable<ReuseOptions & AnyOptions['retry']>): ModelSettings['retryable'] {
  return typeof retryable === 'function' ? retryable : undefined
}

function neverRun(workflow: Reference<AnyStepWorkflow>): UnitflowError<'never-run'> {
  const name = typeof workflow === 'string' ? workflow : 'name' in workflow ? workflow.name : 'steps'
  return new UnitflowError('never-run', `the workflow '${name}' has not been run yet: call run first`, {
    workflow: name,
  })
}

function assertReference(argument: 'workflow' | 'state', reference: unknown): void {
  const isReference =
    typeof reference === 'string' ||
    typeof reference === 'function' ||
    (typeof reference === 'object' && reference !== null)
  assertThat(argument, `a ${argument}, a function that gives one, or a registered name`, isReference)
}
