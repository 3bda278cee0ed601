import type { ErrorData } from '../../errors/index.js'
import { errorToData, UnitflowError } from '../../errors/index.js'
import type { Outcome } from '../../outcome/index.js'
import type { ActivityResult } from '../history/index.js'

/** What a process or an activity came to, as an outcome: alike in deciders, flows and steps. */
export function outcomeOf(result: ActivityResult): Outcome {
  switch (result.type) {
    case 'completed':
      return { status: 'completed', result: result.result }
    case 'failed': {
      const { reason = 'failed', error } = result
      return { status: 'failed', error: error ?? { name: 'Error', message: reason } }
    }
    case 'canceled': {
      const { reason = 'no reason was given' } = result
      return {
        status: 'canceled',
        error: dataOf(new UnitflowError('canceled', `canceled: ${reason}`, { reason })),
      }
    }
    case 'timed-out': {
      const message = `timed out (${result.timeout})`
      return { status: 'timed-out', error: { name: 'Error', message, code: 'timed-out' } }
    }
  }
}

/** Without the stack, which shows where it was made of what is stored. */
function dataOf(error: Error): ErrorData {
  const { stack: _, ...data } = errorToData(error)
  return data
}
