import { h } from 'preact'
import type { ComponentChild } from 'preact'
import { useState } from 'preact/hooks'

interface Props {
  /** How many are on their way into the list. */
  readonly keeping: number
  readonly onFiles: (files: readonly File[]) => void
}

/** By a dialog, or dropped onto it. */
export function ChooseFiles({ keeping, onFiles }: Props): ComponentChild {
  const [isOver, setOver] = useState(false)
  const choose = ({ currentTarget }: Event): void => {
    if (!(currentTarget instanceof HTMLInputElement)) return
    onFiles([...(currentTarget.files ?? [])])
    // The same one may be chosen again.
    currentTarget.value = ''
  }
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    setOver(false)
    onFiles([...(event.dataTransfer?.files ?? [])])
  }
  const over = (event: DragEvent): void => {
    event.preventDefault()
    setOver(true)
  }
  return h(
    'section',
    {
      class: `panel choose ${isOver ? 'over' : ''}`,
      'aria-labelledby': 'choose-title',
      onDragOver: over,
      onDragLeave: () => setOver(false),
      onDrop: drop,
    },
    h('h2', { id: 'choose-title' }, 'Upload files'),
    h(
      'p',
      { class: 'quiet' },
      'Drop them here, or choose them. Once they are in the list, close the tab whenever you like: the next one goes on.',
    ),
    h(
      'label',
      { class: 'button main file' },
      'Choose files',
      h('input', { type: 'file', multiple: true, onChange: choose }),
    ),
    // Large files take a while.
    keeping === 0
      ? null
      : h('p', null, `Keeping ${keeping === 1 ? 'a file' : `${keeping} files`} in this browser…`),
  )
}
