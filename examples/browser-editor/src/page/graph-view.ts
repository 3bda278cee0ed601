import { h } from 'preact'
import type { ComponentChild } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Drawing, DrawnUnit } from '../protocol.js'
import { count, size } from './amounts.js'
import { useDesk } from './desk.js'
import { useCall } from './use-call.js'

interface Props {
  readonly id: string
  readonly processId: string
  readonly onSelect: (processId: string) => void
}

type Zoom = 'fit' | number

const MAX_LABEL = 26

export function GraphView({ id, processId, onSelect }: Props): ComponentChild {
  const { revision } = useDesk()
  const [whole, setWhole] = useState(true)
  const [zoom, setZoom] = useState<Zoom>('fit')
  const { data, pending, error } = useCall('draw', { id, processId, whole }, revision)
  const isWhole = data?.left === 0
  return h(
    'section',
    { class: 'pane pane-graph', 'aria-label': 'Call graph', 'aria-busy': pending },
    h(
      'div',
      { class: 'pane-head' },
      h('h2', null, 'Call graph'),
      h(
        'p',
        { class: 'quiet' },
        data === undefined
          ? ''
          : isWhole
            ? count(data.units.length, 'unit', 'units')
            : `${data.units.length} units around ${data.center}; ${data.left.toLocaleString('en')} more`,
      ),
      h(
        'div',
        { class: 'actions' },
        data?.wholeFits === true
          ? h(
              'button',
              {
                type: 'button',
                class: 'button small',
                'aria-pressed': !whole,
                onClick: () => setWhole(!whole),
              },
              'Nearest only',
            )
          : null,
        h(
          'button',
          {
            type: 'button',
            class: 'button small',
            'aria-label': 'Smaller',
            onClick: () => setZoom(step(zoom, 0.8)),
          },
          '−',
        ),
        h(
          'button',
          {
            type: 'button',
            class: 'button small',
            'aria-label': 'Larger',
            onClick: () => setZoom(step(zoom, 1.25)),
          },
          '+',
        ),
        h(
          'button',
          {
            type: 'button',
            class: 'button small',
            'aria-pressed': zoom === 'fit',
            onClick: () => setZoom('fit'),
          },
          'Fit',
        ),
      ),
    ),
    error === undefined ? null : h('p', { role: 'alert' }, error.message),
    data === undefined ? null : h(Canvas, { drawing: data, processId, zoom, onSelect }),
    h(
      'p',
      { class: 'legend quiet' },
      h('span', { class: 'key bar' }, 'bar: bytes of the unit, against the largest'),
      h('span', { class: 'key shared' }, 'called by several'),
      h('span', { class: 'key back' }, 'calls back'),
    ),
  )
}

function step(zoom: Zoom, factor: number): number {
  const now = zoom === 'fit' ? 1 : zoom
  return Math.min(2, Math.max(0.3, now * factor))
}

interface CanvasProps {
  readonly drawing: Drawing
  readonly processId: string
  readonly zoom: Zoom
  readonly onSelect: (processId: string) => void
}

function Canvas({ drawing, processId, zoom, onSelect }: CanvasProps): ComponentChild {
  const frame = useRef<HTMLDivElement>(null)
  const [room, setRoom] = useState({ width: 0, height: 0 })
  // One unit can be tabbed to; the arrow keys go from there.
  const [focused, setFocused] = useState(drawing.center)
  useEffect(() => setFocused(drawing.center), [drawing])
  useLayoutEffect(() => {
    const element = frame.current
    if (element === null) return undefined
    const watching = new ResizeObserver(() =>
      setRoom({ width: element.clientWidth, height: element.clientHeight }),
    )
    watching.observe(element)
    return () => watching.disconnect()
  }, [])
  const scale = zoom === 'fit' ? fitting(drawing, room) : zoom
  const center = drawing.units.find(({ id }) => id === drawing.center)
  useEffect(() => {
    const element = frame.current
    if (element === null || center === undefined) return
    const { box } = drawing
    element.scrollTo({
      left: (center.x + box.width / 2) * scale - element.clientWidth / 2,
      top: (center.y + box.height / 2) * scale - element.clientHeight / 2,
    })
  }, [drawing, scale, room.width])
  const onKeyDown = (event: KeyboardEvent): void => {
    const from = drawing.units.find(({ id }) => id === focused)
    const next = from === undefined ? undefined : neighbour(drawing.units, from, event.key)
    if (next === undefined) return
    event.preventDefault()
    setFocused(next.id)
    const index = drawing.units.indexOf(next)
    frame.current?.querySelector<SVGElement>(`[data-index="${index}"]`)?.focus()
  }
  const touching = new Set(
    drawing.calls.filter(({ from, to }) => from === drawing.center || to === drawing.center),
  )
  return h(
    'div',
    { class: 'canvas', ref: frame },
    h(
      'svg',
      {
        viewBox: `0 0 ${drawing.width} ${drawing.height}`,
        width: drawing.width * scale,
        height: drawing.height * scale,
        role: 'group',
        'aria-label': 'Units and their calls. The arrow keys go from unit to unit, Enter opens one.',
        onKeyDown,
      },
      h(
        'defs',
        null,
        h(ArrowHead, { id: 'head', kind: '' }),
        h(ArrowHead, { id: 'head-near', kind: 'near' }),
        h(ArrowHead, { id: 'head-back', kind: 'back' }),
      ),
      drawing.calls.map((edge) => {
        const kind = touching.has(edge) ? 'near' : edge.back ? 'back' : ''
        return h('path', {
          key: JSON.stringify([edge.from, edge.to]),
          d: edge.path,
          class: `edge ${kind}${edge.back ? ' dashed' : ''}${edge.calls === 0 ? ' drawn' : ''}`,
          'marker-end': `url(#head${kind === '' ? '' : `-${kind}`})`,
        })
      }),
      drawing.units.map((unit, index) =>
        h(UnitNode, {
          key: unit.id,
          unit,
          index,
          drawing,
          isCenter: unit.id === drawing.center,
          isSelected: unit.id === processId,
          isTabbable: unit.id === focused,
          onFocus: () => setFocused(unit.id),
          onSelect,
        }),
      ),
    ),
  )
}

/** As large as fits, but never so small that it cannot be read. */
function fitting(drawing: Drawing, room: { readonly width: number; readonly height: number }): number {
  if (room.width === 0) return 1
  return Math.min(1.15, Math.max(0.7, Math.min(room.width / drawing.width, room.height / drawing.height)))
}

/** The nearest unit in an arrow key's direction. */
function neighbour(units: readonly DrawnUnit[], from: DrawnUnit, key: string): DrawnUnit | undefined {
  const directions: Readonly<Record<string, readonly [number, number]>> = {
    ArrowRight: [1, 0],
    ArrowLeft: [-1, 0],
    ArrowDown: [0, 1],
    ArrowUp: [0, -1],
  }
  const direction = directions[key]
  if (direction === undefined) return undefined
  const [dx, dy] = direction
  let best: { readonly unit: DrawnUnit; readonly distance: number } | undefined
  for (const unit of units) {
    const along = (unit.x - from.x) * dx + (unit.y - from.y) * dy
    if (along <= 1) continue
    const across = Math.abs((unit.x - from.x) * dy) + Math.abs((unit.y - from.y) * dx)
    // To the side the next column counts most, up and down the same column.
    const distance = dx === 0 ? along + 4 * across : 4 * along + across
    if (best === undefined || distance < best.distance) best = { unit, distance }
  }
  return best?.unit
}

interface NodeProps {
  readonly unit: DrawnUnit
  readonly index: number
  readonly drawing: Drawing
  readonly isCenter: boolean
  readonly isSelected: boolean
  readonly isTabbable: boolean
  readonly onFocus: () => void
  readonly onSelect: (processId: string) => void
}

function UnitNode({
  unit,
  index,
  drawing,
  isCenter,
  isSelected,
  isTabbable,
  onFocus,
  onSelect,
}: NodeProps): ComponentChild {
  const { id, bytes, embedded, missing, callers, hidden, x, y } = unit
  const { width, height } = drawing.box
  const amount = missing ? 'not in the workflow' : size(bytes)
  const details = embedded === 0 ? amount : `${amount}, ${count(embedded + 1, 'process', 'processes')}`
  const label = [id, details, hidden === 0 ? '' : `${hidden} neighbours not drawn`]
    .filter((part) => part !== '')
    .join(', ')
  const bar = drawing.largest === 0 ? 0 : Math.max(2, ((width - 20) * bytes) / drawing.largest)
  const look = `unit${isCenter ? ' center' : ''}${callers > 1 ? ' shared' : ''}${missing ? ' missing' : ''}`
  return h(
    'g',
    {
      class: look,
      transform: `translate(${x} ${y})`,
      role: 'button',
      tabIndex: isTabbable ? 0 : -1,
      'data-index': index,
      'aria-label': label,
      'aria-pressed': isSelected || isCenter,
      onFocus,
      onClick: () => onSelect(id),
      onKeyDown: (event: KeyboardEvent) => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        onSelect(id)
      },
    },
    h('title', null, label),
    h('rect', { class: 'box', width, height, rx: 7 }),
    h('text', { class: 'name', x: 10, y: 18 }, shortened(id)),
    h('text', { class: 'detail', x: 10, y: 32 }, details),
    h('rect', { class: 'track', x: 10, y: 38, width: width - 20, height: 3, rx: 1.5 }),
    missing ? null : h('rect', { class: 'bar', x: 10, y: 38, width: bar, height: 3, rx: 1.5 }),
    hidden === 0 ? null : h('text', { class: 'detail more', x: width - 10, y: 18 }, `+${hidden}`),
  )
}

function shortened(id: string): string {
  const characters = Array.from(id)
  return characters.length <= MAX_LABEL ? id : `${characters.slice(0, MAX_LABEL - 1).join('')}…`
}

function ArrowHead({ id, kind }: { readonly id: string; readonly kind: string }): ComponentChild {
  return h(
    'marker',
    {
      id,
      class: `arrow ${kind}`,
      viewBox: '0 0 8 8',
      refX: 7,
      refY: 4,
      markerWidth: 7,
      markerHeight: 7,
      orient: 'auto',
      markerUnits: 'userSpaceOnUse',
    },
    h('path', { d: 'M0 0.8 7.5 4 0 7.2z' }),
  )
}
