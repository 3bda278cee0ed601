import type { ManualClock } from '../../../../ts/clock/index.js'
import { fingerprint } from '../../../../ts/fingerprint/index.js'
import type { RunOptions, StepRunner } from '../../../../ts/steps/index.js'
import { createRunner } from '../../../../ts/steps/index.js'
import type { SeededRandom } from '../../../../ts/testing/record-store/seeded-random.js'
import type { Turns } from '../../deciders/simulation/turns.js'
import type { Lasts } from './check-run.js'
import { brokenValues } from './check-run.js'
import { attemptOf, countedInputs, mannerOf, resultOf, valuesOf } from './planned-step.js'
import type { Plan, RunStep } from './random-workflow.js'
import { workflowOf } from './random-workflow.js'
import type { StepMedia, StepProcess } from './step-media.js'
import { never } from './step-media.js'

/** No run takes so many turns, unless it hangs. */
const MOST_TURNS = 20_000

/** What all in a simulated run share. */
export class StepWorld {
  readonly random: SeededRandom
  readonly clock: ManualClock
  readonly turns: Turns
  readonly media: StepMedia
  /** What some models read that is nobody's input; it stays the same while anybody runs. */
  world = 1
  /** By step: how often its model was called. */
  readonly calls: Map<string, number> = new Map<string, number>()
  /** All values that there have been, by their fingerprints. */
  readonly #values = new Map<string, unknown>()

  constructor(random: SeededRandom, clock: ManualClock, turns: Turns, media: StepMedia) {
    this.random = random
    this.clock = clock
    this.turns = turns
    this.media = media
  }

  know(value: unknown): void {
    this.#values.set(fingerprint(value), value)
  }

  runner(process: Pick<StepProcess, 'state' | 'cache'>, plan: Plan, run: RunStep = notRun): StepRunner {
    const { state, cache } = process
    return createRunner({
      workflow: workflowOf(plan, run),
      state,
      ...(cache && { cache }),
      clock: this.clock,
      random: () => this.random.next(),
    })
  }

  /** A runner in a process, whose models do what is planned. */
  startRunner(process: StepProcess, plan: Plan): StepRunner {
    return this.runner(process, plan, this.#models(process))
  }

  /** Lets everybody go on until something has come to an end. */
  async drive<T>(promise: Promise<T>): Promise<T> {
    let isOver = false
    const end = (): void => void (isOver = true)
    promise.then(end, end)
    if (!(await this.turns.run(() => isOver, MOST_TURNS))) throw new Error('stuck')
    return promise
  }

  /** Lets everybody go on for a while. */
  async pass(turns: number): Promise<void> {
    await this.turns.run(() => turns-- <= 0, MOST_TURNS)
  }

  async lasts(plan: Plan): Promise<Lasts> {
    const runner = this.runner(this.media.observe(), plan)
    const lasts = new Map<string, Awaited<ReturnType<StepRunner['last']>>>()
    for (const { name } of plan) lasts.set(name, await runner.last(name))
    return lasts
  }

  /** What it says that steps were computed from came to what it says that they gave (S18, S19). */
  async brokenLasts(plan: Plan): Promise<string[]> {
    const lasts = await this.lasts(plan)
    return plan.flatMap((step) => {
      const last = lasts.get(step.name)
      if (last === undefined) return []
      const say = (what: string): string[] => [`the last of ${step.name}: ${what}`]
      const counted = countedInputs(step)
      const states = new Set(counted.map(({ state }) => state))
      if ([...states].sort().join() !== Object.keys(last.inputs).sort().join()) return say('other inputs')
      const values: unknown[] = []
      for (const { state } of counted) {
        const hash = last.inputs[state] ?? ''
        if (!this.#values.has(hash)) return say(`${state} never had this value`)
        values.push(this.#values.get(hash))
      }
      const { policy, readsWorld } = mannerOf(step)
      if (policy === 'off') return say('nothing of it is to be kept')
      if (readsWorld) return []
      if (resultOf(step, values, this.world).type !== 'gives') return say('it comes to nothing')
      const outputs = valuesOf(step, values, this.world)
      const given = new Map(step.outputs.map(({ state }, at) => [state, outputs[at]]))
      return brokenValues(`the last of ${step.name}`, new Map(Object.entries(last.outputs)), given)
    })
  }

  /** How a run may be asked for. */
  randomOptions(plan: Plan): RunOptions {
    const { random } = this
    const some = (): string[] => plan.map(({ name }) => name).filter(() => random.below(4) === 0)
    const one = plan[random.below(plan.length)]?.name
    return {
      ...(random.below(5) === 0 && { force: some() }),
      ...(random.below(8) === 0 && one !== undefined && { from: one }),
      ...(random.below(8) === 0 && { reuse: false }),
      ...(random.below(8) === 0 && { keep: false }),
      ...(random.below(2) === 0 && { concurrency: random.pick([1, 2, Infinity]) }),
      ...(random.below(6) === 0 && { snapshots: true }),
    }
  }

  #models(process: StepProcess): RunStep {
    const { clock, calls } = this
    return (step, inputs, { attempt, signal, progress }) => {
      calls.set(step.name, (calls.get(step.name) ?? 0) + 1)
      const counted = countedInputs(step).map(({ field }) => inputs[field])
      const { duration, fails } = attemptOf(step, counted, this.world, attempt)
      const values = valuesOf(step, counted, this.world)
      for (const value of Object.values(inputs)) spoil(value)
      progress(50, step.name)
      const { isAsync, listens, timeout } = mannerOf(step)
      const give = (): Readonly<Record<string, unknown>> => {
        if (fails || process.isDead()) throw new Error(`${step.name} fails`)
        for (const value of values) this.know(value)
        const given = step.outputs.map(({ output }, at) => [output, values[at]] as const)
        return Object.fromEntries<unknown>([...given, ['more', attempt]])
      }
      if (!isAsync) return give()
      // Called off before, one that takes too long would be given some time more.
      const isNever = (): boolean => process.isDead() || duration > timeout
      return clock.sleep(duration, listens ? { signal } : {}).then(() => (isNever() ? never() : give()))
    }
  }
}

/** What a model does to its inputs is seen by nobody. */
function spoil(value: unknown): void {
  if (Array.isArray(value)) value.push('spoilt')
  else if (value instanceof Map || value instanceof Set) value.clear()
  else if (value instanceof Uint8Array) value.fill(7)
  else if (typeof value === 'object' && value !== null) Object.assign(value, { spoilt: true })
}

function notRun(): never {
  throw new Error('nobody runs this')
}
