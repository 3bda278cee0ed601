import { px } from '../drawing/index.js'
import type { Direction, Point } from './layout.js'

/** The way of an edge as a path: waves through the gaps between columns, level across the columns; or the same for rows. */
export function wayPath([start, ...rest]: readonly Point[], direction: Direction = 'right'): string {
  if (start === undefined) return ''
  const parts = [`M${px(start.x)} ${px(start.y)}`]
  let previous = start
  rest.forEach((point, index) => {
    const end = `${px(point.x)} ${px(point.y)}`
    const halfX = px((previous.x + point.x) / 2)
    const halfY = px((previous.y + point.y) / 2)
    const bends =
      direction === 'right'
        ? `${halfX} ${px(previous.y)} ${halfX} ${px(point.y)}`
        : `${px(previous.x)} ${halfY} ${px(point.x)} ${halfY}`
    parts.push(index % 2 === 1 ? `L${end}` : `C${bends} ${end}`)
    previous = point
  })
  return parts.join('')
}

/** The head of an edge's arrow, for the edges of a kind; '' for those of none. */
export function arrowHead(name: string, kind: string): string {
  const id = `${name}${kind === '' ? '' : `-${kind}`}`
  return `<marker id="${id}" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto"><path class="head${kind === '' ? '' : ` ${kind}`}" d="M0 .5L8 4L0 7.5z"/></marker>`
}
