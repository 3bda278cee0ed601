import { h } from 'preact'
import type { ComponentChild } from 'preact'
import { useId, useState } from 'preact/hooks'
import type { FormField, HumanTask } from '../../run-protocol.js'
import { asError } from '../as-error.js'
import { call } from '../client.js'
import { useDesk } from '../desk.js'
import { given, isObject } from './given.js'

interface Props {
  readonly id: string
  readonly task: HumanTask
  /** It was sent: the form goes away, and the focus with it. */
  readonly onSent: () => void
}

/** A task for a person, to be filled in. It is checked before it is sent. */
export function HumanForm({ id, task, onSent }: Props): ComponentChild {
  const { say } = useDesk()
  const { name, lane, documentation, instructions, fields, variable, data, token, process } = task
  const [values, setValues] = useState(() => fields.map(({ value }) => value))
  const [others, setOthers] = useState('{}')
  const [wrong, setWrong] = useState<ReadonlyMap<number, string>>(new Map())
  const [failure, setFailure] = useState<string | undefined>(undefined)
  const [isSending, setIsSending] = useState(false)
  const titleId = useId()
  const submit = (event: Event): void => {
    event.preventDefault()
    const checked = given(task, values, others)
    setWrong(checked.wrong)
    setFailure(undefined)
    if (checked.wrong.size > 0) return
    setIsSending(true)
    call('complete', { id, token, given: checked.value }).then(
      () => {
        say(`Done: ${name}`)
        onSent()
      },
      (error: unknown) => {
        setIsSending(false)
        setFailure(asError(error).message)
      },
    )
  }
  return h(
    'form',
    { class: 'human', 'aria-labelledby': titleId, noValidate: true, onSubmit: submit },
    h('h3', { id: titleId }, name),
    h('p', { class: 'quiet' }, lane === undefined ? '' : `${lane}, `, 'in ', h('code', null, process)),
    documentation === undefined ? null : h('p', null, documentation),
    instructions === undefined ? null : h('p', { class: 'instructions' }, instructions),
    fields.map((field, index) =>
      h(Field, {
        key: field.path.join(' '),
        field,
        value: values[index] ?? '',
        problem: wrong.get(index),
        onValue: (value) => setValues(values.with(index, value)),
      }),
    ),
    variable === undefined
      ? h(
          'details',
          { class: 'others', open: fields.length === 0 || wrong.has(-1) },
          h('summary', null, fields.length === 0 ? 'Variables to set' : 'Other variables to set'),
          h(Field, {
            field: { path: [], label: 'As a JSON object', kind: 'json', value: '{}' },
            value: others,
            problem: wrong.get(-1),
            onValue: setOthers,
          }),
        )
      : null,
    isObject(data)
      ? h(
          'details',
          { class: 'others' },
          h('summary', null, 'The variables here'),
          h(
            'pre',
            { class: 'script', tabIndex: 0, role: 'region', 'aria-label': 'The variables here' },
            data,
          ),
        )
      : null,
    failure === undefined ? null : h('p', { class: 'wrong', role: 'alert' }, failure),
    h(
      'div',
      { class: 'actions' },
      h(
        'button',
        { type: 'submit', class: 'button main', disabled: isSending },
        isSending ? 'Sending …' : 'Complete',
      ),
    ),
  )
}

interface FieldProps {
  readonly field: FormField
  readonly value: string
  readonly problem: string | undefined
  readonly onValue: (value: string) => void
}

export function Field({ field, value, problem, onValue }: FieldProps): ComponentChild {
  const { label, kind, options = [] } = field
  const problemId = useId()
  const state = {
    'aria-invalid': problem !== undefined,
    ...(problem === undefined ? {} : { 'aria-describedby': problemId }),
  }
  const onInput = (event: Event & { readonly currentTarget: { readonly value: string } }): void =>
    onValue(event.currentTarget.value)
  const told =
    problem === undefined ? null : h('span', { id: problemId, class: 'wrong', role: 'alert' }, problem)
  if (kind === 'boolean') {
    return h(
      'label',
      { class: 'check' },
      h('input', {
        type: 'checkbox',
        checked: value === 'true',
        onChange: (event: Event & { readonly currentTarget: HTMLInputElement }) =>
          onValue(String(event.currentTarget.checked)),
      }),
      h('span', null, label),
    )
  }
  return h(
    'label',
    { class: 'field' },
    h('span', null, label),
    kind === 'json'
      ? h('textarea', { rows: 3, value, spellcheck: false, onInput, ...state })
      : kind === 'choice'
        ? h(
            'select',
            { value, onChange: onInput, ...state },
            options.map((option) => h('option', { key: option.value, value: option.value }, option.label)),
          )
        : h('input', {
            type: 'text',
            value,
            autocomplete: 'off',
            ...(kind === 'number' ? { inputMode: 'decimal' } : {}),
            onInput,
            ...state,
          }),
    told,
  )
}
