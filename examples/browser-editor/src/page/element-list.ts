import { h } from 'preact'
import type { ComponentChild } from 'preact'
import type { DescribedElement } from 'unitflow/read'
import type { PickedElement, ProcessView } from '../protocol.js'
import { useDesk } from './desk.js'
import { ElementMark, kindOf } from './element-mark.js'
import { LimitedList } from './limited-list.js'
import { hrefOf } from './route.js'
import { rowLook, Standing } from './run/run-progress.js'
import { runName } from './run/run-words.js'
import { useLiveCall } from './run/use-live-call.js'
import type { RunElement } from '../run-protocol.js'

interface Props {
  readonly id: string
  readonly process: ProcessView
  readonly onFollow: () => void
}

/** Elements that are shown at once. */
const ROWS = 150

/** The elements as they were drawn. Checked ones are where a run stands. */
export function ElementList({ id, process, onFollow }: Props): ComponentChild {
  const { picked, pick, followed, work } = useDesk()
  const run = useLiveCall(
    'run',
    followed === undefined ? undefined : { id, run: followed },
    `${work.revision}`,
  )
  const drawn = run.data?.processes.find((each) => each.id === process.id)?.elements ?? []
  const standing = new Map(drawn.map((row) => [row.element.id, row]))
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
    followed === undefined
      ? null
      : h(
          'p',
          { class: 'hint' },
          'Marked is where ',
          h('a', { href: hrefOf({ page: 'run', id, run: followed }) }, `run ${runName(followed)}`),
          ' is.',
        ),
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
          standing: standing.get(element.id),
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
  /** In the run that is followed. */
  readonly standing: RunElement | undefined
  readonly onToggle: () => void
  readonly onFollow: () => void
}

function ElementRow({
  id,
  processId,
  element,
  isPicked,
  standing,
  onToggle,
  onFollow,
}: RowProps): ComponentChild {
  const { name, lane, calls, embeds } = element
  const inside = calls ?? embeds
  const details = [kindOf(element), ...(lane === undefined ? [] : [lane])].join(', ')
  return h(
    'li',
    { class: standing === undefined ? 'element' : rowLook('element', standing) },
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
    standing === undefined ? null : h(Standing, { row: standing }),
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
