import { drawnRows } from './drawn-rows.js'
import type { DrawnRow } from './drawn-rows.js'
import { breakSvg, gridSvg } from './svg-axis.js'
import { descriptionOf, fittingLine, outcomeLine, summaryOf } from './svg-heading.js'
import { layoutOf } from './svg-layout.js'
import type { SvgLayout } from './svg-layout.js'
import { legendSvg } from './svg-legend.js'
import { noteSvg, noteText, rowSvg } from './svg-row.js'
import { style } from './svg-style.js'
import type { TimeScale } from './time-scale.js'
import { timelineUntil } from './timeline.js'
import type { Timeline, TimelineRow } from './timeline.js'
import { px, textWidth, xml } from '../drawing/index.js'

export interface TimelineSvgOptions {
  /**
   * Pixels. Fewer than 280 are taken for 280; below 560, labels stand above what they name.
   *
   * @default 960
   */
  readonly width?: number
  /** Milliseconds since 1970: what is open is drawn up to here. */
  readonly now?: number
  /**
   * Rows that are drawn at most, from 4; a remark says what was left out.
   *
   * @default 400
   */
  readonly maxRows?: number
}

/**
 * A timeline as an SVG that stands by itself: no scripts, no fonts from elsewhere, light or dark as the reader has it,
 * tooltips with times and reasons. Long stretches in which nothing happens are left out, and say how long they are.
 */
export function timelineSvg(timeline: Timeline, options: TimelineSvgOptions = {}): string {
  const shown = timelineUntil(timeline, options.now)
  const width = Math.max(Math.floor(options.width ?? 960), 280)
  const rows = drawnRows(shown.rows, Math.max(options.maxRows ?? 400, 4))
  const summary = summaryOf(shown, rows)
  const layout = layoutOf(shown, rows, width, summary.length)
  const { margin, inner, legendTop, top, rowHeight, height, scale } = layout
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="unitflow-timeline" width="${width}" height="${px(height)}" viewBox="0 0 ${width} ${px(height)}" role="img" aria-labelledby="unitflow-timeline-title unitflow-timeline-desc">`,
    `<title id="unitflow-timeline-title">${xml(`${shown.title}: ${outcomeLine(shown)}`)}</title>`,
    `<desc id="unitflow-timeline-desc">${xml(descriptionOf(summary, rows))}</desc>`,
    `<style>${style()}</style>`,
    `<rect class="paper" width="100%" height="100%"/>`,
    `<text class="heading" x="${margin}" y="${margin + 16}">${xml(fittingLine(shown.title, inner, 18.5))}</text>`,
    ...summary.map(
      ({ text, tone }, index) =>
        `<text class="${tone}" x="${margin}" y="${margin + 38 + index * 18}">${xml(fittingLine(text, inner, 13))}</text>`,
    ),
    `<g transform="translate(${margin} ${px(legendTop)})">${legendSvg(rows, inner).svg}</g>`,
    ...rows.map((_, index) =>
      index % 2 === 0
        ? `<rect class="stripe" x="${margin - 8}" y="${px(top + index * rowHeight)}" width="${px(inner + 16)}" height="${rowHeight}" rx="4"/>`
        : '',
    ),
    gridSvg(scale, layout),
    ...rows.map((drawn, index) => bodySvg(drawn, top + index * rowHeight, layout)),
    breakSvg(scale, layout),
    // After the breaks, which would tear them.
    ...rows.map((drawn, index) =>
      drawn.type === 'row' ? remarkSvg(drawn.row, scale, top + index * rowHeight, layout) : '',
    ),
    '</svg>\n',
  ]
    .filter((line) => line !== '')
    .join('\n')
}

/** The label of a row, and what is drawn for it. */
function bodySvg(drawn: DrawnRow, y: number, layout: SvgLayout): string {
  const { isStacked, margin, left, inner, label, rowHeight, scale } = layout
  if (drawn.type === 'left-out') {
    const at = isStacked ? margin : left
    const text = fittingLine(`\u22ee ${drawn.remark}`, margin + inner - at, 11)
    return `<text class="small faint" x="${px(at)}" y="${px(y + rowHeight / 2 + 4)}">${xml(text)}</text>`
  }
  const { row } = drawn
  const indent = indentOf(row)
  const name = fittingLine(row.label, (isStacked ? inner * 0.6 : label) - indent, 13.5)
  const middle = middleOf(y, layout)
  const baseline = isStacked ? y + 15 : middle + 4.5
  return (
    `<g><text class="name" x="${px(margin + indent)}" y="${px(baseline)}">${xml(name)}</text>` +
    `${rowSvg(row, scale, placeOf(middle, layout))}</g>`
  )
}

/** What a row came to: behind what is drawn, or in line with its label. */
function remarkSvg(row: TimelineRow, scale: TimeScale, y: number, layout: SvgLayout): string {
  const { isStacked, margin, inner } = layout
  if (!isStacked) return noteSvg(row, scale, placeOf(middleOf(y, layout), layout))
  const name = textWidth(fittingLine(row.label, inner * 0.6, 13.5), 13.5) + indentOf(row)
  return noteText(row, { x: margin + inner, y: y + 15, room: inner - name - 12, isEnd: true })
}

function indentOf({ depth = 0 }: TimelineRow): number {
  return Math.min(Math.max(depth, 0), 8) * 12
}

function middleOf(y: number, { isStacked, rowHeight }: SvgLayout): number {
  return isStacked ? y + 28 : y + rowHeight / 2
}

function placeOf(y: number, { left, length, margin, inner }: SvgLayout): Parameters<typeof rowSvg>[2] {
  return { left, length, y, right: margin + inner }
}
