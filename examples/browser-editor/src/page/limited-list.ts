import { h } from 'preact'
import type { ComponentChild } from 'preact'
import { useState } from 'preact/hooks'

interface Props {
  readonly class: string
  /** List items. */
  readonly items: readonly ComponentChild[]
  /** How many are shown at first, and how many more each time that more are asked for. */
  readonly most: number
}

/** A list that begins short: a process may call, or hold, thousands. */
export function LimitedList({ class: look, items, most }: Props): ComponentChild {
  const [shown, setShown] = useState(most)
  const left = items.length - shown
  return h(
    'div',
    { class: 'limited' },
    h('ul', { class: look }, items.slice(0, shown)),
    left > 0
      ? h(
          'button',
          { type: 'button', class: 'button small', onClick: () => setShown(shown + most) },
          `${left.toLocaleString('en')} more …`,
        )
      : null,
  )
}
