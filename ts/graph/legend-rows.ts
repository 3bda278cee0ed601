import { px, textWidth, xml } from '../drawing/index.js'

/** A sign, and what it means. */
export interface LegendItem {
  readonly text: string
  /** Pixels that the sign takes. */
  readonly width: number
  readonly sign: (x: number, y: number) => string
}

export interface LegendRows {
  readonly svg: string
  readonly height: number
}

const ROW = 22
const GAP = 22

/** Signs and what they mean, in rows of at most `width` pixels. */
export function legendRows(items: readonly LegendItem[], width: number): LegendRows {
  let x = 0
  let y = 0
  const parts: string[] = []
  for (const { text, width: signWidth, sign } of items) {
    const needed = signWidth + 6 + textWidth(text, 11)
    if (x > 0 && x + needed > width) {
      x = 0
      y += ROW
    }
    parts.push(
      sign(x, y),
      `<text class="small faint" x="${px(x + signWidth + 6)}" y="${px(y + 4)}">${xml(text)}</text>`,
    )
    x += needed + GAP
  }
  return { svg: parts.join(''), height: y + ROW / 2 }
}
