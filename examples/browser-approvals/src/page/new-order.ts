import { h } from 'preact'
import type { ComponentChild } from 'preact'
import type { Order } from '../order.js'
import { formFields } from './form-fields.js'

interface Props {
  readonly onStart: (order: Order) => void
}

export function NewOrder({ onStart }: Props): ComponentChild {
  const submit = (event: SubmitEvent): void => {
    const text = formFields(event)
    const items = text('items')
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
    onStart({ customer: text('customer'), items, bankTakes: Number(text('bank-takes')) })
  }
  return h(
    'section',
    { class: 'panel', 'aria-labelledby': 'new-title' },
    h('h2', { id: 'new-title' }, 'New order'),
    h(
      'form',
      { class: 'new-order', onSubmit: submit },
      field('Customer', { name: 'customer', value: 'Ada', maxLength: 60, pattern: '.*\\S.*' }),
      field('Items, with commas between them', {
        name: 'items',
        value: 'mug, book',
        maxLength: 300,
        pattern: '.*[^\\s,].*',
      }),
      field('Seconds that the bank takes', {
        name: 'bank-takes',
        type: 'number',
        value: '4',
        min: 0,
        max: 3600,
        step: 1,
      }),
      h('button', { type: 'submit', class: 'button main' }, 'Start the order'),
    ),
  )
}

function field(
  label: string,
  { value, ...input }: Readonly<Record<string, string | number>>,
): ComponentChild {
  return h(
    'label',
    { class: 'field' },
    h('span', null, label),
    h('input', { ...input, defaultValue: value, required: true }),
  )
}
