import type { CallGraph } from './call-graph.js'
import { px, size } from '../drawing/index.js'
import { legendRows } from './legend-rows.js'
import type { LegendItem, LegendRows } from './legend-rows.js'
import { badge, loopSign } from './svg-marks.js'

/** The legend of a drawing: only what occurs in it, in rows of at most `width` pixels. */
export function legendOf(graph: CallGraph, largest: number, width: number): LegendRows {
  return legendRows(itemsOf(graph, largest), width)
}

function itemsOf({ nodes, edges }: CallGraph, largest: number): LegendItem[] {
  const items: LegendItem[] = []
  if (nodes.some(({ missing }) => !missing)) {
    items.push({
      text: `size of the unit, the whole length is ${size(largest)}`,
      width: 30,
      sign: (x, y) =>
        `<rect class="track" x="${px(x)}" y="${px(y - 1.5)}" width="30" height="3" rx="1.5"/>` +
        `<rect class="bar" x="${px(x)}" y="${px(y - 1.5)}" width="18" height="3" rx="1.5"/>`,
    })
  }
  if (nodes.some(({ shared, missing }) => shared && !missing)) {
    items.push({ text: 'shared: how many units call it', width: 18, sign: (x, y) => badge(x + 18, y, '2') })
  }
  if (nodes.some(({ recursive }) => recursive)) {
    items.push({
      text: 'recursive: calls itself, directly or through others',
      width: 18,
      sign: (x, y) => loopSign(x + 9, y),
    })
  }
  if (nodes.some(({ missing }) => missing)) {
    items.push({
      text: 'missing: called, but not in the workflow',
      width: 22,
      sign: (x, y) =>
        `<g class="missing"><rect class="box" x="${px(x)}" y="${px(y - 7)}" width="22" height="14" rx="4"/></g>`,
    })
  }
  if (edges.some(({ calls }) => calls === 0)) {
    items.push({
      text: 'drawn in it, not called',
      width: 26,
      sign: (x, y) => `<path class="edge drawn" d="M${px(x)} ${px(y)}h26"/>`,
    })
  }
  return items
}
