import type { Value } from '../../values/index.js'

/** What an activity throws to say how it ends, with what a decider is to know of it (D6, D61). */
abstract class ActivityEnd extends Error {
  readonly reason: string | undefined
  readonly details: Value

  constructor(
    what: string,
    { reason, details }: { readonly reason?: string; readonly details?: Value } = {},
  ) {
    super(reason ?? what)
    this.name = `Activity${what}`
    this.reason = reason
    this.details = details
  }
}

/** It was called off, or has called itself off. */
export class ActivityCanceled extends ActivityEnd {
  constructor(why?: { readonly reason?: string; readonly details?: Value }) {
    super('Canceled', why)
  }
}

/** It could not do its work. */
export class ActivityFailed extends ActivityEnd {
  constructor(why?: { readonly reason?: string; readonly details?: Value }) {
    super('Failed', why)
  }
}
