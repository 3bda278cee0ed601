import { px, textWidth, xml } from '../drawing/index.js'
import type { DrawnRow } from './drawn-rows.js'
import { legendOf } from './legend.js'
import type { LegendItem } from './legend.js'
import { endSign, markSign } from './svg-signs.js'

const ROW = 20
const GAP = 20

/** The legend of a drawing: only what occurs in it, in rows of at most `width` pixels. */
export function legendSvg(
  rows: readonly DrawnRow[],
  width: number,
): { readonly svg: string; readonly height: number } {
  let x = 0
  let y = 0
  const items = legendOf(rows)
  const parts: string[] = []
  for (const item of items) {
    const wide = signWidth(item)
    const needed = wide + 6 + textWidth(item.text, 11)
    if (x > 0 && x + needed > width) {
      x = 0
      y += ROW
    }
    parts.push(
      signOf(item, x, y),
      `<text class="small faint" x="${px(x + wide + 6)}" y="${px(y + 4)}">${xml(item.text)}</text>`,
    )
    x += needed + GAP
  }
  return { svg: parts.join(''), height: items.length === 0 ? 0 : y + ROW / 2 }
}

function signWidth(item: LegendItem): number {
  return item.type === 'bar' ? (item.kind === 'deciding' ? 3 : 20) : 13
}

function signOf(item: LegendItem, x: number, y: number): string {
  if (item.type === 'end') return endSign(item.outcome, x + 6.5, y)
  if (item.type === 'mark') return markSign(item.kind, x + 6.5, y)
  switch (item.kind) {
    case 'retry-wait':
      return `<path class="dashed" d="M${px(x)} ${px(y)}h20"/>`
    case 'timer':
      return `<path class="thin completed" d="M${px(x)} ${px(y)}h20"/>`
    case 'waiting':
      return `<rect class="waiting" x="${px(x)}" y="${px(y - 3)}" width="20" height="6" rx="2.5"/>`
    case 'deciding':
      return `<rect class="completed" x="${px(x)}" y="${px(y - 6)}" width="3" height="12" rx="1"/>`
    case 'running':
    case 'whole':
      return `<rect class="completed" x="${px(x)}" y="${px(y - 6)}" width="20" height="12" rx="2.5"/>`
  }
}
