import type { TimelineBarKind, TimelineMarkKind, TimelineOutcome } from './timeline.js'

/** What a timeline is drawn with in a terminal; each sign takes one column. */
export interface Signs {
  readonly bars: Readonly<Record<TimelineBarKind, string>>
  /** In the last column of a bar; empty for none. */
  readonly ends: Readonly<Record<TimelineOutcome, string>>
  readonly marks: Readonly<Record<TimelineMarkKind, string>>
  readonly break: string
  readonly tick: string
  readonly leftOut: string
  readonly dots: string
}

export const UNICODE: Signs = {
  bars: { whole: '━', running: '█', waiting: '░', 'retry-wait': '╌', timer: '─', deciding: '▌' },
  ends: { completed: '', failed: '✗', canceled: '⊘', 'timed-out': '◷', open: '►' },
  marks: {
    signal: '◆',
    sent: '▲',
    timer: '●',
    decision: '▌',
    child: '├',
    marker: '■',
    'cancel-request': '⊗',
  },
  break: '╱',
  tick: '┊',
  leftOut: '⋮',
  dots: '…',
}

/** For terminals that have nothing else. */
export const ASCII: Signs = {
  bars: { whole: '=', running: '#', waiting: '.', 'retry-wait': '~', timer: '-', deciding: '|' },
  ends: { completed: '', failed: 'x', canceled: 'o', 'timed-out': 't', open: '>' },
  marks: {
    signal: '*',
    sent: '^',
    timer: '@',
    decision: '|',
    child: '+',
    marker: '%',
    'cancel-request': 'X',
  },
  break: '/',
  tick: ':',
  leftOut: ':',
  dots: '..',
}
