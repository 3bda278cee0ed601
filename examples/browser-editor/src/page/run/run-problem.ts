import { h } from 'preact'
import type { ComponentChild } from 'preact'
import type { FunctionView, RunProblem } from '../../run-protocol.js'
import { FunctionEditor } from './function-editor.js'
import { hrefOf } from '../route.js'
import { functionWords } from './run-words.js'

interface Props {
  readonly id: string
  readonly problem: RunProblem
  /** Those of the element where it went wrong. */
  readonly functions: readonly FunctionView[]
  readonly functionsHref: string
  readonly onRetry: () => void
}

/** What a run has failed with, where that is, and how to go on. */
export function RunProblemNotice({ id, problem, functions, functionsHref, onRetry }: Props): ComponentChild {
  const { code, message, process, element, expression, goesOn } = problem
  const then = goesOn ? undefined : { label: 'Save and try again', go: onRetry }
  return h(
    'section',
    { class: 'notice failure', 'aria-labelledby': 'problem-title' },
    h(
      'div',
      { class: 'notice-head' },
      h('h2', { id: 'problem-title' }, goesOn ? 'The run cannot go on' : 'The run has failed'),
      h('code', { class: 'code' }, code),
    ),
    h('p', { role: 'alert' }, message),
    element === undefined
      ? null
      : h(
          'p',
          { class: 'place' },
          'At ',
          h(
            'a',
            {
              href: hrefOf({
                page: 'workflow',
                id,
                processId: process ?? '',
                tab: 'elements',
                elementId: element,
              }),
            },
            element,
          ),
          ' in ',
          h('code', null, process ?? ''),
        ),
    expression === undefined ? null : h('p', { class: 'place' }, 'Expression: ', h('code', null, expression)),
    h('p', { class: 'advice' }, h('strong', null, 'What to do: '), advice(problem, functions)),
    functions.map((each) =>
      h(
        'div',
        { key: each.key, class: 'function-of-problem' },
        h('h3', null, functionWords(each)),
        h(FunctionEditor, { id, about: each, ...(then === undefined ? {} : { then }) }),
      ),
    ),
    h(
      'div',
      { class: 'actions' },
      goesOn ? null : h('button', { type: 'button', class: 'button', onClick: onRetry }, 'Try again'),
      functions.length > 0 ? null : h('a', { class: 'button', href: functionsHref }, 'See the functions'),
    ),
  )
}

function advice({ goesOn, code }: RunProblem, functions: readonly FunctionView[]): string {
  if (goesOn) return 'Mend what is missing. It is tried again by itself, ever later.'
  const again =
    'What the run has done before stays done; a process that it has called and that has not completed begins anew.'
  if (functions.length > 0) return `Edit the function, and try again from there. ${again}`
  if (code === 'bad-expression' || code === 'no-branch') {
    return `Let a function or a form before it set what the expression needs, then try again: what had been decided together with this is decided anew. Or start another run. ${again}`
  }
  return `Mend what it names, and try again. ${again}`
}
