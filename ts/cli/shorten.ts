import { printable } from './printable.js'

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u
const NONE = /[\p{M}\u200c\u200d]/u

/** How many columns of a terminal a text takes. */
export function displayWidth(text: string): number {
  let width = 0
  for (const character of text) width += widthOf(character)
  return width
}

function widthOf(character: string): number {
  if (character < '\u0300') return 1
  return NONE.test(character) ? 0 : WIDE.test(character) ? 2 : 1
}

/** A safe text of at most `width` columns: the middle makes way, because ids differ at both ends. */
export function shorten(text: string, width: number): string {
  const safe = printable(text)
  if (displayWidth(safe) <= width) return safe
  const characters = Array.from(safe)
  const half = Math.ceil((width - 1) / 2)
  const head = taken(characters, half)
  const tail = taken([...characters].reverse(), width - 1 - half)
  return `${head.join('')}\u2026${tail.reverse().join('')}`
}

/** A safe text of at most `width` columns: what goes beyond makes way. */
export function cut(text: string, width: number): string {
  const safe = printable(text)
  if (displayWidth(safe) <= width) return safe
  return `${taken(Array.from(safe), width - 1).join('')}\u2026`
}

function taken(characters: readonly string[], width: number): string[] {
  const result: string[] = []
  let used = 0
  for (const character of characters) {
    used += widthOf(character)
    if (used > width) break
    result.push(character)
  }
  return result
}
