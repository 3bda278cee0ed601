import { h } from 'preact'
import type { ComponentChild } from 'preact'
import type { Task } from './orders.js'

interface Props {
  /** Missing until they were read. */
  readonly tasks: readonly Task[] | undefined
  readonly onDone: (task: Task) => void
  readonly onFailed: (task: Task) => void
}

const WORDS = {
  approve: { title: 'Approve', done: 'Approve', failed: 'Reject' },
  ship: { title: 'Ship', done: 'Ship', failed: 'Fail' },
} as const

export function TaskList({ tasks, onDone, onFailed }: Props): ComponentChild {
  return h(
    'section',
    { class: 'panel', 'aria-labelledby': 'tasks-title' },
    // Where the focus goes when the task that had it is done.
    h('h2', { id: 'tasks-title', tabIndex: -1 }, 'Waits for you', count(tasks)),
    tasks?.length === 0
      ? h('p', { class: 'quiet' }, 'Nothing. What a person is to do stands here, in all tabs.')
      : h(
          'ul',
          { class: 'tasks' },
          tasks?.map((task) => {
            const { title, done, failed } = WORDS[task.type]
            const what = task.items.join(', ')
            const of = h('span', { class: 'hidden' }, ` ${what}, for ${task.customer}`)
            return h(
              'li',
              { key: task.token, class: 'task' },
              h(
                'div',
                { class: 'task-words' },
                h('p', { class: 'task-title' }, `${title} ${what}`),
                h('a', { class: 'quiet', href: `#${task.process}` }, `${task.customer}, ${task.process}`),
              ),
              h(
                'div',
                { class: 'actions' },
                h('button', { type: 'button', class: 'button main', onClick: () => onDone(task) }, done, of),
                h('button', { type: 'button', class: 'button', onClick: () => onFailed(task) }, failed, of),
              ),
            )
          }),
        ),
  )
}

function count(list: readonly unknown[] | undefined): ComponentChild {
  return list === undefined || list.length === 0 ? null : h('span', { class: 'count' }, ` ${list.length}`)
}
