import type { Drawing, Statistics } from '../protocol.js'
import type { Layout } from './layout.js'

/** What is drawn: the page only shows it. */
export function drawingOf({ places, ...layout }: Layout, all: readonly Statistics[]): Drawing {
  const byId = new Map(all.map((one) => [one.id, one]))
  const largest = all.reduce((most, { elements }) => Math.max(most, elements), 1)
  return {
    ...layout,
    processes: places.map(({ id, x, y }) => {
      const { elements = 0, decisions = 0 } = byId.get(id) ?? {}
      const label = [
        counted(elements, 'element'),
        ...(decisions > 0 ? [counted(decisions, 'decision')] : []),
      ].join(', ')
      return { id, x, y, label, part: elements / largest }
    }),
  }
}

function counted(count: number, name: string): string {
  return `${count} ${name}${count === 1 ? '' : 's'}`
}
