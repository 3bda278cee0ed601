import type { Check, Checks } from '../../checks/index.js'
import { ANYTHING, ERROR_DATA, oneOf, optional, record, TEXT } from '../../checks/index.js'
import type { ActivityResult } from './results.js'

const REASONS = { reason: optional(TEXT), details: ANYTHING }

/** The other fields of the result of an activity, by its type. */
const RESULTS: { readonly [R in ActivityResult as R['type']]: Checks<Omit<R, 'type'>> } = {
  completed: { result: ANYTHING },
  failed: { ...REASONS, error: optional(ERROR_DATA) },
  canceled: REASONS,
  'timed-out': {
    timeout: oneOf('schedule-to-start', 'start-to-close', 'schedule-to-close', 'heartbeat'),
    details: ANYTHING,
  },
}

export const ACTIVITY_RESULT: Check = {
  expected: 'the result of an activity',
  test: (value) => {
    if (typeof value !== 'object' || value === null || !('type' in value)) return false
    const fields = Object.entries(RESULTS).find(([type]) => type === value.type)?.[1]
    // What is not there would not be there in the history either.
    if (value.type === 'completed' && !Object.hasOwn(value, 'result')) return false
    return fields !== undefined && record<object>('a result', () => ({ type: TEXT, ...fields })).test(value)
  },
}
