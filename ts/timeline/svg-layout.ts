import { drawable, textWidth } from '../drawing/index.js'
import type { DrawnRow } from './drawn-rows.js'
import { noteOf } from './row-note.js'
import { shortSpanOf } from './span.js'
import { breakLabel } from './svg-axis.js'
import { legendSvg } from './svg-legend.js'
import { timeScale } from './time-scale.js'
import type { TimeScale } from './time-scale.js'
import type { Timeline } from './timeline.js'

/** Where everything is, in pixels. */
export interface SvgLayout {
  /** Whether labels stand above what they name, because there is no room beside it. */
  readonly isStacked: boolean
  readonly margin: number
  /** The width without margins. */
  readonly inner: number
  /** The width of labels. */
  readonly label: number
  /** The left end of the scale, and its length. */
  readonly left: number
  readonly length: number
  readonly legendTop: number
  /** Where the rows begin and end. */
  readonly top: number
  readonly bottom: number
  readonly rowHeight: number
  readonly height: number
  readonly scale: TimeScale
}

const STACKED_BELOW = 560
const AXIS = 24
/** Above the scale: how much was left out. */
const BREAKS = 16

export function layoutOf(
  timeline: Timeline,
  rows: readonly DrawnRow[],
  width: number,
  summaryLines: number,
): SvgLayout {
  const isStacked = width < STACKED_BELOW
  const margin = isStacked ? 16 : 28
  const inner = width - 2 * margin
  const label = isStacked ? 0 : labelWidth(rows, inner)
  const left = margin + (isStacked ? 4 : label + 14)
  const length = margin + inner - left - (isStacked ? 8 : noteWidth(rows, inner))
  const scale = timeScale(timeline, {
    length,
    breakLength: (ms) => textWidth(breakLabel(shortSpanOf(ms)), 11) / 2 + 10,
    breaks: Math.max(1, Math.floor(length / 110)),
    place: 8,
    whole: false,
  })
  const legendTop = margin + 38 + summaryLines * 18 - 2
  const legend = legendSvg(rows, inner).height
  const breaks = scale.parts.length > 1 ? BREAKS : 0
  const top = legendTop + legend + (legend === 0 ? -8 : 10) + breaks + AXIS
  const rowHeight = isStacked ? 42 : 26
  const bottom = top + rows.length * rowHeight + 4
  const height = bottom + margin - 4
  return {
    ...{ isStacked, margin, inner, label, left, length },
    ...{ legendTop, top, bottom, rowHeight, height, scale },
  }
}

function labelWidth(rows: readonly DrawnRow[], inner: number): number {
  const needed = rows.map((drawn) =>
    drawn.type === 'row' ? textWidth(drawable(drawn.row.label), 13.5) + (drawn.row.depth ?? 0) * 12 : 0,
  )
  return Math.min(Math.max(60, ...needed), inner * 0.26)
}

/** Behind a bar that goes on to the end there is room for most of what is to be said of it. */
function noteWidth(rows: readonly DrawnRow[], inner: number): number {
  const needed = rows.map((drawn) => (drawn.type === 'row' ? textWidth(drawable(noteOf(drawn.row)), 11) : 0))
  return Math.min(Math.max(0, ...needed) + 12, inner * 0.2)
}
