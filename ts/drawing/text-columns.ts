import { drawable } from './label.js'

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u
const NONE = /[\p{M}\u200c\u200d]/u

/** How many columns of a terminal a text takes. */
export function columnsOf(text: string): number {
  let columns = 0
  for (const character of text) columns += columnsOfCharacter(character)
  return columns
}

function columnsOfCharacter(character: string): number {
  if (character < '\u0300') return 1
  return NONE.test(character) ? 0 : WIDE.test(character) ? 2 : 1
}

/** A text that is safe in a terminal, in exactly so many columns: what goes beyond makes way, what lacks is filled. */
export function fitted(text: string, columns: number, dots: string): string {
  const cut = cutTo(text, columns, dots)
  return cut + ' '.repeat(Math.max(columns - columnsOf(cut), 0))
}

/** A text that is safe in a terminal, in at most so many columns. */
export function cutTo(text: string, columns: number, dots: string): string {
  const safe = drawable(text)
  if (columnsOf(safe) <= columns) return safe
  let cut = ''
  let left = columns - dots.length
  if (left < 0) return dots.slice(0, columns)
  for (const character of safe) {
    left -= columnsOfCharacter(character)
    if (left < 0) break
    cut += character
  }
  return cut + dots
}

/** The same, but the middle makes way: names differ at both ends. */
export function shortenedTo(text: string, columns: number, dots: string): string {
  const safe = drawable(text)
  if (columnsOf(safe) <= columns) return safe
  const half = Math.floor((columns - dots.length) / 2)
  if (half < 2) return cutTo(safe, columns, dots)
  const tail: string[] = []
  let left = half
  for (const character of Array.from(safe).reverse()) {
    left -= columnsOfCharacter(character)
    if (left < 0) break
    tail.unshift(character)
  }
  return cutTo(safe, columns - half, dots) + tail.join('')
}
