import { h } from 'preact'
import type { ComponentChild } from 'preact'
import type { DescribedElement } from 'unitflow/read'

/** The shape that BPMN draws for an element: a circle, a diamond, a rounded box. */
export function ElementMark({ element: { type } }: { readonly element: DescribedElement }): ComponentChild {
  return h(
    'svg',
    { class: 'mark', viewBox: '0 0 20 20', width: 20, height: 20, 'aria-hidden': 'true' },
    shape(type),
  )
}

function shape(type: DescribedElement['type']): ComponentChild[] {
  if (type.endsWith('gateway')) {
    const inside =
      type === 'parallel-gateway'
        ? 'M10 6v8M6 10h8'
        : type === 'exclusive-gateway'
          ? 'M7.5 7.5l5 5m0-5l-5 5'
          : ''
    const diamond = h('path', { key: 'shape', d: 'M10 1.5 18.5 10 10 18.5 1.5 10z' })
    if (inside !== '') return [diamond, h('path', { key: 'inside', d: inside })]
    return [diamond, h('circle', { key: 'inside', cx: 10, cy: 10, r: 3.2 })]
  }
  if (type.endsWith('event')) {
    const outer = h('circle', {
      key: 'shape',
      cx: 10,
      cy: 10,
      r: 7.5,
      class: type === 'end-event' ? 'thick' : '',
    })
    const isSimple = type === 'start-event' || type === 'end-event'
    return isSimple ? [outer] : [outer, h('circle', { key: 'inside', cx: 10, cy: 10, r: 4.8 })]
  }
  const box = h('rect', {
    key: 'shape',
    x: 1.8,
    y: 4,
    width: 16.4,
    height: 12,
    rx: 2.6,
    class: type === 'call-activity' ? 'thick' : '',
  })
  if (type === 'script-task') return [box, h('path', { key: 'inside', d: 'M5.5 8h9M5.5 10.5h6.5M5.5 13h4' })]
  if (type === 'subprocess' || type === 'transaction' || type === 'event-subprocess') {
    return [box, h('path', { key: 'inside', d: 'M10 10v5M7.5 12.5h5' })]
  }
  return [box]
}

/** What an element is, in words. */
export function kindOf({ type, event, loop, typename }: DescribedElement): string {
  const kind = type === 'other' ? typename : type.replaceAll('-', ' ')
  const about = event === undefined || event.kind === 'none' ? '' : `, ${event.kind}`
  const repeated = loop === undefined ? '' : `, ${loop.kind.replaceAll('-', ' ')} loop`
  return `${kind}${about}${repeated}`
}
