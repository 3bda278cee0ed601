import { assertThat } from '../../checks/index.js'
import type { Timeline, TimelineMark, TimelineMarkKind } from '../../timeline/index.js'
import type { DecisionEvent, HistoryEvent } from '../history/index.js'
import { ActivityRows } from './activity-rows.js'
import { AwaitedRows } from './awaited-rows.js'
import { DecisionBars } from './decision-bars.js'
import type { PlacedRow } from './placed-row.js'
import { ENDED_WITH_PROCESS, labelled, shownResult } from './result-label.js'
import type { ShownResult } from './result-label.js'

export interface TimelineOfHistoryOptions {
  /** Milliseconds since 1970: what is open is drawn up to here, and not only up to the newest event. */
  readonly now?: number
  /** The id of the process, which its history does not hold. */
  readonly id?: string
}

/**
 * The history of a process as a timeline: the process itself, its decisions, and then a row for each activity, timer,
 * child, and for the signals and markers of each name, in the order in which they began. No values are in it.
 *
 * @param events in their order; a later part of a history shows what is in it
 * @throws `bad-argument` where there are no events
 */
export function timelineOfHistory(
  events: readonly HistoryEvent[],
  { now, id }: TimelineOfHistoryOptions = {},
): Timeline {
  const first = events[0]
  const newest = events.at(-1)
  assertThat('events', 'at least one event', first !== undefined && newest !== undefined)
  const reading = new Reading()
  for (const event of events) reading.read(event)
  const isClosed = newest.type === 'process-closed'
  const result = isClosed ? shownResult(newest.result) : labelled('open', undefined)
  const to = Math.max(first.at, newest.at, isClosed ? 0 : (now ?? 0))
  const name = first.type === 'process-started' ? first.workflow : 'process'
  return {
    title: id === undefined ? name : `${name} ${id}`,
    ...(reading.status === undefined ? {} : { status: reading.status }),
    outcome: result.outcome,
    from: first.at,
    to,
    rows: [
      {
        label: name,
        bars: [{ from: first.at, to, kind: 'whole', ...result }],
        marks: reading.marks,
      },
      ...reading.rows(to, isClosed),
    ],
  }
}

/** What has been read of a history so far. */
class Reading {
  status: string | undefined
  /** Those of the process itself. */
  readonly marks: TimelineMark[] = []
  readonly #decisions = new DecisionBars()
  readonly #sent: TimelineMark[] = []
  readonly #activities = new ActivityRows()
  readonly #awaited = new AwaitedRows()
  readonly #named = new Map<string, { readonly seq: number; readonly marks: TimelineMark[] }>()

  read(event: HistoryEvent): void {
    const { seq, at } = event
    switch (event.type) {
      case 'process-started':
        if (event.origin !== undefined) {
          const { type, process } = event.origin
          this.marks.push({ at, kind: 'marker', label: `${type} from ${process}` })
        }
        break
      case 'decision-started':
        this.#decisions.started(seq, at)
        break
      case 'decision-completed':
        this.status = event.status ?? this.status
        this.#decided(event, labelled('completed', undefined))
        break
      case 'decision-failed':
        this.#decided(event, labelled('failed', event.error.message))
        break
      case 'decision-timed-out':
        this.#decided(event, labelled('timed-out', undefined))
        break
      case 'decision-refused':
        this.#decisions.refused(event.started, at, labelled('failed', `refused: ${event.error.message}`))
        break
      case 'decision':
        this.#apply(event)
        break
      case 'activity-started':
        this.#activities.started(event)
        break
      case 'activity':
        this.#activities.ended(event)
        break
      case 'activity-cancel-requested':
        this.#activities.cancelRequested(event)
        break
      case 'signal':
        this.#mark(event, 'signal', event.name, event.from)
        break
      case 'marker':
        this.#mark(event, 'marker', event.name)
        break
      case 'timer':
        this.#awaited.timerFired(event)
        break
      case 'timer-canceled':
        this.#awaited.timerCanceled(event)
        break
      case 'child-process':
        this.#awaited.childClosed(event)
        break
      case 'cancel-requested': {
        const reason = event.reason === undefined ? '' : `: ${event.reason}`
        this.marks.push({ at, kind: 'cancel-request', label: `asked to cancel${byOf(event.from)}${reason}` })
        break
      }
      case 'process-closed':
        break
    }
  }

  /** The decisions, and after them everything in the order in which it began. */
  rows(to: number, isClosed: boolean): Timeline['rows'] {
    const left = isClosed ? labelled('canceled', ENDED_WITH_PROCESS) : labelled('open', undefined)
    const bars = this.#decisions.bars(to, left)
    const placed: PlacedRow[] = [
      ...this.#activities.rows(to, left),
      ...this.#awaited.rows(to, isClosed),
      ...[...this.#named].map(([label, { seq, marks }]) => ({ seq, row: { label, bars: [], marks } })),
    ].sort((a, b) => a.seq - b.seq)
    const decisions = { label: 'decisions', bars, marks: this.#sent }
    return [...(bars.length + this.#sent.length > 0 ? [decisions] : []), ...placed.map(({ row }) => row)]
  }

  #decided({ started, at }: HistoryEvent & { readonly started: number }, result: ShownResult): void {
    this.#decisions.ended(started, at, result)
  }

  #apply(event: DecisionEvent): void {
    const { decision, at } = event
    switch (decision.type) {
      case 'schedule-activity':
        this.#activities.scheduled(event, decision)
        break
      case 'start-timer':
        this.#awaited.timerStarted(event, decision)
        break
      case 'start-child-process':
        this.#awaited.childStarted(event, decision)
        break
      case 'signal-process':
        this.#sent.push({ at, kind: 'sent', label: `signal ${decision.name} to ${decision.process}` })
        break
      case 'request-cancel-process':
        this.#sent.push({ at, kind: 'sent', label: `asks ${decision.process} to cancel` })
        break
      // Each of these has an event of its own.
      case 'cancel-activity':
      case 'cancel-timer':
      case 'record-marker':
      case 'complete-process':
      case 'fail-process':
      case 'cancel-process':
      case 'continue-as-new':
        break
    }
  }

  #mark(
    { seq, at }: HistoryEvent,
    kind: TimelineMarkKind & ('signal' | 'marker'),
    name: string,
    from?: string,
  ): void {
    const label = `${kind} ${name}`
    const row = this.#named.get(label) ?? { seq, marks: [] }
    row.marks.push({ at, kind, label: `${label}${byOf(from)}` })
    this.#named.set(label, row)
  }
}

function byOf(from: string | undefined): string {
  return from === undefined ? '' : ` by ${from}`
}
