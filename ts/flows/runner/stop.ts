import { UnitflowError } from '../../errors/index.js'
import { Stop as AnyStop } from '../../stop/index.js'

/**
 * Why a task is to end: somebody has canceled its flow, it takes too long, its runner is to end, or somebody else has the
 * execution.
 */
export type StopReason = 'canceled' | 'timed-out' | 'released' | 'lost'

/** What ends a task before it has. */
export class Stop extends AnyStop<StopReason> {
  /** Nothing is aborted by that. */
  isPauseAsked = false

  /** The first reason is the one that counts, but that the execution is lost counts more. */
  override abort(reason: StopReason, error: UnitflowError): void {
    if (reason === 'lost') this.set(reason, error)
    super.abort(reason, error)
  }
}

export function canceledBecause(reason: string): UnitflowError<'canceled'> {
  return new UnitflowError(
    'canceled',
    reason === '' ? 'the flow was canceled' : `the flow was canceled: ${reason}`,
    {
      reason,
    },
  )
}
