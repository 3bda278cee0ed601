import type { ErrorData } from '../errors/index.js'
import { errorFromData, errorToData, UnitflowError } from '../errors/index.js'
import type { Value } from '../values/index.js'

/** What the user's own code came to, as plain data: alike for activities, tasks and steps. */
export type Outcome<T = Value> = { readonly status: 'completed'; readonly result: T } | UnsuccessfulOutcome

/** An outcome without a result. */
export interface UnsuccessfulOutcome {
  readonly status: 'failed' | 'canceled' | 'timed-out'
  readonly error: ErrorData
}

/** It has given a result. */
export function completed<T>(result: T): Outcome<T> {
  return { status: 'completed', result }
}

/** It has thrown this. */
export function failed(error: unknown): UnsuccessfulOutcome {
  return { status: 'failed', error: errorToData(error) }
}

/** It was called off; `reason` is for people. */
export function canceled(reason: string): UnsuccessfulOutcome {
  const error = new UnitflowError('canceled', `canceled: ${reason}`, { reason })
  return { status: 'canceled', error: withoutStack(error) }
}

/** It took longer than it may. */
export function timedOut(milliseconds: number): UnsuccessfulOutcome {
  const error = new UnitflowError('timed-out', `took longer than ${milliseconds} ms`, { milliseconds })
  return { status: 'timed-out', error: withoutStack(error) }
}

/**
 * The result of an outcome.
 *
 * @throws the error of one that has no result; `bad-argument` for what is no outcome
 */
export function orThrow<T>(outcome: Outcome<T>): T {
  switch (outcome.status) {
    case 'completed':
      return outcome.result
    case 'failed':
    case 'canceled':
    case 'timed-out':
      throw errorFromData(outcome.error)
    default: {
      const expected = 'an outcome: completed, failed, canceled or timed-out'
      throw new UnitflowError('bad-argument', `expected ${expected}`, { argument: 'outcome', expected })
    }
  }
}

/** The stack of an error that nobody has thrown shows where this package made it. */
function withoutStack(error: UnitflowError): ErrorData {
  const { stack: _, ...data } = errorToData(error)
  return data
}
