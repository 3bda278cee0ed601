import { h } from 'preact'
import type { ComponentChild } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { FunctionView, RunView } from '../../run-protocol.js'
import { short, when } from '../amounts.js'
import { call } from '../client.js'
import { useDesk } from '../desk.js'
import { go, hrefOf } from '../route.js'
import { HumanForm } from './human-form.js'
import { RunProblemNotice } from './run-problem.js'
import { RunProgress } from './run-progress.js'
import { progressWords, runName, stateWords } from './run-words.js'
import { WaitList } from './wait-list.js'

interface Props {
  readonly id: string
  readonly view: RunView
  /** Of the process that the run started with, as it is now. */
  readonly functions: readonly FunctionView[]
}

/** One run: what it asks for, what it waits for, where it is. */
export function RunPanel({ id, view, functions }: Props): ComponentChild {
  const desk = useDesk()
  const { run, processId, state, startedAt, version, currentVersion, tasks, waits, problem, result } = view
  const heading = useRef<HTMLHeadingElement>(null)
  const words = progressWords(view)
  useEffect(() => desk.say(words), [words])
  useEffect(() => {
    desk.follow(run)
    heading.current?.focus({ preventScroll: true })
  }, [run])
  const attempt = (title: string, work: Promise<unknown>, done: () => void): void => {
    work.then(done, (error: unknown) => desk.fail(title, error))
  }
  const retry = (): void => {
    call('retryRun', { id, run }).then(
      (again) => go({ page: 'run', id, processId, run: again }),
      (error: unknown) => desk.fail('The run could not be tried again', error),
    )
  }
  const cancel = (): void =>
    attempt('The run was not canceled', call('cancelRun', { id, run }), () => desk.say('Canceled'))
  const remove = (): void =>
    attempt('The run was not removed', call('removeRun', { id, run }), () => {
      desk.follow(undefined)
      go({ page: 'run', id, processId })
    })
  const button = (label: string, onClick: () => void): ComponentChild =>
    h('button', { type: 'button', class: 'button small', onClick }, label)
  return h(
    'article',
    { class: 'run-panel', 'aria-labelledby': 'run-title' },
    h(
      'header',
      { class: 'sheet run-head' },
      h('h2', { id: 'run-title', ref: heading, tabIndex: -1 }, `Run ${runName(run)}`),
      h('span', { class: `chip state ${state}` }, stateWords(view)),
      h(
        'p',
        { class: 'quiet' },
        'Of ',
        h('code', null, processId),
        `, started ${when(startedAt)} on version `,
        h('code', { title: version, class: 'run-version' }, short(version)),
        view.retryOf === undefined ? '' : `, tries run ${runName(view.retryOf)} again`,
      ),
      version === currentVersion
        ? null
        : h(
            'p',
            { class: 'stays' },
            'The workflow was changed since. This run stays on the version that it was started on; what is started now runs on ',
            h('code', { title: currentVersion }, short(currentVersion)),
            '.',
          ),
      h(
        'div',
        { class: 'actions' },
        state === 'open' ? button('Cancel the run', cancel) : button('Remove the run', remove),
        h('a', { class: 'button small', href: hrefOf({ page: 'run', id, processId }) }, 'Functions'),
      ),
    ),
    problem === undefined
      ? null
      : h(RunProblemNotice, {
          id,
          problem,
          functions: functions.filter(({ key }) => problem.keys.includes(key)),
          functionsHref: hrefOf({ page: 'run', id, processId }),
          onRetry: retry,
        }),
    tasks.length === 0
      ? null
      : h(
          'section',
          { class: 'sheet', 'aria-labelledby': 'tasks-title' },
          h('h2', { id: 'tasks-title' }, 'Waits for you'),
          tasks.map((task) =>
            h(HumanForm, {
              key: task.token,
              id,
              task,
              onSent: () => heading.current?.focus({ preventScroll: true }),
            }),
          ),
        ),
    waits.length === 0 ? null : h(WaitList, { id, run, waits }),
    result === undefined
      ? null
      : h(
          'section',
          { class: 'sheet', 'aria-labelledby': 'result-title' },
          h('h2', { id: 'result-title' }, 'What it came to'),
          h(
            'pre',
            { class: 'script', tabIndex: 0, role: 'region', 'aria-label': 'Variables at the end' },
            result,
          ),
        ),
    h(RunProgress, { id, processes: view.processes, isOpen: state === 'open', problem }),
  )
}
