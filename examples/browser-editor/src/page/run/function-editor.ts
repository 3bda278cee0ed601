import { h } from 'preact'
import type { ComponentChild } from 'preact'
import { useEffect, useId, useState } from 'preact/hooks'
import type { FunctionView } from '../../run-protocol.js'
import { asError } from '../as-error.js'
import { call } from '../client.js'
import { useDesk } from '../desk.js'
import { functionWords } from './run-words.js'

interface Props {
  readonly id: string
  readonly about: FunctionView
  /** What follows saving: `Save and try again`. */
  readonly then?: { readonly label: string; readonly go: () => void }
}

/** A function, beside what the spec has for it. */
export function FunctionEditor({ id, about, then }: Props): ComponentChild {
  const { say } = useDesk()
  const { key, script, text, state } = about
  const [draft, setDraft] = useState(text)
  const [saved, setSaved] = useState(text)
  const [problem, setProblem] = useState<string | undefined>(undefined)
  const [isSaving, setIsSaving] = useState(false)
  const problemId = useId()
  // What was saved elsewhere is taken over, where nothing is being written here.
  useEffect(() => {
    if (draft === saved) setDraft(text)
    setSaved(text)
  }, [text])
  const save = (next: string | undefined): void => {
    setIsSaving(true)
    setProblem(undefined)
    call('saveFunctions', { id, functions: [{ key, text: next }] })
      .then(
        () => {
          if (next !== undefined) setSaved(next)
          say(`Saved: ${functionWords(about)}`)
          then?.go()
        },
        (error: unknown) => setProblem(asError(error).message),
      )
      .finally(() => setIsSaving(false))
  }
  const submit = (event: Event): void => {
    event.preventDefault()
    save(draft)
  }
  const isNew = draft !== saved || state === 'missing'
  return h(
    'form',
    { class: 'function', onSubmit: submit },
    h(
      'div',
      { class: 'function-sides' },
      h(
        'label',
        { class: 'field' },
        h('span', null, 'Function'),
        h('textarea', {
          rows: Math.min(14, Math.max(3, draft.split('\n').length + 1)),
          value: draft,
          spellcheck: false,
          wrap: 'off',
          'aria-invalid': problem !== undefined,
          ...(problem === undefined ? {} : { 'aria-describedby': problemId }),
          onInput: (event: InputEvent & { readonly currentTarget: HTMLTextAreaElement }) =>
            setDraft(event.currentTarget.value),
        }),
      ),
      script === undefined
        ? null
        : h(
            'div',
            { class: 'field' },
            h('span', null, 'Script of the spec'),
            h(
              'pre',
              { class: 'script', tabIndex: 0, role: 'region', 'aria-label': 'Script of the spec' },
              script,
            ),
          ),
    ),
    problem === undefined ? null : h('p', { id: problemId, class: 'wrong', role: 'alert' }, problem),
    h(
      'div',
      { class: 'actions' },
      h(
        'button',
        {
          type: 'submit',
          class: then === undefined ? 'button small main' : 'button main',
          disabled: isSaving || (!isNew && then === undefined),
        },
        then?.label ?? 'Save',
      ),
      state === 'own' && then === undefined
        ? h(
            'button',
            { type: 'button', class: 'button small', disabled: isSaving, onClick: () => save(undefined) },
            'Take it away',
          )
        : null,
    ),
  )
}
