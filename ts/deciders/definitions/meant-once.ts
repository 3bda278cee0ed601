import { canonicalForm } from '../../fingerprint/index.js'
import type { MadeDecision } from '../history/index.js'

/**
 * What two decisions of one batch have alike where only one of them is meant (D66); nothing, where each is meant.
 *
 * Those that say how things shall be are meant once: an activity is canceled, a timer is off (whatever the reasons), the
 * process is complete. So are equal ones that start something under an id of its own, because there is only one of that id.
 * Those that say that something shall happen are not: two timers of a minute are two timers, two notes two notes, two
 * signals two signals; that one rule has fired for each of two events is no reason to lose one.
 *
 * @throws `unsupported-value`
 */
export function meantOnce(decision: MadeDecision): string | undefined {
  switch (decision.type) {
    case 'cancel-activity':
    case 'cancel-timer':
      return `${decision.type} ${decision.id}`
    case 'schedule-activity':
    case 'start-child-process':
    case 'start-timer':
      return decision.id === undefined ? undefined : canonicalForm(decision)
    case 'record-marker':
    case 'signal-process':
      return undefined
    case 'request-cancel-process':
    case 'complete-process':
    case 'fail-process':
    case 'cancel-process':
    case 'continue-as-new':
      return canonicalForm(decision)
  }
}
