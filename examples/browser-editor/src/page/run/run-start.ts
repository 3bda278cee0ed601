import { h } from 'preact'
import type { ComponentChild } from 'preact'
import { useId, useState } from 'preact/hooks'
import type { RunSetup } from '../../run-protocol.js'
import { count } from '../amounts.js'
import { asError } from '../as-error.js'
import { call } from '../client.js'
import { LimitedList } from '../limited-list.js'
import { go } from '../route.js'
import { isObject } from './given.js'
import { Field } from './human-form.js'

interface Props {
  readonly id: string
  /** Missing until it was looked at. */
  readonly setup: RunSetup | undefined
}

/** Starts a run of a process. */
export function RunStart({ id, setup }: Props): ComponentChild {
  const [variables, setVariables] = useState('{}')
  const [problem, setProblem] = useState<string | undefined>(undefined)
  const [isStarting, setIsStarting] = useState(false)
  const title = useId()
  const submit = (event: Event): void => {
    event.preventDefault()
    if (setup === undefined) return
    if (!isObject(variables)) {
      setProblem('This is no JSON object, such as {"total": 120}.')
      return
    }
    setProblem(undefined)
    setIsStarting(true)
    const { processId } = setup
    call('start', { id, processId, variables })
      .then(
        (run) => go({ page: 'run', id, processId, run }),
        (error: unknown) => setProblem(asError(error).message),
      )
      .finally(() => setIsStarting(false))
  }
  const missing = setup?.functions.filter(({ state }) => state === 'missing').length ?? 0
  return h(
    'form',
    { class: 'sheet start', 'aria-labelledby': title, noValidate: true, onSubmit: submit },
    h('h2', { id: title }, 'Start'),
    h(Field, {
      field: { path: [], label: 'Variables, as a JSON object', kind: 'json', value: '{}' },
      value: variables,
      problem,
      onValue: setVariables,
    }),
    missing === 0
      ? null
      : h(
          'p',
          { class: 'quiet' },
          `${count(missing, 'function is', 'functions are')} still to be written. A run that comes to one stops there, and goes on when it is.`,
        ),
    setup === undefined ? null : h(Hindrances, { setup }),
    h(
      'button',
      { type: 'submit', class: 'button main', disabled: setup === undefined || isStarting },
      isStarting ? 'Starting …' : 'Start a run',
    ),
  )
}

function Hindrances({ setup: { hindrances } }: { readonly setup: RunSetup }): ComponentChild {
  if (hindrances.length === 0) return null
  return h(
    'details',
    { class: 'hindrances' },
    h('summary', null, `${count(hindrances.length, 'element', 'elements')} that a run cannot do`),
    h(LimitedList, {
      class: 'plain-list',
      most: 20,
      items: hindrances.map(({ process, element, name, problem }) =>
        h(
          'li',
          { key: `${process}/${element} ${problem}` },
          h('strong', null, name ?? element),
          ` in ${process}: ${problem}`,
        ),
      ),
    }),
  )
}
