import { storableError } from '../../outcome/index.js'
import type { CachedResult, ResultCache } from '../cache/index.js'
import type { LastResult, StateMedium } from '../state/index.js'
import type { HeldValue } from '../values/index.js'
import { isPromise } from '../../promises/index.js'
import { cacheKey, changesOf, isExpired, isSame, judgeStep, skipReason } from './judge-step.js'
import { refusedOutput } from './refused-output.js'
import type { ModelEnd, ModelRun, ModelSettings, ModelStop } from './run-model.js'
import { runModel } from './run-model.js'
import { canceledBy, keepsChanging, noSuchInput } from './run-errors.js'
import { RunRound } from './run-round.js'
import type { FailedStep, RunReason, SkippedStep, StepReport } from './run-report.js'
import type { StepListener } from './step-event.js'
import { tell } from './step-event.js'
import type { WiredStep, Wiring } from './wiring.js'

/** What a run is made of. */
export interface StepRunOptions {
  readonly wiring: Wiring
  readonly medium: StateMedium
  readonly cache: ResultCache
  readonly settings: ModelSettings
  readonly concurrency: number
  readonly reuse: boolean
  /** Whether it is remembered what was computed. */
  readonly keep: boolean
  readonly forced: ReadonlySet<number>
  readonly signal: AbortSignal | undefined
  readonly onEvent: StepListener | undefined
}

/** What a run has come to. */
export interface StepRunEnd {
  /** In the order of the workflow. */
  readonly reports: readonly StepReport[]
  /** What no step reads, as far as it is there. */
  readonly results: ReadonlyMap<string, HeldValue>
}

/** How often the state may change under a run before it gives up. */
const MAX_ROUNDS = 20
/** How long (ms) steps that settle at once may go on before others have a turn. */
const SLICE = 20
/** So many results may wait to be kept: what is not kept is lost with the process. */
const MAX_UNKEPT = 1000

/** A step with what it goes by. */
interface StartedStep {
  readonly round: RunRound
  readonly wired: WiredStep
  /** Digests of the inputs that count. */
  readonly inputs: readonly string[]
  readonly last: LastResult | undefined
}

type FailedEnd = Pick<FailedStep, 'type' | 'attempts' | 'milliseconds'>

const NOT_TRIED: FailedEnd = { type: 'failed', attempts: 0, milliseconds: 0 }

/**
 * One run of a workflow. It goes by the state as it was when it looked: where somebody has changed since what a step was
 * computed from, nothing of that is kept, and it looks again. So what it comes to is right for one state, and not for a mix.
 */
export class StepRun {
  readonly #options: StepRunOptions
  readonly #workflow: string
  /** By place, over all rounds. */
  readonly #reports: (StepReport | undefined)[] = []
  /** What was computed in this run: it is not computed twice for the same inputs, whatever was asked for. */
  readonly #mine: (LastResult | undefined)[] = []
  /** Inputs for which it has come to nothing in this run. */
  readonly #failedFor: (readonly string[] | undefined)[] = []
  readonly #stops = new Set<ModelStop>()
  #running = 0
  #unkept = 0
  #failure: { readonly error: unknown } | undefined
  #wake: () => void = () => undefined

  constructor(options: StepRunOptions) {
    this.#options = options
    this.#workflow = options.wiring.workflow.name
  }

  /** @throws (by rejecting) what the medium and the cache throw, `state-keeps-changing` */
  async run(): Promise<StepRunEnd> {
    const { signal, medium, wiring } = this.#options
    const abort = (): void => this.#abort()
    signal?.addEventListener('abort', abort)
    try {
      for (let count = 1; count <= MAX_ROUNDS; count++) {
        const looked = medium.look(this.#workflow)
        const round = new RunRound(wiring, isPromise(looked) ? await looked : looked)
        while (this.#startReady(round) || this.#running > 0 || this.#unkept > 0) await this.#turn(round)
        if (this.#failure !== undefined) throw this.#failure.error
        if (round.hasChanged && !this.isAborted) continue
        const results = await this.#results(round)
        if (results !== undefined || this.isAborted)
          return { reports: this.#all(), results: results ?? new Map() }
      }
      throw keepsChanging(this.#workflow, MAX_ROUNDS)
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }

  get isAborted(): boolean {
    return this.#options.signal?.aborted === true
  }

  /** @returns whether there is more to start, and others are to have a turn before */
  #startReady(round: RunRound): boolean {
    const { settings } = this.#options
    const began = settings.clock.now()
    for (let count = 1; this.#mayStart(round); count++) {
      const wired = round.take()
      if (wired === undefined) return false
      this.#start(round, wired)
      if (count % 16 === 0 && settings.clock.now() - began > SLICE) return round.hasReady
    }
    return false
  }

  #mayStart(round: RunRound): boolean {
    if (round.hasChanged || this.#failure !== undefined || this.isAborted) return false
    return this.#running < this.#options.concurrency && this.#unkept < MAX_UNKEPT
  }

  /** Until something has ended; or others have had a turn, where there is more to start. */
  async #turn(round: RunRound): Promise<void> {
    const { settings } = this.#options
    if (round.hasReady && this.#mayStart(round)) await settings.clock.sleep(0)
    else await new Promise<void>((resolve) => (this.#wake = resolve))
  }

  #start(round: RunRound, wired: WiredStep): void {
    const { place, step } = wired
    const by = round.blockers(wired)
    if (by.length > 0) {
      round.end(wired, false)
      this.#report(place, { type: 'blocked', step: step.name, by })
      return
    }
    const inputs = round.inputs(wired)
    const mine = this.#mine[place]
    const started: StartedStep = { round, wired, inputs, last: mine ?? round.view.last(step.name) }
    const missing = round.missingInput(wired)
    if (missing >= 0) {
      this.#fail(started, 'inputs-changed', noSuchInput(wired, missing))
      return
    }
    const failedFor = this.#failedFor[place]
    if (failedFor !== undefined && isSame(failedFor, inputs)) {
      round.end(wired, false)
      return
    }
    const outputs = round.outputs(wired)
    if (mine !== undefined && isSame(mine.inputs, inputs) && isSame(mine.outputs, outputs)) {
      round.end(wired, true)
      return
    }
    const { reuse, forced, settings } = this.#options
    const verdict = judgeStep(wired, inputs, outputs, started.last, {
      reuse,
      forced,
      now: settings.clock.now(),
    })
    if (verdict.type === 'skip') {
      round.end(wired, true)
      this.#report(place, wired.unchanged)
    } else if (verdict.type === 'run') this.#run(started, verdict.because)
    else this.#find(started, verdict.because)
  }

  #find(started: StartedStep, because: RunReason): void {
    const { cache, settings } = this.#options
    const { wired, inputs } = started
    this.#when(cache.get(cacheKey(wired, inputs)), (result) => {
      const isWhole = result?.outputs.length === wired.outputs.length
      const isGood = isWhole && !isExpired(result, wired.step.cache.ttl, settings.clock.now())
      if (isGood) this.#restore(started, because, result)
      else this.#run(started, because)
    })
  }

  /** Gives back what was computed before (S13). */
  #restore(started: StartedStep, because: RunReason, { outputs, at }: CachedResult): void {
    const { round, wired } = started
    const digests = round.outputs(wired)
    const restored = wired.outputNames.filter((_, place) => digests[place] !== outputs[place]?.digest)
    const report: SkippedStep = {
      type: 'skipped',
      step: wired.step.name,
      because: skipReason(because),
      ...(restored.length > 0 && { restored }),
    }
    this.#give(started, because, outputs, at, report)
  }

  #run(started: StartedStep, because: RunReason): void {
    const { medium, settings, onEvent } = this.#options
    const { round, wired } = started
    const values = round.heldInputs(wired) ?? medium.values(wired.inputNames, round.allInputs(wired))
    this.#when(values, (there) => {
      if (there === undefined) {
        round.hasChanged = true
        return
      }
      round.hold(wired, there)
      if (onEvent) tell(onEvent, { type: 'step-started', step: wired.step.name, because })
      const began = settings.clock.now()
      this.#when(runModel(this.#modelRun(started, there)), (end) =>
        this.#ended(started, because, end, settings.clock.now() - began),
      )
    })
  }

  #modelRun({ wired, inputs }: StartedStep, values: readonly HeldValue[]): ModelRun {
    const { settings, onEvent } = this.#options
    const { name } = wired.step
    const run = { wired, values, key: cacheKey(wired, inputs), settings, stopping: this }
    if (onEvent === undefined) return run
    return {
      ...run,
      onProgress: (percent, message) =>
        tell(onEvent, {
          type: 'step-progress',
          step: name,
          percent,
          ...(message !== undefined && { message }),
        }),
      onRetry: (attempt, error, delay) =>
        tell(onEvent, { type: 'step-retrying', step: name, attempt, error: storableError(error), delay }),
    }
  }

  #ended(started: StartedStep, because: RunReason, end: ModelEnd, milliseconds: number): void {
    const { attempts } = end
    if (end.type !== 'ran') {
      this.#fail(started, because, end.error, { type: end.type, attempts, milliseconds })
      return
    }
    const { round, wired } = started
    const before = round.outputs(wired)
    const isAnother = (_: string, at: number): boolean => before[at] !== end.outputs[at]?.digest
    const { outputNames } = wired
    const changed = outputNames.every(isAnother) ? outputNames : outputNames.filter(isAnother)
    const report: StepReport = {
      type: 'ran',
      step: wired.step.name,
      because,
      ...changesIn(started, because),
      changed,
      attempts,
      milliseconds,
    }
    this.#give(started, because, end.outputs, this.#options.settings.clock.now(), report)
  }

  /** Takes what a step gives for its outputs, and has it kept. */
  #give(
    started: StartedStep,
    because: RunReason,
    outputs: readonly HeldValue[],
    at: number,
    report: StepReport,
  ): void {
    const { round, wired, inputs } = started
    const { keep, cache, medium } = this.#options
    const { step, place, countedNames, outputNames } = wired
    const refused = refusedOutput(medium, wired, outputs, round.outputs(wired))
    if (refused !== undefined) {
      this.#fail(started, because, refused)
      return
    }
    round.give(wired, outputs)
    const last: LastResult = {
      step: step.fingerprint,
      inputs,
      outputs: outputs.map(({ digest }) => digest),
      at,
    }
    this.#mine[place] = last
    const isKept = keep && step.cache.policy !== 'off'
    const isNew = report.type === 'ran'
    const posted = medium.post(this.#workflow, {
      step: step.name,
      inputNames: countedNames,
      outputNames,
      outputs,
      last,
      keep: isKept,
      ...(isKept && isNew && { result: { key: cacheKey(wired, inputs), cache } }),
    })
    if (isNew || this.#reports[place]?.type !== 'ran') this.#reports[place] = report
    round.end(wired, true)
    if (!isPromise(posted)) {
      this.#posted(round, posted, report)
      return
    }
    this.#unkept++
    posted.then(
      (isThere) => {
        this.#unkept--
        this.#posted(round, isThere, report)
        this.#wake()
      },
      (error: unknown) => {
        this.#unkept--
        this.#crash(error)
      },
    )
  }

  #posted(round: RunRound, isThere: boolean, report: StepReport): void {
    if (isThere) this.#tellEnd(report)
    else round.hasChanged = true
  }

  #fail(started: StartedStep, because: RunReason, thrown: unknown, end: FailedEnd = NOT_TRIED): void {
    const { place, step } = started.wired
    this.#failedFor[place] = started.inputs
    started.round.end(started.wired, false)
    const changes = changesIn(started, because)
    const error = storableError(thrown)
    this.#reports[place] = { ...end, step: step.name, because, ...changes, error }
    this.#tellEnd(this.#reports[place])
  }

  /** What has run in this run has run, whatever is found out of it later. */
  #report(place: number, report: StepReport): void {
    if (this.#reports[place]?.type !== 'ran') this.#reports[place] = report
    this.#tellEnd(report)
  }

  /** Values of what no step reads; nothing where they are others meanwhile. */
  async #results(round: RunRound): Promise<ReadonlyMap<string, HeldValue> | undefined> {
    const { held, names, digests } = round.results()
    if (names.length === 0) return held
    const read = this.#options.medium.values(names, digests)
    const values = isPromise(read) ? await read : read
    if (values === undefined) return undefined
    for (const [at, value] of values.entries()) held.set(names[at] ?? '', value)
    return held
  }

  #all(): readonly StepReport[] {
    return this.#options.wiring.steps.map(
      ({ place, step }) => this.#reports[place] ?? { type: 'blocked', step: step.name, by: [] },
    )
  }

  /** Goes on with a value: at once, where it is there. */
  #when<T>(value: T | Promise<T>, then: (value: T) => void): void {
    if (!isPromise(value)) {
      then(value)
      return
    }
    this.#running++
    value
      .finally(() => this.#running--)
      .then((there) => {
        then(there)
        this.#wake()
      })
      .catch((error: unknown) => this.#crash(error))
  }

  #crash(error: unknown): void {
    this.#failure ??= { error }
    this.#wake()
  }

  #tellEnd(report: StepReport): void {
    const { onEvent } = this.#options
    if (onEvent) tell(onEvent, { type: 'step-ended', report })
  }

  /** Ends what is under way when the run is called off. @returns takes that back */
  onStop(stop: ModelStop): () => void {
    this.#stops.add(stop)
    if (this.isAborted) stop.abort('canceled', canceledBy(this.#options.signal))
    return () => this.#stops.delete(stop)
  }

  #abort(): void {
    for (const stop of this.#stops) stop.abort('canceled', canceledBy(this.#options.signal))
    this.#wake()
  }
}

function changesIn({ wired, inputs, last }: StartedStep, because: RunReason): Pick<FailedStep, 'changes'> {
  return because === 'inputs-changed' && last ? { changes: changesOf(wired, inputs, last) } : {}
}
