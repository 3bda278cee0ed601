import { h } from 'preact'
import type { ComponentChild } from 'preact'
import type { RunElement, RunProblem, RunProcess } from '../../run-protocol.js'
import { count } from '../amounts.js'
import { ElementMark, kindOf } from '../element-mark.js'
import { LimitedList } from '../limited-list.js'
import { hrefOf } from '../route.js'

interface Props {
  readonly id: string
  readonly processes: readonly RunProcess[]
  readonly isOpen: boolean
  readonly problem: RunProblem | undefined
}

/** Elements that are shown at once. */
const ROWS = 100

/** The processes that a run has been to as they were drawn: what is completed, and where it stands. */
export function RunProgress({ id, processes, isOpen, problem }: Props): ComponentChild {
  return h(
    'section',
    { class: 'sheet', 'aria-labelledby': 'progress-title' },
    h('h2', { id: 'progress-title' }, isOpen ? 'Where it is' : 'Where it was'),
    processes.map((process, index) => {
      const isHere = process.elements.some(({ isActive }) => isActive)
      const wrong = problem?.process === process.id ? problem.element : undefined
      const done = process.elements.filter(({ times }) => times > 0).length
      return h(
        'details',
        { key: process.id, class: 'run-process', open: isHere || wrong !== undefined || index === 0 },
        h(
          'summary',
          null,
          h('span', { class: 'function-name' }, process.name ?? process.id),
          isHere ? h('span', { class: 'chip' }, 'stands here') : null,
          h(
            'span',
            { class: 'quiet' },
            `${done} of ${count(process.elements.length, 'element', 'elements')} completed`,
          ),
        ),
        h(LimitedList, {
          class: 'elements',
          most: ROWS,
          items: process.elements.map((each) =>
            h(Row, {
              key: each.element.id,
              id,
              process: process.id,
              row: each,
              isWrong: each.element.id === wrong,
            }),
          ),
        }),
      )
    }),
  )
}

interface RowProps {
  readonly id: string
  readonly process: string
  readonly row: RunElement
  /** What the run has failed with was here. */
  readonly isWrong: boolean
}

function Row({ id, process, row, isWrong }: RowProps): ComponentChild {
  const { element } = row
  return h(
    'li',
    { class: rowLook('element', row), ...(row.isActive ? { 'aria-current': 'step' } : {}) },
    h(ElementMark, { element }),
    h(
      'div',
      { class: 'element-text' },
      h(
        'a',
        {
          class: 'element-name',
          href: hrefOf({ page: 'workflow', id, processId: process, tab: 'elements', elementId: element.id }),
        },
        element.name ?? element.id,
      ),
      h('span', { class: 'quiet' }, kindOf(element)),
    ),
    isWrong ? h('span', { class: 'chip wrong-here' }, 'went wrong here') : h(Standing, { row }),
  )
}

export function rowLook(look: string, { isActive, times }: Pick<RunElement, 'isActive' | 'times'>): string {
  return `${look}${isActive ? ' here' : ''}${times > 0 ? ' done' : ''}`
}

/** Whether a run stands at an element, or has completed it. */
export function Standing({
  row: { isActive, times },
}: {
  readonly row: Pick<RunElement, 'isActive' | 'times'>
}): ComponentChild {
  if (isActive) return h('span', { class: 'chip' }, 'stands here')
  if (times === 0) return null
  return h('span', { class: 'chip good' }, times === 1 ? 'completed' : `completed ${times} times`)
}
