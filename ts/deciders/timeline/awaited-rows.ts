import type { TimelineMark } from '../../timeline/index.js'
import type {
  ChildProcessEvent,
  DecisionEvent,
  StartChildProcess,
  StartTimer,
  TimerCanceled,
  TimerEvent,
} from '../history/index.js'
import { nameOf } from './activity-rows.js'
import type { PlacedRow } from './placed-row.js'
import { ENDED_WITH_PROCESS, labelled, shownResult } from './result-label.js'
import type { ShownResult } from './result-label.js'

interface Awaited {
  readonly seq: number
  readonly label: string
  readonly kind: 'timer' | 'running'
  readonly from: number
  readonly marks: TimelineMark[]
  /** What becomes of it when the process closes. */
  readonly left: ShownResult
  end?: { readonly at: number; readonly result: ShownResult }
}

/** A row for each timer and each child. */
export class AwaitedRows {
  readonly #awaited = new Map<number, Awaited>()

  timerStarted({ seq, at }: DecisionEvent, { id }: StartTimer): void {
    const left = labelled('canceled', ENDED_WITH_PROCESS)
    this.#awaited.set(seq, {
      seq,
      label: nameOf('timer', id, seq, true),
      kind: 'timer',
      from: at,
      marks: [],
      left,
    })
  }

  timerFired({ scheduled, at, id }: TimerEvent): void {
    const timer = this.#of(scheduled, at, nameOf('timer', id, scheduled, true), 'timer')
    timer.end = { at, result: labelled('completed', undefined) }
    timer.marks.push({ at, kind: 'timer', label: `timer ${id}` })
  }

  timerCanceled({ scheduled, at, id }: TimerCanceled): void {
    const timer = this.#of(scheduled, at, nameOf('timer', id, scheduled, true), 'timer')
    timer.end = { at, result: labelled('canceled', undefined) }
  }

  childStarted({ seq, at }: DecisionEvent, { workflow, id, childPolicy }: StartChildProcess): void {
    this.#awaited.set(seq, {
      seq,
      label: nameOf(`child ${workflow}`, id, seq, true),
      kind: 'running',
      from: at,
      marks: [{ at, kind: 'child', label: `starts ${id}` }],
      left: LEFT_CHILD[childPolicy],
    })
  }

  childClosed({ scheduled, at, workflow, process, result }: ChildProcessEvent): void {
    const child = this.#of(scheduled, at, nameOf(`child ${workflow}`, process, scheduled, true), 'running')
    child.end = { at, result: shownResult(result) }
  }

  /** The rows; what is open goes up to `to`. */
  rows(to: number, isClosed: boolean): PlacedRow[] {
    return [...this.#awaited.values()].map(({ seq, label, kind, from, marks, left, end }) => {
      const { at, result } = end ?? { at: to, result: isClosed ? left : labelled('open', undefined) }
      const bar = { from, to: Math.max(from, at), kind, ...result }
      return { seq, row: { label, bars: [bar], marks } }
    })
  }

  /** Of a page of a history, the begin may be missing. */
  #of(seq: number, at: number, label: string, kind: Awaited['kind']): Awaited {
    const known = this.#awaited.get(seq)
    if (known !== undefined) return known
    const awaited: Awaited = { seq, label, kind, from: at, marks: [], left: labelled('open', undefined) }
    this.#awaited.set(seq, awaited)
    return awaited
  }
}

const LEFT_CHILD: Readonly<Record<StartChildProcess['childPolicy'], ShownResult>> = {
  abandon: { outcome: 'open', label: 'goes on by itself' },
  terminate: { outcome: 'canceled', label: ENDED_WITH_PROCESS },
  'request-cancel': { outcome: 'open', label: 'asked to cancel itself' },
}
