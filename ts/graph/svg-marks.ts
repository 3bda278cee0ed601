import { px, textWidth } from '../drawing/index.js'

const HEIGHT = 15

/** A pill with a number, its right end at `right`, its middle at `y`. */
export function badge(right: number, y: number, text: string): string {
  const width = Math.max(textWidth(text, 10) + 10, 18)
  return (
    `<rect class="mark shared" x="${px(right - width)}" y="${px(y - HEIGHT / 2)}" width="${px(width)}" height="${HEIGHT}" rx="7.5"/>` +
    `<text class="badge" x="${px(right - width / 2)}" y="${px(y + 3.5)}">${text}</text>`
  )
}

/** A round sign with an arrow that turns back, its middle at `x`, `y`. Drawn, because fonts differ in such signs. */
export function loopSign(x: number, y: number): string {
  return (
    `<rect class="mark recursive" x="${px(x - 9)}" y="${px(y - HEIGHT / 2)}" width="18" height="${HEIGHT}" rx="7.5"/>` +
    `<path class="loop" d="M${px(x + 3.4)} ${px(y - 1.6)}A3.8 3.8 0 1 0 ${px(x + 3.6)} ${px(y + 1.2)}M${px(x + 3.8)} ${px(y - 4.2)}v2.8h-2.8"/>`
  )
}
