import { cutTo, shortenedTo } from '../drawing/index.js'
import { printable } from './printable.js'

export { columnsOf as displayWidth } from '../drawing/index.js'

const DOTS = '\u2026'

/** A safe text of at most `width` columns: the middle makes way, because ids differ at both ends. */
export function shorten(text: string, width: number): string {
  return shortenedTo(printable(text), width, DOTS)
}

/** A safe text of at most `width` columns: what goes beyond makes way. */
export function cut(text: string, width: number): string {
  return cutTo(printable(text), width, DOTS)
}
