import { h } from 'preact'
import type { ComponentChild } from 'preact'
import type { DescribedElement } from 'unitflow/read'
import type { PickedElement, ProcessView } from '../protocol.js'
import { useDesk } from './desk.js'
import { ElementMark, kindOf } from './element-mark.js'
import { LimitedList } from './limited-list.js'
import { hrefOf } from './route.js'

interface Props {
  readonly id: string
  readonly process: ProcessView
  readonly onFollow: () => void
}

/** Elements that are shown at once. */
const ROWS = 150

/** The elements as they were drawn. Checked ones are where a run stands. */
export function ElementList({ id, process, onFollow }: Props): ComponentChild {
  const { picked, pick } = useDesk()
  const isHere = (elementId: string) => (other: PickedElement) =>
    other.processId === process.id && other.elementId === elementId
  const toggle = (elementId: string): void => {
    const rest = picked.filter((other) => !isHere(elementId)(other))
    pick(rest.length < picked.length ? rest : [...picked, { processId: process.id, elementId }])
  }
  if (process.elements.length === 0) return h('p', { class: 'quiet' }, 'Nothing is drawn in this process.')
  return h(
    'div',
    null,
    h('p', { class: 'quiet hint' }, 'Check the elements where a run stands, then see its resume unit.'),
    h(LimitedList, {
      class: 'elements',
      most: ROWS,
      items: process.elements.map((element) =>
        h(ElementRow, {
          key: element.id,
          id,
          processId: process.id,
          element,
          isPicked: picked.some(isHere(element.id)),
          onToggle: () => toggle(element.id),
          onFollow,
        }),
      ),
    }),
  )
}

interface RowProps {
  readonly id: string
  readonly processId: string
  readonly element: DescribedElement
  readonly isPicked: boolean
  readonly onToggle: () => void
  readonly onFollow: () => void
}

function ElementRow({ id, processId, element, isPicked, onToggle, onFollow }: RowProps): ComponentChild {
  const { name, lane, calls, embeds } = element
  const inside = calls ?? embeds
  const details = [kindOf(element), ...(lane === undefined ? [] : [lane])].join(', ')
  return h(
    'li',
    { class: 'element' },
    h('input', {
      type: 'checkbox',
      checked: isPicked,
      'aria-label': `A run stands at ${name ?? element.id}`,
      onChange: onToggle,
    }),
    h(ElementMark, { element }),
    h(
      'div',
      { class: 'element-text' },
      h(
        'a',
        {
          class: 'element-name',
          href: hrefOf({ page: 'workflow', id, processId, tab: 'elements', elementId: element.id }),
        },
        name ?? element.id,
      ),
      h('span', { class: 'quiet' }, details),
    ),
    inside === undefined
      ? null
      : h(
          'a',
          {
            class: 'chip',
            href: hrefOf({ page: 'workflow', id, processId: inside, tab: 'elements' }),
            'aria-label': `${calls === undefined ? 'Embeds' : 'Calls'} ${inside}`,
            onClick: onFollow,
          },
          `${inside} →`,
        ),
  )
}
