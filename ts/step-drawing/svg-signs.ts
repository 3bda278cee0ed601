import { px } from '../drawing/index.js'
import type { MarkKind } from './step-mark.js'

/** The size of the sign of a step. */
export const SIGN_SIZE = 17

const PATHS: Readonly<Record<MarkKind, string>> = {
  ran: 'M-3.4.3L-1 2.8L3.5-2.6',
  skipped: 'M-3.4-2.8L-.6 0L-3.4 2.8M.6-2.8L3.4 0L.6 2.8',
  restored: 'M3.2-1.5A3.6 3.6 0 1 0 3.4 1.1M3.6-4v2.7h-2.7',
  failed: 'M-2.8-2.8L2.8 2.8M2.8-2.8L-2.8 2.8',
  'timed-out': 'M0-3.6V0H2.9',
  canceled: 'M-3.4 0H3.4',
  blocked: 'M-1.8-3V3M1.8-3V3',
  'would-run': 'M-2-3.2L3.2 0L-2 3.2z',
  depends: 'M-1.9-1.7A2 2 0 1 1 .8.2Q0 .7 0 1.6M0 3.8V3.9',
}

/** A round sign that tells what became of a step without its colour. Drawn, because fonts differ in such signs. */
export function stepSign(kind: MarkKind, x: number, y: number): string {
  return (
    `<g transform="translate(${px(x)} ${px(y)})"><circle class="disc ${kind}" r="${SIGN_SIZE / 2}"/>` +
    `<path class="sign" d="${PATHS[kind]}"/></g>`
  )
}
