import { assertThat } from '../../checks/index.js'
import { isUnitflowError, UnitflowError } from '../../errors/index.js'
import type { CacheStore } from '../../stores/cache-store.js'
import type { AnyModel, CachePolicy, StepCacheOptions, StepWorkflow } from '../definitions/index.js'
import type { AnyStepWorkflow } from '../definitions/index.js'
import type { RunOptions, StepListener, StepRunner, StepRunnerOptions } from '../runner/index.js'
import { createRunner } from '../runner/index.js'
import type { State } from '../state/index.js'
import type { OfProcesses, ProcessDependence, ProcessResult } from './cached-process.js'
import type { ProcessPlan, ProcessRunReport } from './process-report.js'
import { eventOfProcess, planOfProcesses, reportOfProcesses } from './process-report.js'
import type { PerProcessDefinition, ProcessSteps } from './process-steps.js'
import { stepsOfProcesses } from './process-steps.js'

/** What is done for each process. */
export interface PerProcessOptions<M extends AnyModel, Depends extends ProcessDependence> {
  /** Its one input is `process`: `of<CachedProcess>()`, or `of<CallingProcess>()` with `depends: 'calls'`. */
  readonly model: M & OfProcesses<M, Depends>
  /** What a result depends on. @default 'self' */
  readonly depends?: Depends
  /** @default 'default' */
  readonly cache?: CachePolicy | Pick<StepCacheOptions, 'policy' | 'ttl'>
}

/** Which version of a workflow. */
export interface ProcessVersionOptions {
  /** A version that is held, or the newest. @default what the cache key leads to */
  readonly version?: string
}

/** How a plan is made. */
export interface ProcessPlanOptions
  extends
    ProcessVersionOptions,
    Pick<StepRunnerOptions<AnyStepWorkflow, State>, 'cache' | 'clock' | 'reuse'> {
  /** Where results are: mutable. Several workflows and models may share it. */
  readonly state: State
  /** Ids of processes that run, whatever is known of them. @default [] */
  readonly force?: readonly string[]
}

/** How a run is made. */
export interface ProcessRunOptions
  extends
    ProcessPlanOptions,
    Pick<StepRunnerOptions<AnyStepWorkflow, State>, 'concurrency' | 'keep' | 'random' | 'retry' | 'timeout'>,
    Pick<RunOptions, 'signal'> {
  /** Told what happens; `step` is the id of a process. */
  readonly onEvent?: StepListener
}

/** A step for each process of whichever workflow, as {@link perProcess} makes it. */
export interface PerProcess<Result = unknown> {
  /**
   * What a run would do now. Nothing is run, and no process is read.
   *
   * @throws (by rejecting) `unknown-cache-key`, `unknown-version`, `unknown-process`, what the store and the state throw
   */
  plan(store: CacheStore, cacheKey: string, options: ProcessPlanOptions): Promise<ProcessPlan>
  /**
   * Runs the model for each process whose result is not known: one that fails does not stop the others. Results of processes
   * that are not there any more are dropped, if the run was not called off.
   *
   * @throws (by rejecting) what `plan` throws, `bad-argument`
   */
  run(store: CacheStore, cacheKey: string, options: ProcessRunOptions): Promise<ProcessRunReport<Result>>
  /**
   * The steps as a workflow, for a runner of your own or to be drawn. Names of steps and states are hashes.
   *
   * @throws (by rejecting) `unknown-cache-key`, `unknown-version`, what the store throws
   */
  workflow(store: CacheStore, cacheKey: string, options?: ProcessVersionOptions): Promise<StepWorkflow>
}

/**
 * Makes a step for each process of a cached workflow (U38). It is known by the hash of the object that holds the process, or,
 * where the result depends on what is called, by the closure hash: so an edit to one process runs again that one and, with
 * `depends: 'calls'`, those that reach it.
 *
 * @example
 * const Lint = defineModel({ name: 'Lint', inputs: { process: of<CachedProcess>() }, outputs: { findings: of<string[]>() },
 *   run: ({ process }) => ({ findings: findingsIn(describeProcess(process.unit, process.processId)) }) })
 * const report = await perProcess({ model: Lint }).run(store, 'orders', { state })
 * @throws `bad-argument`
 */
export function perProcess<const M extends AnyModel, const Depends extends ProcessDependence = 'self'>(
  options: PerProcessOptions<M, Depends>,
): PerProcess<ProcessResult<M>>
export function perProcess(options: AnyOptions): PerProcess {
  const isRecord = typeof options === 'object' && (options as unknown) !== null
  assertThat('perProcess', 'an object { model, depends }', isRecord)
  const { model, depends = 'self', cache = 'default' } = options
  assertThat('model', "a model whose one input is 'process'", isOfProcesses(model))
  assertThat('depends', "'self' or 'calls'", ['self', 'calls'].includes(depends))
  return new ModelPerProcess({ model, depends, cache })
}

type AnyOptions = Pick<PerProcessDefinition, 'model'> & Partial<PerProcessDefinition>

function isOfProcesses(model: unknown): boolean {
  if (typeof model !== 'object' || model === null || !('inputs' in model) || !('type' in model)) return false
  const { type, inputs } = model
  if (type !== 'model' || typeof inputs !== 'object' || inputs === null) return false
  return Object.keys(inputs).join() === 'process'
}

class ModelPerProcess implements PerProcess {
  readonly #definition: PerProcessDefinition

  constructor(definition: PerProcessDefinition) {
    this.#definition = definition
  }

  async workflow(
    store: CacheStore,
    cacheKey: string,
    { version }: ProcessVersionOptions = {},
  ): Promise<StepWorkflow> {
    return (await stepsOfProcesses(this.#definition, store, cacheKey, version)).workflow
  }

  async plan(store: CacheStore, cacheKey: string, options: ProcessPlanOptions): Promise<ProcessPlan> {
    const { steps, runner } = await this.#runner(store, cacheKey, options)
    return planOfProcesses(steps, await runner.plan({ force: forcedSteps(steps, options.force) }))
  }

  async run(store: CacheStore, cacheKey: string, options: ProcessRunOptions): Promise<ProcessRunReport> {
    const { steps, runner } = await this.#runner(store, cacheKey, options)
    const { signal, onEvent } = options
    const report = await runner.run({
      force: forcedSteps(steps, options.force),
      ...(signal && { signal }),
      ...(onEvent && { onEvent: (event) => onEvent(eventOfProcess(steps, event)) }),
    })
    const dropped = signal?.aborted === true ? 0 : await dropOthers(steps, options.state)
    return reportOfProcesses(steps, report, dropped)
  }

  async #runner(
    store: CacheStore,
    cacheKey: string,
    options: ProcessRunOptions,
  ): Promise<{ readonly steps: ProcessSteps; readonly runner: StepRunner }> {
    const isRecord = typeof options === 'object' && (options as unknown) !== null
    assertThat('options', 'an object { state }', isRecord)
    const { version, force: _, signal: __, onEvent: ___, ...more } = options
    const isState = typeof more.state === 'object' && (more.state as unknown) !== null
    // What a process gives changes with it.
    assertThat('state', 'state that is mutable', isState && more.state.isMutable)
    const steps = await stepsOfProcesses(this.#definition, store, cacheKey, version)
    return { steps, runner: createRunner({ ...more, workflow: steps.workflow }) }
  }
}

/** @throws `unknown-process` */
function forcedSteps({ cacheKey, stepOf, processOf }: ProcessSteps, force: readonly string[] = []): string[] {
  return force.map((processId) => {
    const step = stepOf(processId)
    if (processOf(step) === processId) return step
    const message = `the workflow ${JSON.stringify(cacheKey)} has no process ${JSON.stringify(processId)}`
    throw new UnitflowError('unknown-process', message, { cacheKey, processId })
  })
}

/** Drops the results of processes that are not there. @returns of how many */
async function dropOthers({ prefix, workflow }: ProcessSteps, state: State): Promise<number> {
  const known = new Set(workflow.gives)
  const dropped = new Set<string>()
  for (const name of await state.names()) {
    if (!name.startsWith(prefix) || known.has(name)) continue
    dropped.add(name.slice(prefix.length).split('.')[0] ?? '')
    try {
      await state.delete(name)
    } catch (error) {
      // Somebody else was faster.
      if (!isUnitflowError(error, 'no-such-state')) throw error
    }
  }
  return dropped.size
}
