import type { Duration } from '../../clock/index.js'
import { milliseconds } from '../../clock/index.js'
import { errorToData } from '../../errors/index.js'
import type { Value } from '../../values/index.js'
import { decodeValue, encodeValue } from '../../values/index.js'
import type {
  ActivityResultOf,
  AnyActivity,
  AnyWorkflow,
  EndCause,
  WorkflowResult,
} from '../definitions/index.js'
import type { ActivityResult, CanceledResult, TimeoutKind } from '../history/index.js'
import type { HistoryWriter } from './history-writer.js'

/** Something that happens to a process, in a history that is written by hand. */
export interface Happening {
  readonly type: 'happening'
  readonly write: (writer: HistoryWriter) => void
}

/** Which one, where there are several: the oldest that is open, else. */
export interface OfId {
  readonly id?: string
}

/**
 * What may happen to a process between its decisions; {@link historyOf} makes events of it.
 *
 * What is to end or to fire must be open: `bad-argument`, else.
 */
export const happened = {
  /** A worker has begun with an activity. */
  started: ({ name }: AnyActivity, { id }: OfId = {}): Happening =>
    happening((writer) => {
      const execution = writer.open(name, id)
      const place = { scheduled: execution.scheduled, activity: name, id: execution.id }
      const known = writer.view.executionAt(execution.scheduled)
      const attempt = known?.type === 'started' ? known.attempt + 1 : 1
      writer.append({ type: 'activity-started', ...place, attempt })
    }),

  /** An activity has given a result. */
  completed: <A extends AnyActivity>(
    activity: A,
    result: ActivityResultOf<NoInfer<A>>,
    { id }: OfId = {},
  ): Happening => ended(activity, id, { type: 'completed', result: valueOf(result) }),

  /** An activity has failed. */
  failed: (activity: AnyActivity, cause: EndCause | Error = {}, { id }: OfId = {}): Happening =>
    ended(
      activity,
      id,
      cause instanceof Error
        ? { type: 'failed', reason: cause.message, error: errorToData(cause) }
        : { type: 'failed', ...causeOf(cause) },
    ),

  /** An activity was called off, by its worker. */
  canceled: (activity: AnyActivity, cause: EndCause = {}, { id }: OfId = {}): Happening =>
    ended(activity, id, { type: 'canceled', ...causeOf(cause) }),

  /** An activity has taken too long. */
  timedOut: (activity: AnyActivity, timeout: TimeoutKind = 'start-to-close', { id }: OfId = {}): Happening =>
    ended(activity, id, { type: 'timed-out', timeout }),

  /** A signal has come. */
  signal: (name: string, data?: unknown): Happening =>
    happening((writer) => writer.append({ type: 'signal', name, data: valueOf(data) })),

  /** A timer has fired; it is as late as that, if it was not yet. */
  timer: ({ id }: OfId = {}): Happening =>
    happening((writer) => {
      const found = writer.view.timers.find((one) => id === undefined || one.id === id)
      const timer = writer.the(found, 'an open timer')
      writer.now = Math.max(writer.now, timer.dueAt)
      const { scheduled, data } = timer
      writer.append({ type: 'timer', scheduled, id: timer.id, data: valueOf(data) })
    }),

  /** A child has completed. */
  childCompleted: <W extends AnyWorkflow>(
    workflow: W,
    result: WorkflowResult<NoInfer<W>>,
    { id }: OfId = {},
  ): Happening => childEnded(workflow, id, { type: 'completed', result: valueOf(result) }),

  /** A child has failed. */
  childFailed: (workflow: AnyWorkflow, cause: EndCause = {}, { id }: OfId = {}): Happening =>
    childEnded(workflow, id, { type: 'failed', ...causeOf(cause) }),

  /** A child was canceled. */
  childCanceled: (workflow: AnyWorkflow, cause: EndCause = {}, { id }: OfId = {}): Happening =>
    childEnded(workflow, id, { type: 'canceled', ...causeOf(cause) }),

  /** The process was asked to cancel itself. */
  cancelRequested: (cause: EndCause = {}): Happening =>
    happening((writer) => writer.append({ type: 'cancel-requested', ...causeOf(cause) })),

  /** A worker had begun to decide, and was not heard of again (D16). */
  deciderCrashed: (): Happening =>
    happening((writer) => {
      const started = writer.append({ type: 'decision-started' })
      writer.append({ type: 'decision-timed-out', started })
    }),

  /** A decision was completed, and nothing was decided. */
  nothingDecided: (): Happening => happening((writer) => writer.decide([], undefined)),

  /** Time has gone by. */
  after: (duration: Duration): Happening =>
    happening((writer) => {
      writer.now += milliseconds(duration, 'duration')
    }),
}

function happening(write: (writer: HistoryWriter) => void): Happening {
  return { type: 'happening', write }
}

function ended({ name }: AnyActivity, id: string | undefined, result: ActivityResult): Happening {
  return happening((writer) => writer.end(name, id, result))
}

function childEnded({ name }: AnyWorkflow, id: string | undefined, result: ActivityResult): Happening {
  return happening((writer) => {
    const found = writer.view.openChildren.find(
      (one) => one.workflow === name && (id === undefined || one.process === id),
    )
    const { scheduled, process, tags } = writer.the(found, `an open child '${name}'`)
    writer.append({ type: 'child-process', scheduled, process, workflow: name, tags, result })
  })
}

function causeOf({ reason, details }: EndCause): Omit<CanceledResult, 'type'> {
  return {
    ...(reason !== undefined && { reason }),
    ...(details !== undefined && { details: valueOf(details) }),
  }
}

/** A copy, as what comes from a store is. */
export function valueOf(value: unknown): Value {
  return decodeValue(encodeValue(value))
}
