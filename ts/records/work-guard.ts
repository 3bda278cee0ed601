import { UnitflowError } from '../errors/index.js'
import { OncePerTurn } from './event-loop-turn.js'

export { inNextTurn } from './event-loop-turn.js'

/**
 * Runs work that may await nothing but its transaction's own operations, and gives up on it when it does otherwise: when
 * no operation is pending and the work has not settled after one macrotask. Without that, a transaction would hold up all
 * others for as long as somebody's network takes, or, in IndexedDB, be committed in the middle of the work.
 */
export class WorkGuard {
  readonly #calledFrom: Error
  #isOver = false
  #pending = 0
  /** How often an operation has begun or ended. */
  #steps = 0
  #stepsSeen = 0
  #turnsIdle = 0
  #reject: ((reason: unknown) => void) | undefined
  /** Its place in {@link idle}; -1 outside. */
  #place = -1

  /** @param calledFrom an error made where `transact` was called, for its stack */
  constructor(calledFrom: Error) {
    this.#calledFrom = calledFrom
  }

  /** Nothing of the transaction may be used any more. */
  get isOver(): boolean {
    return this.#isOver
  }

  /**
   * An operation of the transaction: makes something of what was read. It is pending until it has.
   *
   * @param found not yet there where a medium must wait for it
   * @returns a promise that does no harm where nobody awaits it
   */
  operation<T, R>(found: Promise<T> | T, finish: (found: T) => R): Promise<R> {
    this.#steps++
    if (isPromise(found)) return this.#pendingUntil(found.then(finish))
    try {
      return Promise.resolve(finish(found))
    } catch (error) {
      return this.#pendingUntil(rejected(error))
    }
  }

  #pendingUntil<R>(result: Promise<R>): Promise<R> {
    this.#pending++
    this.#leaveIdle()
    const end = (): void => {
      this.#steps++
      this.#pending--
      this.#enterIdle()
    }
    // Before whoever awaits it, so that they find it ended.
    result.then(end, end)
    return result
  }

  /**
   * Runs the work, and makes something of what it gives once the transaction is over.
   *
   * @throws (by rejecting) `foreign-await`, and what the work throws
   */
  run<A, T, R>(work: (argument: A) => Promise<T> | T, argument: A, finish: (given: T) => R): Promise<R> {
    let result: Promise<T> | T
    try {
      result = work(argument)
    } catch (error) {
      this.#end()
      return rejected(error)
    }
    if (!isPromise(result)) {
      this.#end()
      return Promise.resolve(finish(result))
    }
    const settling = Promise.resolve(result)
    return new Promise((resolve, reject) => {
      this.#reject = reject
      this.#enterIdle()
      settling.then(
        (given) => {
          this.#end()
          resolve(finish(given))
        },
        (error: unknown) => {
          this.#end()
          reject.call(undefined, error)
        },
      )
    })
  }

  /** Called in every turn of the event loop in which no operation is pending. */
  look(): void {
    if (this.#steps !== this.#stepsSeen) {
      this.#stepsSeen = this.#steps
      this.#turnsIdle = 0
    }
    // What an operation has resolved runs in the first turn, whichever of them the host begins with.
    if (++this.#turnsIdle < 2) return
    this.#end()
    const message =
      "the work of a transaction awaits something that is not the transaction's: read first, wait, then transact"
    this.#reject?.(
      new UnitflowError('foreign-await', message, { operation: 'transact' }, { cause: this.#calledFrom }),
    )
  }

  #end(): void {
    this.#isOver = true
    this.#leaveIdle()
  }

  #enterIdle(): void {
    if (this.#pending > 0 || this.#place >= 0 || this.#isOver) return
    this.#turnsIdle = 0
    this.#place = idle.push(this) - 1
    turn.ask()
  }

  #leaveIdle(): void {
    if (this.#place < 0) return
    const last = idle.pop()
    if (last !== undefined && last !== this) {
      idle[this.#place] = last
      last.#place = this.#place
    }
    this.#place = -1
  }
}

/** Those whose work runs while no operation of theirs is pending: they are looked at together, once a turn. */
const idle: WorkGuard[] = []
const turn = new OncePerTurn(
  () => {
    for (const guard of [...idle]) guard.look()
    if (idle.length > 0) turn.ask()
  },
  () => idle.length > 0,
)

export async function rejected(thrown: unknown): Promise<never> {
  throw thrown
}

function isPromise<T>(value: Promise<T> | T): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
