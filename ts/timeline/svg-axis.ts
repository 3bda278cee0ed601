import { px, textWidth, xml } from '../drawing/index.js'
import { shortSpanOf, spanOf } from './span.js'
import { ticksOf } from './ticks.js'
import type { TimeScale } from './time-scale.js'

/** Where the scale is. */
export interface AxisPlace {
  readonly left: number
  readonly length: number
  readonly top: number
  readonly bottom: number
}

/** Lines down the drawing, and over them what time they stand for. */
export function gridSvg(scale: TimeScale, { left, length, top, bottom }: AxisPlace): string {
  const parts: string[] = []
  const breaks = scale.parts.filter(({ isBreak }) => isBreak)
  let free = -Infinity
  for (const { place, label } of ticksOf(scale, (label) => textWidth(label, 11) + 24)) {
    const x = left + place
    const width = textWidth(label, 11)
    parts.push(`<path class="grid" d="M${px(x)} ${px(top - 4)}V${px(bottom)}"/>`)
    // What is left out has its name above.
    const isOver = breaks.some(({ start, end }) => place + width > (start + end) / 2 && place < end - 1)
    if (place < free || isOver || place + width > length + 8) continue
    parts.push(`<text class="small faint" x="${px(x)}" y="${px(top - 9)}">${xml(label)}</text>`)
    free = place + width + 10
  }
  return parts.join('')
}

const TOOTH = 8
const WIDE = 10

/** Strips torn out of the drawing, and over them how much time is left out. */
export function breakSvg(scale: TimeScale, { left, top, bottom }: AxisPlace): string {
  const teeth = Math.ceil((bottom - top + 4) / TOOTH)
  const path = (step: number, first: number): string =>
    Array.from({ length: teeth }, (_, at) => `l${(at + first) % 2 === 0 ? 4 : -4} ${step}`).join('')
  return scale.parts
    .filter(({ isBreak }) => isBreak)
    .map(({ from, to, start, end }) => {
      const middle = left + (start + end) / 2
      const label = shortSpanOf(to - from)
      const begin = `M${px(middle - WIDE / 2 - 2)} ${px(top - 4)}`
      const down = path(TOOTH, 0)
      return (
        `<g><title>${xml(`${spanOf(to - from)} in which nothing begins or ends are left out`)}</title>` +
        `<path class="paper" d="${begin}${down}h${WIDE}${path(-TOOTH, teeth)}z"/>` +
        `<path class="zigzag" d="${begin}${down}"/><path class="zigzag" d="${begin}m${WIDE} 0${down}"/>` +
        `<text class="small" text-anchor="middle" x="${px(middle)}" y="${px(top - 24)}">${xml(breakLabel(label))}</text></g>`
      )
    })
    .join('')
}

/** How much time is left out, in words that cannot be taken for a time on the scale. */
export function breakLabel(span: string): string {
  return `\u2026 ${span} \u2026`
}
