import { h } from 'preact'
import type { ComponentChild } from 'preact'
import type { Statistics } from '../protocol.js'
import type { EditedText } from './use-text.js'

interface EditorProps {
  readonly text: EditedText
  readonly processes: readonly Statistics[]
  readonly isInvalid: boolean
  readonly onSample: () => void
  readonly onComputeAll: () => void
}

/** The text of the workflow, and what can be done with it. */
export function Editor({ text, processes, isInvalid, onSample, onComputeAll }: EditorProps): ComponentChild {
  const goToProcess = (id: string): void => {
    const json = text.area.current?.value ?? ''
    const place = json.indexOf(`${JSON.stringify(id)}: {`)
    // The top process is no member of anything that has its name.
    const named = place >= 0 ? place : json.indexOf(`"name": ${JSON.stringify(id)}`)
    if (named >= 0) text.goTo(named)
  }
  return h(
    'section',
    { class: 'column', 'aria-labelledby': 'editor-title' },
    h('h2', { id: 'editor-title' }, 'Workflow'),
    h(
      'div',
      { class: 'bar' },
      h(
        'label',
        { class: 'field' },
        h('span', null, 'Go to'),
        h(
          'select',
          {
            value: '',
            onChange: ({ currentTarget }: Event) => {
              if (!(currentTarget instanceof HTMLSelectElement)) return
              const { value } = currentTarget
              currentTarget.value = ''
              if (value !== '') goToProcess(value)
            },
          },
          h('option', { value: '' }, 'a process…'),
          processes.map(({ id }) => h('option', { key: id, value: id }, id)),
        ),
      ),
      h('button', { class: 'button', type: 'button', disabled: !text.canUndo, onClick: text.undo }, 'Undo'),
      h('button', { class: 'button', type: 'button', onClick: onSample }, 'Sample'),
      h('button', { class: 'button', type: 'button', onClick: onComputeAll }, 'Compute all anew'),
    ),
    h('textarea', {
      ref: text.area,
      'aria-label': 'Workflow as JSON',
      'aria-invalid': isInvalid,
      'aria-describedby': isInvalid ? 'problem' : undefined,
      wrap: 'off',
      spellcheck: false,
      autocomplete: 'off',
      autocapitalize: 'off',
      onInput: text.typed,
    }),
  )
}
