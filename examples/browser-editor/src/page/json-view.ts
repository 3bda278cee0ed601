import { h } from 'preact'
import type { ComponentChild } from 'preact'
import { useState } from 'preact/hooks'
import type { ProcessView } from '../protocol.js'
import { count, size } from './amounts.js'
import { useDesk } from './desk.js'
import { useCall } from './use-call.js'

/** Characters that are shown; a page of more is slow, and nobody reads on. */
const MOST = 200_000

export function JsonView({
  id,
  process,
}: {
  readonly id: string
  readonly process: ProcessView
}): ComponentChild {
  const { revision } = useDesk()
  const [spec, setSpec] = useState(true)
  const { data, pending, error } = useCall('json', { id, processId: process.id, spec }, revision)
  const choices = [
    { isSpec: true, label: `Own spec, ${size(process.bytes)}` },
    { isSpec: false, label: `Whole unit, ${size(process.unitBytes)}` },
  ]
  const left = data === undefined ? 0 : data.length - MOST
  return h(
    'div',
    { class: 'json-view', 'aria-busy': pending },
    h(
      'fieldset',
      { class: 'segments' },
      h('legend', { class: 'hidden' }, 'What to show as JSON'),
      choices.map(({ isSpec, label }) =>
        h(
          'label',
          { key: label },
          h('input', {
            type: 'radio',
            name: 'json',
            checked: spec === isSpec,
            onChange: () => setSpec(isSpec),
          }),
          h('span', null, label),
        ),
      ),
    ),
    error === undefined ? null : h('p', { role: 'alert' }, error.message),
    data === undefined
      ? null
      : h(
          'pre',
          { class: 'json', tabIndex: 0, role: 'region', 'aria-label': `JSON of ${process.id}` },
          data.slice(0, MOST),
        ),
    left > 0
      ? h('p', { class: 'quiet' }, `${count(left, 'character', 'characters')} more are not shown.`)
      : null,
  )
}
