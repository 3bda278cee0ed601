import { h } from 'preact'
import type { ComponentChild } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { DrawnProcess, Preview } from '../protocol.js'

interface PreviewProps {
  readonly preview: Preview
  /** Processes that were counted anew in the last edit. */
  readonly fresh: ReadonlySet<string>
}

/** Which process calls which. */
export function CallGraphView({ preview, fresh }: PreviewProps): ComponentChild {
  const { top, drawing } = preview
  const { width, height, calls, processes } = drawing
  const scroller = useRef<HTMLDivElement>(null)
  const shown = processes.find(({ id }) => fresh.size < processes.length && fresh.has(id)) ?? processes[0]
  const [x, y] = [shown?.x ?? 0, shown?.y ?? 0]
  // What has changed is in sight; at first that is where the workflow begins.
  useEffect(() => {
    const { current } = scroller
    current?.scrollTo(x - current.clientWidth / 2, y - current.clientHeight / 2)
  }, [x, y])
  const name = `${processes.length} processes, from ${top}; ${calls.length} calls. The table below has what is in each.`
  return h(
    'section',
    { class: 'panel', 'aria-labelledby': 'graph-title' },
    h('h2', { id: 'graph-title' }, 'Which process calls which'),
    h(
      'div',
      { ref: scroller, class: 'scroller canvas', role: 'region', 'aria-label': 'Drawing', tabIndex: 0 },
      h(
        'svg',
        { class: 'graph', role: 'img', 'aria-label': name, width, height, viewBox: `0 0 ${width} ${height}` },
        calls.map(({ from, to, path }) => h('path', { key: `${from}\n${to}`, class: 'call', d: path })),
        processes.map((process) => box(process, preview, fresh.has(process.id))),
      ),
    ),
    h('p', { class: 'quiet' }, h('span', { class: 'key' }), ' counted anew in the last edit'),
  )
}

function box(
  { id, x, y, label, part }: DrawnProcess,
  { top, drawing }: Preview,
  isFresh: boolean,
): ComponentChild {
  const { width, height } = drawing.box
  const left = x - width / 2
  const upper = y - height / 2
  const classes = ['process', ...(id === top ? ['top'] : []), ...(isFresh ? ['fresh'] : [])].join(' ')
  return h(
    'g',
    { key: id, class: classes },
    h('title', null, `${id}: ${label}`),
    h('rect', { class: 'box', x: left, y: upper, width, height, rx: 7 }),
    h('text', { class: 'name', x: left + 10, y: upper + 18 }, id.length > 20 ? `${id.slice(0, 19)}…` : id),
    h('text', { class: 'details', x: left + 10, y: upper + 32 }, label),
    h('rect', { class: 'size', x: left + 10, y: upper + 37, width: (width - 20) * part, height: 3, rx: 1.5 }),
  )
}
