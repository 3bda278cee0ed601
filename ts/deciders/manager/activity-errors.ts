import type { Value } from '../../values/index.js'

interface Why {
  readonly reason?: string
  readonly details?: Value
}

/** Thrown by an activity that was called off, or has called itself off: it ends canceled (D6, D61). */
export class ActivityCanceled extends Error {
  override readonly name: string = 'ActivityCanceled'
  readonly reason: string | undefined
  readonly details: Value

  constructor({ reason, details }: Why = {}) {
    super(reason ?? 'canceled')
    this.reason = reason
    this.details = details
  }
}

/** Thrown by an activity that could not do its work, with what a decider is to know of it: it ends failed (D6, D61). */
export class ActivityFailed extends Error {
  override readonly name: string = 'ActivityFailed'
  readonly reason: string | undefined
  readonly details: Value

  constructor({ reason, details }: Why = {}) {
    super(reason ?? 'failed')
    this.reason = reason
    this.details = details
  }
}
