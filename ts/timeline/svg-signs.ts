import { px } from '../drawing/index.js'
import type { TimelineMarkKind, TimelineOutcome } from './timeline.js'

/** The size of a sign at the end of a bar. */
export const END_SIZE = 13

const END_PATHS: Readonly<Record<Exclude<TimelineOutcome, 'completed'>, string>> = {
  failed: 'M-2.7-2.7L2.7 2.7M2.7-2.7L-2.7 2.7',
  canceled: 'M-3 0H3',
  'timed-out': 'M0-3.2V0H2.6',
  open: 'M-1.4-2.8L1.6 0L-1.4 2.8',
}

/** A round sign that tells a bar's outcome without its colour. Drawn, because fonts differ in such signs. */
export function endSign(outcome: TimelineOutcome, x: number, y: number): string {
  if (outcome === 'completed') return ''
  return (
    `<g transform="translate(${px(x)} ${px(y)})"><circle class="${outcome}" r="${END_SIZE / 2}"/>` +
    `<path class="sign" d="${END_PATHS[outcome]}"/></g>`
  )
}

const MARK_PATHS: Readonly<Record<TimelineMarkKind, string>> = {
  signal: 'M0-6L6 0L0 6L-6 0z',
  sent: 'M0-5.5L5.5 4.5H-5.5z',
  timer: 'M0-5A5 5 0 1 1 0 5A5 5 0 1 1 0-5z',
  decision: 'M-1.5-6H1.5V6H-1.5z',
  child: 'M-5-1.5H1V-5L6 0L1 5V1.5H-5z',
  marker: 'M-4-6H4V6L0 2.5L-4 6z',
  'cancel-request': 'M-3.6-5.6L0-2L3.6-5.6L5.6-3.6L2 0L5.6 3.6L3.6 5.6L0 2L-3.6 5.6L-5.6 3.6L-2 0L-5.6-3.6z',
}

/** A sign for a moment. */
export function markSign(kind: TimelineMarkKind, x: number, y: number): string {
  return `<path class="mark halo" transform="translate(${px(x)} ${px(y)})" d="${MARK_PATHS[kind]}"/>`
}
