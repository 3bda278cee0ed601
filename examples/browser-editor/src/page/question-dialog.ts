import { h } from 'preact'
import type { ComponentChild } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Answer, Question } from './desk.js'

interface Props {
  readonly question: Question
  readonly onAnswer: (answer: Answer | undefined) => void
}

/** A native dialog: the browser keeps the focus inside, closes it with Escape and gives the focus back. */
export function QuestionDialog({ question, onAnswer }: Props): ComponentChild {
  const { title, text, input, answers } = question
  const dialog = useRef<HTMLDialogElement>(null)
  const [value, setValue] = useState(input?.value ?? '')
  useEffect(() => {
    dialog.current?.showModal()
    dialog.current?.querySelector('input')?.select()
  }, [])
  const answer = (given: Answer | undefined): void => {
    dialog.current?.close()
    onAnswer(given)
  }
  const first = answers[0]
  const isEmpty = input !== undefined && value.trim() === ''
  return h(
    'dialog',
    {
      ref: dialog,
      class: 'dialog',
      'aria-labelledby': 'dialog-title',
      onCancel: (event: Event) => {
        event.preventDefault()
        answer(undefined)
      },
    },
    h('h2', { id: 'dialog-title' }, title),
    text === undefined ? null : h('div', { class: 'dialog-text' }, text),
    input === undefined
      ? null
      : h(
          'label',
          { class: 'field' },
          h('span', null, input.label),
          h('input', {
            type: 'text',
            value,
            onInput: (event: InputEvent & { readonly currentTarget: HTMLInputElement }) =>
              setValue(event.currentTarget.value),
            onKeyDown: (event: KeyboardEvent) => {
              if (event.key !== 'Enter' || isEmpty || first === undefined) return
              event.preventDefault()
              answer({ value: first.value, text: value.trim() })
            },
          }),
        ),
    h(
      'div',
      { class: 'actions end' },
      h('button', { type: 'button', class: 'button', onClick: () => answer(undefined) }, 'Cancel'),
      answers.map((each, index) =>
        h(
          'button',
          {
            key: each.value,
            type: 'button',
            class: `button ${each.danger === true ? 'danger' : index === 0 ? 'main' : ''}`,
            disabled: isEmpty,
            onClick: () => answer({ value: each.value, text: value.trim() }),
          },
          each.label,
        ),
      ),
    ),
  )
}
