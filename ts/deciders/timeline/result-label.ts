import type { TimelineOutcome } from '../../timeline/index.js'
import type { ActivityResult, ProcessResult } from '../history/index.js'

/** How a timeline shows what something came to. */
export interface ShownResult {
  readonly outcome: TimelineOutcome
  readonly label?: string
}

/** Why something ended that its process left behind. */
export const ENDED_WITH_PROCESS = 'ended with the process'

/** An outcome, and in a few words why. Values are not shown: they may be large, or nobody's business. */
export function shownResult(result: ActivityResult | ProcessResult): ShownResult {
  switch (result.type) {
    case 'completed':
      return { outcome: 'completed' }
    case 'failed':
      return labelled('failed', result.reason ?? result.error?.message)
    case 'canceled':
      return labelled('canceled', result.reason)
    case 'timed-out':
      return labelled('timed-out', result.timeout)
    case 'continued':
      return labelled('completed', `goes on as ${result.process}`)
  }
}

/** With a label where there is something to say. */
export function labelled(outcome: TimelineOutcome, label: string | undefined): ShownResult {
  return label === undefined || label === '' ? { outcome } : { outcome, label }
}
