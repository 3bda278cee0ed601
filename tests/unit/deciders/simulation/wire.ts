import type { Clock } from '../../../../ts/clock/index.js'
import type { WorkflowBackend } from '../../../../ts/deciders/backend/index.js'
import { isUnitflowError } from '../../../../ts/errors/index.js'
import type { SeededRandom } from '../../../../ts/testing/record-store/seeded-random.js'
import { InjectedFailure } from './faulty-records.js'
import type { Ledger } from './ledger.js'
import type { Turns } from './turns.js'

/** What may refuse a call in a run: all else is a mistake of the engine. */
const REFUSALS: ReadonlySet<string> = new Set([
  'bad-token',
  'close-not-last',
  'close-with-new-work',
  'id-in-use',
  'malformed-decision',
  'no-such-process',
  'process-closed',
  'unhandled-events',
  'unknown-activity',
  'unknown-decision',
  'unknown-timer',
  'unknown-type',
])

/** What all in a run share. */
export interface Surroundings {
  readonly turns: Turns
  readonly random: SeededRandom
  readonly ledger: Ledger
  /** Whether things go wrong. */
  isFaulty: boolean
  lostAnswers: number
  deaths: number
  /** Long polls, by when each is to be over (ms since 1970). */
  readonly polls: Set<{ readonly until: number }>
  readonly clock: Clock
}

/**
 * A backend as one worker has it: calls are lost now and then, on their way or on their way back, and nothing comes of them
 * once the worker is dead.
 */
export class Wire {
  readonly backend: WorkflowBackend
  readonly #around: Surroundings
  #isDead = false

  constructor(backend: WorkflowBackend, around: Surroundings) {
    this.#around = around
    this.backend = new Proxy(backend, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name)
        if (typeof method !== 'function') return method
        return (...args: unknown[]) =>
          this.#carry(String(name), args, async (): Promise<unknown> => Reflect.apply(method, target, args))
      },
    })
  }

  isDead(): boolean {
    return this.#isDead
  }

  die(): void {
    this.#isDead = true
    this.#around.deaths++
  }

  async #carry(method: string, args: readonly unknown[], call: () => Promise<unknown>): Promise<unknown> {
    const { turns, random, ledger } = this.#around
    if (this.isDead()) return never()
    await turns.turn()
    if (this.#isLost()) throw new InjectedFailure('the call was lost')
    let answer: unknown
    ledger.underWay.add(args)
    const now = this.#around.clock.now()
    const poll = { until: now + waitOf(args[0]) }
    this.#around.polls.add(poll)
    try {
      answer = await call().finally(() => this.#around.polls.delete(poll))
      ledger.underWay.delete(args)
      ledger.accepted(method, args, answer, now)
    } catch (error) {
      ledger.underWay.delete(args)
      this.#assertExpected(method, error)
      if (this.isDead()) return never()
      throw error
    }
    if (random.below(4) === 0) await turns.turn()
    if (this.isDead()) return never()
    if (!this.#isLost()) return answer
    this.#around.lostAnswers++
    throw new InjectedFailure('the answer was lost')
  }

  #isLost(): boolean {
    return this.#around.isFaulty && this.#around.random.below(40) === 0
  }

  #assertExpected(method: string, error: unknown): void {
    if (error instanceof InjectedFailure) return
    if (isUnitflowError(error) && REFUSALS.has(error.code)) this.#around.ledger.refuse(error.code)
    // Also where its caller would not look at it.
    else this.#around.turns.begin(Promise.reject(new Error(`${method} failed`, { cause: error })))
  }
}

/** How long (ms) a call may wait for something. */
function waitOf(argument: unknown): number {
  const wait: unknown = typeof argument === 'object' && argument !== null ? Reflect.get(argument, 'wait') : 0
  return typeof wait === 'number' ? wait : 0
}

/** A promise of its own each time: one for all would keep all who wait. */
function never(): Promise<never> {
  return new Promise<never>(() => undefined)
}
