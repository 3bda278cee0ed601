import { assertThat } from '../../checks/index.js'
import type { Timeline, TimelineMark, TimelineMarkKind, TimelineOutcome } from '../../timeline/index.js'
import type { ErrorPayload, FlowEvent, RecoveryReason } from '../execution/index.js'
import { TaskRows } from './task-rows.js'

export interface TimelineOfFlowHistoryOptions {
  /** Milliseconds since 1970: what is open is drawn up to here, and not only up to the newest event. */
  readonly now?: number
  /** The id of the execution, which its history does not hold. */
  readonly id?: string
}

/**
 * The history of an execution of a flow as a timeline (F17, F20): the execution itself, with what was asked of it, then a
 * row for each task that was begun: its attempts, one after the other, with why they failed, and its waits: for a runner,
 * to be tried again, while it was paused. No values are in it.
 *
 * @param events in their order; a later part of a history shows what is in it
 * @throws `bad-argument` where there are no events
 */
export function timelineOfFlowHistory(
  events: readonly FlowEvent[],
  { now, id }: TimelineOfFlowHistoryOptions = {},
): Timeline {
  const first = events[0]
  const newest = events.at(-1)
  assertThat('events', 'at least one event', first !== undefined && newest !== undefined)
  const reading = new Reading()
  for (const event of events) reading.read(event)
  const { outcome, reason, status, marks } = reading
  const to = Math.max(first.at, newest.at, outcome === 'open' ? (now ?? 0) : 0)
  const name = first.type === 'flow-created' ? first.flow : 'flow'
  const whole = { from: first.at, to, kind: 'whole', outcome } as const
  return {
    title: id === undefined ? name : `${name} ${id}`,
    ...(status !== '' && { status }),
    outcome,
    from: first.at,
    to,
    rows: [
      { label: name, bars: [reason === '' ? whole : { ...whole, label: reason }], marks },
      ...reading.rows(to),
    ],
  }
}

/** What has been read of a history so far. */
class Reading {
  outcome: TimelineOutcome = 'open'
  /** Why it has ended so. */
  reason = ''
  /** What it is at, while it is open. */
  status = ''
  readonly marks: TimelineMark[] = []
  readonly #rows = new TaskRows()
  #tasks: readonly string[] = []
  /** The one that runs, or is to run next. */
  #task = 'task'

  read(event: FlowEvent): void {
    const { at } = event
    switch (event.type) {
      case 'flow-created':
        this.#tasks = event.tasks
        this.#task = event.tasks[0] ?? this.#task
        if (event.origin !== undefined) this.#mark(at, 'marker', `again what ${event.origin} was`)
        break
      case 'flow-scheduled':
        this.#wait(at, event.due)
        break
      case 'flow-started':
        break
      case 'task-started':
        this.#task = event.task
        this.#rows.begin(event.task, at, 'running')
        this.status = `runs ${event.task}${event.attempt > 1 ? `, attempt ${event.attempt}` : ''}`
        break
      case 'task-completed':
        this.#end(event.task, event.at - event.duration, at, 'completed')
        this.#task = this.#tasks[this.#tasks.indexOf(event.task) + 1] ?? this.#task
        break
      case 'task-failed':
      case 'task-timed-out':
      case 'task-canceled':
        this.#end(event.task, event.at - event.duration, at, ENDS[event.type], whyOf(event))
        break
      case 'retry-scheduled':
        this.#rows.begin(event.task, at, 'retry-wait')
        this.status = `tries ${event.task} again, attempt ${event.attempt}`
        break
      case 'pause-requested':
        this.#mark(at, 'marker', 'asked to pause')
        break
      case 'cancel-requested':
        this.#mark(at, 'cancel-request', `asked to cancel${because(event.reason)}`)
        break
      case 'flow-released':
        this.#rows.end(at, { outcome: 'canceled', label: `given back by ${event.owner}` })
        this.#wait(at, at)
        break
      case 'flow-recovered':
        this.#rows.end(at, { outcome: 'failed', label: `its runner was lost: ${LOST[event.why]}` })
        this.#mark(at, 'marker', `found without its runner ${event.owner}: ${LOST[event.why]}`)
        this.#wait(at, at)
        break
      case 'flow-paused':
        this.#mark(at, 'marker', 'paused')
        this.#rows.begin(this.#task, at, 'waiting', 'paused')
        this.status = `paused before ${this.#task}`
        break
      case 'flow-resumed':
        this.#mark(at, 'marker', 'resumed')
        // What runs has not been paused yet, and goes on.
        if (!this.#rows.isRunning) this.#wait(at, event.due)
        break
      case 'flow-rescheduled':
        this.#mark(at, 'marker', `rescheduled from ${event.task}`)
        this.#task = event.task
        this.outcome = 'open'
        this.reason = ''
        this.#wait(at, event.due)
        break
      case 'flow-migrated':
        this.#mark(at, 'marker', `goes on under another definition, from ${event.task}`)
        this.#tasks = event.tasks
        this.#task = event.task
        break
      case 'flow-completed':
        this.#close(at, 'completed', '')
        break
      case 'flow-failed':
        this.#close(at, 'failed', whyOf(event))
        break
      case 'flow-canceled':
        this.#close(at, 'canceled', event.reason)
        break
    }
  }

  rows(to: number): Timeline['rows'] {
    return this.#rows.rows(to)
  }

  #wait(at: number, due: number): void {
    const label = due > at ? 'until its time, and for a runner' : undefined
    this.#rows.begin(this.#task, at, 'waiting', label)
    this.status = `${this.#task} waits for a runner`
  }

  /** Of a part of a history, the begin may be missing. */
  #end(task: string, from: number, at: number, outcome: TimelineOutcome, label?: string): void {
    if (!this.#rows.isRunning) this.#rows.begin(task, from, 'running')
    this.#rows.end(at, { outcome, ...(label !== undefined && { label }) })
  }

  #close(at: number, outcome: TimelineOutcome, reason: string): void {
    this.#rows.end(at, outcome === 'canceled' ? { outcome, label: reason } : {})
    this.outcome = outcome
    this.reason = reason
    this.status = ''
  }

  #mark(at: number, kind: TimelineMarkKind, label: string): void {
    this.marks.push({ at, kind, label })
  }
}

const ENDS = {
  'task-failed': 'failed',
  'task-timed-out': 'timed-out',
  'task-canceled': 'canceled',
} as const satisfies Readonly<Record<string, TimelineOutcome>>

const LOST: Readonly<Record<RecoveryReason, string>> = {
  expired: 'its lease ran out',
  gone: 'its page is gone',
  asked: 'somebody said so',
}

/** Why it failed, where that can be read. */
function whyOf(payload: ErrorPayload): string {
  return 'error' in payload ? payload.error.message : 'sealed by a payload codec'
}

function because(reason: string): string {
  return reason === '' ? '' : `: ${reason}`
}
