/** What something came to; `open` while it has not ended. */
export type TimelineOutcome = 'completed' | 'failed' | 'canceled' | 'timed-out' | 'open'

/**
 * What a bar stands for: the whole of what is drawn, work, waiting for a turn, waiting to be tried again, waiting for a
 * time, deciding.
 */
export type TimelineBarKind = 'whole' | 'running' | 'waiting' | 'retry-wait' | 'timer' | 'deciding'

/** A stretch of time. All times are milliseconds since 1970. */
export interface TimelineBar {
  readonly from: number
  readonly to: number
  readonly kind: TimelineBarKind
  /** Missing where its row just goes on after it. */
  readonly outcome?: TimelineOutcome
  /** What there is to say of it, as why it failed. */
  readonly label?: string
}

/** `sent` is a signal to somebody else, or asking them to cancel. */
export type TimelineMarkKind =
  'signal' | 'sent' | 'timer' | 'decision' | 'child' | 'marker' | 'cancel-request'

/** Something that happened at one moment. */
export interface TimelineMark {
  readonly at: number
  readonly kind: TimelineMarkKind
  readonly label: string
}

export interface TimelineRow {
  readonly label: string
  /** How far it is indented, from 0, the default. */
  readonly depth?: number
  /** By time. Attempts of one thing are bars of one row. */
  readonly bars: readonly TimelineBar[]
  /** By time. */
  readonly marks: readonly TimelineMark[]
}

/** What happened when, as plain data: what processes and flows are drawn from. */
export interface Timeline {
  readonly title: string
  /** What it is at, in the words of whoever wrote the program. */
  readonly status?: string
  readonly outcome: TimelineOutcome
  readonly from: number
  /** Where nothing has ended yet, the time up to which it is drawn. */
  readonly to: number
  readonly rows: readonly TimelineRow[]
}

/** The timeline of something open, drawn up to a later time: what is open until its end goes on. */
export function timelineUntil(timeline: Timeline, now: number | undefined): Timeline {
  if (now === undefined || timeline.outcome !== 'open' || now <= timeline.to) return timeline
  const { to } = timeline
  const goesOn = (bar: TimelineBar): boolean => bar.outcome === 'open' && bar.to >= to
  return {
    ...timeline,
    to: now,
    rows: timeline.rows.map((row) =>
      row.bars.some(goesOn)
        ? { ...row, bars: row.bars.map((bar) => (goesOn(bar) ? { ...bar, to: now } : bar)) }
        : row,
    ),
  }
}
