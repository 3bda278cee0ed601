import type { TimelineBar, TimelineMark, TimelineRow } from '../../timeline/index.js'
import type {
  ActivityCancelRequested,
  ActivityEnded,
  ActivityStarted,
  DecisionEvent,
  ScheduleActivity,
} from '../history/index.js'
import type { PlacedRow } from './placed-row.js'
import { labelled, shownResult } from './result-label.js'
import type { ShownResult } from './result-label.js'

interface Execution {
  readonly seq: number
  readonly activity: string
  readonly id: string
  readonly bars: TimelineBar[]
  readonly marks: TimelineMark[]
  /** Since when it waits or runs; `undefined` once it has ended. */
  since: number | undefined
  isRunning: boolean
}

/** A row for each execution of an activity: its wait, its attempts, and the waits between those. */
export class ActivityRows {
  readonly #executions = new Map<number, Execution>()

  scheduled({ seq, at }: DecisionEvent, { activity, id }: ScheduleActivity): void {
    this.#add(seq, activity, id, at)
  }

  started({ scheduled, activity, id, at, last }: ActivityStarted): void {
    const execution = this.#of(scheduled, activity, id, at)
    const { since, bars } = execution
    if (since !== undefined && execution.isRunning) {
      const ended = last?.at ?? at
      const { outcome, label } = last === undefined ? labelled('failed', undefined) : shownResult(last.result)
      bars.push(barOf('running', since, ended, labelled(outcome, label)))
      if (at > ended) bars.push({ from: ended, to: at, kind: 'retry-wait' })
    } else if (since !== undefined && at > since) {
      bars.push({ from: since, to: at, kind: 'waiting' })
    }
    execution.since = at
    execution.isRunning = true
  }

  ended({ scheduled, activity, id, at, result }: ActivityEnded): void {
    const execution = this.#of(scheduled, activity, id, at)
    end(execution, at, shownResult(result))
  }

  cancelRequested({ scheduled, id, at, reason }: ActivityCancelRequested): void {
    const label = reason === undefined ? 'asked to end' : `asked to end: ${reason}`
    this.#of(scheduled, 'activity', id, at).marks.push({ at, kind: 'cancel-request', label })
  }

  /** The rows; what is open goes up to `to`, and is shown as `left`. */
  rows(to: number, left: ShownResult): PlacedRow[] {
    const counts = new Map<string, number>()
    for (const { activity } of this.#executions.values())
      counts.set(activity, (counts.get(activity) ?? 0) + 1)
    return [...this.#executions.values()].map((execution) => {
      end(execution, to, left)
      return { seq: execution.seq, row: rowOf(execution, (counts.get(execution.activity) ?? 0) > 1) }
    })
  }

  #of(seq: number, activity: string, id: string, at: number): Execution {
    return this.#executions.get(seq) ?? this.#add(seq, activity, id, at)
  }

  #add(seq: number, activity: string, id: string, at: number): Execution {
    const execution = {
      seq,
      activity,
      id,
      bars: [],
      marks: [],
      since: at,
      isRunning: false,
    }
    this.#executions.set(seq, execution)
    return execution
  }
}

function end(execution: Execution, at: number, result: ShownResult): void {
  const { since, isRunning, bars } = execution
  if (since === undefined) return
  bars.push(barOf(isRunning ? 'running' : 'waiting', since, at, result))
  execution.since = undefined
}

function barOf(kind: TimelineBar['kind'], from: number, to: number, result: ShownResult): TimelineBar {
  return { from, to: Math.max(from, to), kind, ...result }
}

function rowOf({ seq, activity, id, bars, marks }: Execution, isOneOfMany: boolean): TimelineRow {
  return { label: nameOf(activity, id, seq, isOneOfMany), bars, marks }
}

/** An id that was given by the backend says nothing but which one it is. */
export function nameOf(kind: string, id: string, seq: number, isOneOfMany: boolean): string {
  if (!id.endsWith(`:${seq}`)) return id === kind ? kind : `${kind} ${id}`
  return isOneOfMany ? `${kind} #${seq}` : kind
}
