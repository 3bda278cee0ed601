import { h } from 'preact'
import type { ComponentChild } from 'preact'
import type { FunctionView, RunSetup } from '../../run-protocol.js'
import { count } from '../amounts.js'
import { call } from '../client.js'
import { useDesk } from '../desk.js'
import { LimitedList } from '../limited-list.js'
import { FunctionEditor } from './function-editor.js'
import { functionWords } from './run-words.js'

/** Functions that are listed at once, and so many at most are shown open. */
const LISTED = 60
const OPEN = 4

const STATES: Readonly<Record<FunctionView['state'], string>> = {
  own: 'yours',
  script: 'the spec’s script',
  missing: 'to be written',
}

interface Props {
  readonly id: string
  readonly setup: RunSetup
}

/** The functions that a run of a process needs, those that are missing first. */
export function FunctionList({ id, setup }: Props): ComponentChild {
  const { fail, say } = useDesk()
  const { functions } = setup
  const missing = functions.filter(({ state }) => state === 'missing')
  const others = functions.filter(({ state }) => state !== 'missing')
  const takeAll = (): void => {
    const taken = missing.map(({ key, text }) => ({ key, text }))
    call('saveFunctions', { id, functions: taken }).then(
      () => say(`Took ${count(taken.length, 'suggestion', 'suggestions')}`),
      (error: unknown) => fail('The functions were not saved', error),
    )
  }
  return h(
    'section',
    { class: 'sheet', 'aria-labelledby': 'functions-title' },
    h(
      'div',
      { class: 'sheet-head' },
      h('h2', { id: 'functions-title' }, 'Functions'),
      h(
        'p',
        { class: 'quiet' },
        functions.length === 0
          ? 'No element needs one.'
          : `${count(functions.length, 'element needs', 'elements need')} one, ${missing.length} still to be written`,
      ),
      missing.length > 1
        ? h('button', { type: 'button', class: 'button small', onClick: takeAll }, 'Take all suggestions')
        : null,
    ),
    functions.length === 0 ? null : h(Language, null),
    h(LimitedList, {
      class: 'functions',
      most: LISTED,
      items: [...missing, ...others].map((each) =>
        h(
          'li',
          { key: each.key },
          h(
            'details',
            { open: functions.length <= OPEN },
            h(
              'summary',
              null,
              h('span', { class: 'function-name' }, functionWords(each)),
              h('span', { class: `chip plain is-${each.state}` }, STATES[each.state]),
              h('span', { class: 'quiet' }, each.process),
            ),
            h(FunctionEditor, { id, about: each }),
          ),
        ),
      ),
    }),
  )
}

function Language(): ComponentChild {
  return h(
    'details',
    { class: 'language' },
    h('summary', null, 'How to write one'),
    h(
      'p',
      null,
      'Lines of ',
      h('code', null, 'name = expression'),
      ' set variables, ',
      h('code', null, 'del name'),
      ' removes one. Expressions are those of BPMN specs: ',
      h('code', null, "order['total'] * 2 if express else {'left': 5}"),
      ', with comparisons, ',
      h('code', null, 'and'),
      ', ',
      h('code', null, 'or'),
      ', ',
      h('code', null, 'not'),
      ', ',
      h('code', null, 'in'),
      ', ',
      h('code', null, 'len'),
      ', lists and dicts. A service reads ',
      h('code', null, "parameters['name']"),
      ' and gives back what its line ',
      h('code', null, 'result = …'),
      ' says.',
    ),
    h(
      'p',
      { class: 'quiet' },
      'They are computed by unitflow’s comparisons, and nothing is evaluated as code: whoever wrote the workflow can do nothing on this page but set its variables. A script of the spec that keeps to these lines runs as it stands.',
    ),
  )
}
