import { isUnitflowError } from '../../../../ts/errors/index.js'
import type { ResultCache, State } from '../../../../ts/steps/index.js'
import { InjectedFailure } from '../../deciders/simulation/faulty-records.js'
import type { Values } from './oracle.js'
import { valueOf } from './planned-step.js'
import type { Plan } from './random-workflow.js'
import { NEEDS } from './random-workflow.js'
import type { StepWorld } from './step-world.js'

/** Of so few values has a need one, that it often comes back to one that it had. */
const DOMAIN = 4

/** Whoever changes state while nobody knows, and what it was all the time. */
export class Editor {
  /** The state as it is, or is about to be: the last is the newest. */
  readonly history: Map<string, unknown>[]
  readonly #world: StepWorld
  readonly #state: State
  readonly #cache: ResultCache | undefined
  readonly #seeds: readonly number[]
  /** Its place in the history that was the state for sure, last. */
  settled = 0
  edits = 0

  constructor(world: StepWorld, state: State, cache: ResultCache | undefined, values: Values) {
    this.#world = world
    this.#state = state
    this.#cache = cache
    this.history = [new Map(values)]
    this.#seeds = Array.from({ length: DOMAIN }, () => world.random.below(2 ** 31))
  }

  /** Sets or deletes something, or takes away results. */
  async edit(plan: Plan): Promise<void> {
    const { random } = this.#world
    const given = plan.flatMap(({ outputs }) => outputs.map(({ state }) => state))
    const needed = plan.flatMap(({ inputs }) => inputs.map(({ state }) => state))
    const needs = [...needed.filter((state) => !given.includes(state)), NEEDS[0]]
    const need = needs[random.below(needs.length)] ?? ''
    this.edits++
    switch (random.below(12)) {
      case 0:
        await this.#delete(need)
        break
      case 1:
      case 2:
        // By hand, what a step gives.
        if (given.length > 0) await this.#set(given[random.below(given.length)] ?? need)
        break
      case 3:
        if (given.length > 0) await this.#delete(given[random.below(given.length)] ?? need)
        break
      case 4:
        await this.#take(random.below(2) === 0)
        break
      case 5:
        await this.#world.media.shake()
        break
      default:
        await this.#set(need)
    }
  }

  /** All that a plan needs, so that most runs have it. */
  async provide(plan: Plan): Promise<void> {
    const given = new Set(plan.flatMap(({ outputs }) => outputs.map(({ state }) => state)))
    const needs = new Set(plan.flatMap(({ inputs }) => inputs.map(({ state }) => state)))
    const missing = [...needs].filter((state) => !given.has(state) && !this.#now.has(state))
    for (const state of missing) if (this.#world.random.below(20) > 0) await this.#set(state)
  }

  get #now(): Map<string, unknown> {
    return this.history.at(-1) ?? new Map<string, unknown>()
  }

  async #set(name: string): Promise<void> {
    const { random, media } = this.#world
    const value = valueOf(this.#seeds[random.below(DOMAIN)] ?? 0)
    this.#world.know(value)
    if (!media.isMutable && this.#now.has(name)) await this.#delete(name)
    await this.#change(new Map(this.#now).set(name, value), () => this.#state.set(name, value))
  }

  async #delete(name: string): Promise<void> {
    const next = new Map(this.#now)
    next.delete(name)
    await this.#change(next, () => this.#state.delete(name))
  }

  /** Takes results away: all, or down to the limit. */
  async #take(isAll: boolean): Promise<void> {
    try {
      await (isAll ? this.#cache?.clear() : this.#cache?.prune())
    } catch (error) {
      if (!(error instanceof InjectedFailure)) throw error
    }
  }

  async #change(next: Map<string, unknown>, change: () => Promise<void>): Promise<void> {
    // Others may see it before it is known here that it is there.
    const before = this.#now
    this.history.push(next)
    try {
      await change()
    } catch (error) {
      const isRefused =
        isUnitflowError(error, 'no-such-state') || isUnitflowError(error, 'state-is-immutable')
      if (!isRefused && !(error instanceof InjectedFailure)) throw error
      // Where a step has given it, or its outputs were deleted already, nobody goes by what is thought of it here.
      if (!isRefused) this.history.push(before)
    }
    this.settled = this.history.length - 1
  }
}
