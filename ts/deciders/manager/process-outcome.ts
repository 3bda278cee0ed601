import type { Outcome } from '../../outcome/index.js'
import { canceled } from '../../outcome/index.js'
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
    case 'canceled':
      return canceled(result.reason ?? 'no reason was given')
    case 'timed-out':
      return { status: 'timed-out', error: { name: 'Error', message: `timed out (${result.timeout})` } }
  }
}
