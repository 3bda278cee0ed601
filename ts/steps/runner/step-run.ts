import { storableError } from '../../outcome/index.js'
import type { CachedResult, ResultCache, ResultKey } from '../cache/index.js'
import type { LastResult, StateMedium } from '../state/index.js'
import type { HeldValue } from '../values/index.js'
import { isPromise } from '../../promises/index.js'
import type { Reuse } from './judge-step.js'
import { changesOf, isExpired, isSame, judgeStep, skipReason } from './judge-step.js'
import { refusedOutput } from './refused-output.js'
import type { ModelEnd, ModelHost, ModelSettings } from './run-model.js'
import { runModel } from './run-model.js'
import { keepsChanging, noSuchInput } from './run-errors.js'
import { RunRound } from './run-round.js'
import type { FailedStep, InputChange, RunReason, SkippedStep, StepReport } from './run-report.js'
import { RunWork } from './run-work.js'
import type { StepListener } from './step-event.js'
import { tell } from './step-event.js'
import type { WiredStep, Wiring } from './wiring.js'

/** What a run is made of. */
export interface StepRunOptions extends Reuse {
  readonly wiring: Wiring
  readonly medium: StateMedium
  readonly cache: ResultCache
  readonly settings: ModelSettings
  readonly concurrency: number
  /** Whether it is remembered what was computed. */
  readonly keep: boolean
  readonly signal: AbortSignal | undefined
  readonly onEvent: StepListener | undefined
}

/** What a run has come to. */
export interface StepRunEnd {
  /** In the order of the workflow. */
  readonly reports: readonly StepReport[]
  /** What no step reads, as far as it is there. */
  readonly results: ReadonlyMap<string, HeldValue>
  /** Whether they are all, and of one state: one that was called off may have begun anew, and not come as far. */
  readonly isWhole: boolean
}

/** How often the state may change under a run before it gives up. */
const MAX_ROUNDS = 20
/** How long (ms) steps that settle at once may go on before others have a turn. */
const SLICE = 20
/** So many results may wait to be kept: what is not kept is lost with the process. */
const MAX_UNKEPT = 1000

/** A step with what it goes by: the key of its result, and more. */
interface StartedStep extends ResultKey {
  readonly round: RunRound
  readonly wired: WiredStep
  /** Digests of what is in the places of its outputs. */
  readonly before: readonly (string | undefined)[]
  readonly last: LastResult | undefined
  because: RunReason
}

type Tried = Pick<FailedStep, 'attempts' | 'milliseconds'>

const NOT_TRIED: Tried = { attempts: 0, milliseconds: 0 }

/**
 * One run of a workflow. It goes by the state as it was when it looked: where somebody has changed since what a step was
 * computed from, nothing of that is kept, and it looks again. So what it comes to is right for one state, and not for a mix.
 */
export class StepRun {
  readonly #options: StepRunOptions
  readonly #workflow: string
  readonly #host: ModelHost
  /** By place, over all rounds. */
  readonly #reports: (StepReport | undefined)[] = []
  /** What was computed in this run: it is not computed twice for the same inputs, whatever was asked for. */
  readonly #mine: (LastResult | undefined)[] = []
  /** What was said of them: inputs may come back to these. */
  readonly #given: (StepReport | undefined)[] = []
  /** Inputs for which it has come to nothing in this run, and what was said of that. */
  readonly #failures: ({ readonly inputs: readonly string[]; readonly report: StepReport } | undefined)[] = []
  readonly #work: RunWork
  #committedAt: number

  constructor(options: StepRunOptions) {
    const { settings, wiring, onEvent } = options
    this.#options = options
    this.#workflow = wiring.workflow.name
    this.#work = new RunWork(options.signal)
    this.#host = { settings, stopping: this.#work, onEvent }
    this.#committedAt = settings.clock.now()
  }

  /** @throws (by rejecting) what the medium and the cache throw, `state-keeps-changing` */
  async run(): Promise<StepRunEnd> {
    const { signal, medium, wiring } = this.#options
    const abort = (): void => this.#work.abort()
    signal?.addEventListener('abort', abort)
    try {
      for (let count = 1; count <= MAX_ROUNDS; count++) {
        const looked = medium.look(this.#workflow)
        const round = new RunRound(wiring, isPromise(looked) ? await looked : looked)
        while (this.#startReady(round) || !this.#work.isIdle) await this.#turn(round)
        this.#work.assertSound()
        if (round.hasChanged && !this.#work.isAborted) continue
        const results = await this.#results(round)
        if (results !== undefined || this.#work.isAborted)
          return {
            reports: this.#all(),
            results: results ?? new Map(),
            isWhole: results !== undefined && !round.hasChanged && round.isOver,
          }
      }
      throw keepsChanging(this.#workflow, MAX_ROUNDS)
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }

  #now(): number {
    return this.#options.settings.clock.now()
  }

  /** @returns whether there is more to start, and others are to have a turn before */
  #startReady(round: RunRound): boolean {
    const began = this.#now()
    for (let count = 1; this.#mayStart(round); count++) {
      const wired = round.take()
      if (wired === undefined) return false
      this.#start(round, wired)
      if (count % 16 === 0 && this.#now() - began > SLICE) return round.hasReady
    }
    return false
  }

  #mayStart(round: RunRound): boolean {
    const { running, unkept, hasFailed, isAborted } = this.#work
    if (round.hasChanged || hasFailed || isAborted) return false
    return running < this.#options.concurrency && unkept < MAX_UNKEPT
  }

  /** Until something has ended; or others have had a turn, where there is more to start. */
  async #turn(round: RunRound): Promise<void> {
    const { settings, medium } = this.#options
    const now = this.#now()
    // What is read will soon be computed from, and posted with the rest.
    if (this.#work.unkept > 0 && (this.#work.reading === 0 || now - this.#committedAt > SLICE)) {
      this.#committedAt = now
      medium.commit()
    }
    if (round.hasReady && this.#mayStart(round)) await settings.clock.sleep(0)
    else await this.#work.next()
  }

  #start(round: RunRound, wired: WiredStep): void {
    const { place, step } = wired
    const by = round.blockers(wired)
    if (by.length > 0) {
      round.end(wired, false)
      this.#report(place, { type: 'blocked', step: step.name, by })
      return
    }
    const mine = this.#mine[place]
    const last = mine ?? round.view.last(step.name)
    const started: StartedStep = {
      round,
      wired,
      step: step.fingerprint,
      inputs: round.inputs(wired),
      before: round.outputs(wired),
      last,
      because: last === undefined ? 'never-ran' : 'inputs-changed',
    }
    const missing = round.missingInput(wired)
    const failure = this.#failures[place]
    if (missing >= 0) this.#fail(started, noSuchInput(wired, missing), NOT_TRIED)
    else if (failure !== undefined && isSame(failure.inputs, started.inputs)) {
      this.#reports[place] = failure.report
      round.end(wired, false)
    } else if (isSame(mine?.inputs, started.inputs) && isSame(mine?.outputs, started.before)) {
      this.#reports[place] = this.#given[place]
      round.end(wired, true)
    } else this.#judge(started)
  }

  #judge(started: StartedStep): void {
    const { round, wired, inputs, before, last } = started
    const verdict = judgeStep(wired, inputs, before, last, this.#options)
    if (verdict.type === 'skip') {
      round.end(wired, true)
      this.#report(wired.place, wired.unchanged)
      return
    }
    started.because = verdict.because
    if (verdict.type === 'run') {
      this.#read(started)
      return
    }
    const found = this.#options.cache.get(started)
    if (isPromise(found)) this.#work.afterRead(found, (result) => this.#found(started, result))
    else this.#found(started, found)
  }

  #found(started: StartedStep, result: CachedResult | undefined): void {
    const { wired } = started
    const isWhole = result?.outputs.length === wired.outputs.length
    if (isWhole && !isExpired(result, wired.step.cache.ttl, this.#options)) this.#restore(started, result)
    else this.#read(started)
  }

  /** Gives back what was computed before (S13). */
  #restore(started: StartedStep, { outputs, at }: CachedResult): void {
    const { wired, before, because } = started
    const restored = wired.outputNames.filter((_, place) => before[place] !== outputs[place]?.digest)
    const report: SkippedStep = {
      type: 'skipped',
      step: wired.step.name,
      because: skipReason(because),
      ...(restored.length > 0 && { restored }),
    }
    this.#give(started, outputs, at, report)
  }

  #read(started: StartedStep): void {
    const { round, wired } = started
    const values =
      round.heldInputs(wired) ?? this.#options.medium.values(wired.inputNames, round.allInputs(wired))
    if (isPromise(values)) this.#work.afterRead(values, (read) => this.#run(started, read))
    else this.#run(started, values)
  }

  #run(started: StartedStep, values: readonly HeldValue[] | undefined): void {
    const { round, wired, because } = started
    if (values === undefined) {
      round.hasChanged = true
      return
    }
    round.hold(wired, values)
    const { onEvent } = this.#options
    if (onEvent) tell(onEvent, { type: 'step-started', step: wired.step.name, because })
    const began = this.#now()
    const end = runModel(this.#host, wired, started, values)
    if (isPromise(end)) this.#work.later(end, (ended) => this.#ended(started, ended, began))
    else this.#ended(started, end, began)
  }

  #ended(started: StartedStep, end: ModelEnd, began: number): void {
    const { attempts } = end
    const at = this.#now()
    const milliseconds = at - began
    if (end.type !== 'ran') {
      // What a state does not take, or does not have, is looked at again when the state is another: this is not.
      const report = this.#fail(started, end.error, { attempts, milliseconds }, end.type)
      this.#failures[started.wired.place] = { inputs: started.inputs, report }
      return
    }
    const { wired, because } = started
    const changes = changesIn(started)
    const changed = changedNames(started, end.outputs)
    const { name: step } = wired.step
    const report: StepReport =
      changes === undefined
        ? { type: 'ran', step, because, changed, attempts, milliseconds }
        : { type: 'ran', step, because, changes, changed, attempts, milliseconds }
    this.#give(started, end.outputs, at, report)
  }

  /** Takes what a step gives for its outputs, and has it kept. */
  #give(started: StartedStep, outputs: readonly HeldValue[], at: number, report: StepReport): void {
    const { round, wired, inputs, before } = started
    const { keep, cache, medium } = this.#options
    const { step, place, countedNames, outputNames } = wired
    const refused = refusedOutput(medium, wired, outputs, before)
    if (refused !== undefined) {
      this.#fail(started, refused, report.type === 'ran' ? report : NOT_TRIED)
      return
    }
    round.give(wired, outputs)
    const digests = outputs.map(({ digest }) => digest)
    const last: LastResult = { step: step.fingerprint, inputs, outputs: digests, at }
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
      cache: isKept && isNew && step.cache.policy !== 'last' ? cache : undefined,
    })
    if (isNew || this.#reports[place]?.type !== 'ran') this.#reports[place] = report
    this.#given[place] = this.#reports[place]
    round.end(wired, true)
    if (!isPromise(posted)) {
      this.#posted(round, posted, report)
      return
    }
    this.#work.afterKept(posted, (isThere) => this.#posted(round, isThere, report))
  }

  #posted(round: RunRound, isThere: boolean, report: StepReport): void {
    if (isThere) this.#tellEnd(report)
    else round.hasChanged = true
  }

  #fail(
    started: StartedStep,
    thrown: unknown,
    { attempts, milliseconds }: Tried,
    type: FailedStep['type'] = 'failed',
  ): FailedStep {
    const { round, wired, because } = started
    round.end(wired, false)
    const changes = changesIn(started)
    const report: FailedStep = {
      type,
      step: wired.step.name,
      because,
      ...(changes && { changes }),
      error: storableError(thrown),
      attempts,
      milliseconds,
    }
    this.#reports[wired.place] = report
    this.#tellEnd(report)
    return report
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

  #tellEnd(report: StepReport): void {
    const { onEvent } = this.#options
    if (onEvent) tell(onEvent, { type: 'step-ended', report })
  }
}

function changesIn({ wired, inputs, last, because }: StartedStep): readonly InputChange[] | undefined {
  return because === 'inputs-changed' && last ? changesOf(wired, inputs, last) : undefined
}

/** State names that have another value now. */
function changedNames({ wired, before }: StartedStep, outputs: readonly HeldValue[]): readonly string[] {
  const { outputNames } = wired
  const isAnother = (at: number): boolean => before[at] !== outputs[at]?.digest
  for (let at = 0; at < outputNames.length; at++) {
    // Mostly all of them have.
    if (!isAnother(at)) return outputNames.filter((_, each) => isAnother(each))
  }
  return outputNames
}
