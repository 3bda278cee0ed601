import type { Duration } from '../../clock/index.js'
import type { ErrorData } from '../../errors/index.js'
import type { RetryPolicy } from '../../retry/index.js'
import type { Schema } from '../../schema/index.js'
import type { Value } from '../../values/index.js'
import type { RetryData } from '../history/index.js'
import type { SendSignal } from './process-id.js'

/** How many of an activity run at once, over all workers (D84). */
export interface ActivityLimits {
  /** Executions at once, a whole number from 1. */
  readonly atOnce?: number
  /** Starts a second, more than 0; fractions are allowed. */
  readonly perSecond?: number
  /** Executions at once of those that were scheduled with the same `key`, a whole number from 1. */
  readonly atOncePerKey?: number
}

/** What holds for every execution of an activity; a decision may say otherwise for one. */
export interface ActivitySettings {
  /**
   * The queue that it waits in: workers poll one.
   *
   * @default 'default'
   */
  readonly category?: string
  /** @default '1.0' */
  readonly version?: string
  /**
   * Higher comes first, within a category.
   *
   * @default 0
   */
  readonly priority?: number
  /**
   * How long it may wait for a worker.
   *
   * @default '60s'
   */
  readonly scheduleToStart?: Duration
  /**
   * How long an attempt may take.
   *
   * @default '365d'
   */
  readonly startToClose?: Duration
  /**
   * How long all of it may take, attempts and waits between them.
   *
   * @default '365d'
   */
  readonly scheduleToClose?: Duration
  /**
   * The longest that its worker may be silent.
   *
   * @default '365d'
   */
  readonly heartbeat?: Duration
  /**
   * When it is tried again. Its `timeout` is `startToClose` by another name.
   *
   * @default { attempts: 1 }
   */
  readonly retry?: RetryPolicy
  readonly limits?: ActivityLimits
}

/** What an activity is handed beside its input. */
export interface ActivityContext {
  /** With this, anyone completes, fails or cancels the activity, also days later and from elsewhere. */
  readonly token: string
  /** Aborted when the activity is to end: it was canceled, it took too long, or the worker stops. */
  readonly signal: AbortSignal
  /** The same over all attempts of an execution (D82). */
  readonly idempotencyKey: string
  /** Counted from 1. */
  readonly attempt: number
  /** Those of the last heartbeat of the attempt before. */
  readonly lastDetails: Value
  readonly processId: string
  /**
   * Says that it is alive, and how far it is. Returns at once; that the activity is to end arrives on `signal` (D40, D41).
   */
  heartbeat(details?: unknown): void
  /** Signals a process (D58). */
  readonly signalProcess: SendSignal
}

declare const types: unique symbol

/**
 * Something that is done outside of deciders, as {@link defineActivity} declares it: frozen, defaults filled in, times in
 * ms.
 *
 * `Given` is what a decision gives it, and `Input` what its schema makes of that; `Returned` is what it gives back, and
 * `Result` what its schema makes of that and deciders see.
 */
export interface Activity<
  Name extends string = string,
  Given = unknown,
  Result = unknown,
  Input = Given,
  Returned = Result,
> {
  readonly type: 'activity'
  readonly name: Name
  readonly version: string
  readonly category: string
  readonly priority: number
  readonly scheduleToStart: number
  readonly startToClose: number
  readonly scheduleToClose: number
  readonly heartbeat: number
  readonly retry: RetryData
  /** Whether an error is worth another attempt, where the policy leaves that to a function: its worker asks it. */
  readonly retryable?: (error: ErrorData) => boolean
  readonly limits: ActivityLimits
  /** Whether it is complete when its function has returned, or later, by its token. */
  readonly completion: 'automatic' | 'manual'
  readonly input?: Schema
  readonly result?: Schema
  /** Of its name, version, completion: what histories depend on. */
  readonly fingerprint: string
  /** Missing where it is only declared here, and done by workers elsewhere. */
  execute?(input: unknown, activity: ActivityContext): unknown
  /** Never there; it tells the compiler. */
  readonly [types]?: {
    readonly given: (given: Given) => void
    readonly input: Input
    readonly returned: (returned: Returned) => void
    readonly result: Result
  }
}

/** Any activity, whatever its types. */
export type AnyActivity = Activity<string, never, unknown, unknown, never>

/** What a decision gives an activity. */
export type ActivityGiven<A extends AnyActivity> =
  A extends Activity<string, infer Given, unknown, unknown, never> ? Given : never

/** What its schema makes of that: what its function, and whoever completes it by hand, sees. */
export type ActivityInput<A extends AnyActivity> =
  A extends Activity<string, never, unknown, infer Input, never> ? Input : never

/** What completes it: what its function returns, or somebody hands over by its token. */
export type ActivityReturned<A extends AnyActivity> =
  A extends Activity<string, never, unknown, unknown, infer Returned> ? Returned : never

/** What deciders see of it when it has completed. */
export type ActivityResultOf<A extends AnyActivity> =
  A extends Activity<string, never, infer Result, unknown, never> ? Result : never
