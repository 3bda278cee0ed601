import { h } from 'preact'
import type { ComponentChild } from 'preact'
import type { ListedOrder } from './orders.js'

/** So many are drawn. */
const SHOWN = 50

interface Props {
  /** Missing until they were read. */
  readonly orders: readonly ListedOrder[] | undefined
  readonly selected: string
}

export function OrderList({ orders, selected }: Props): ComponentChild {
  return h(
    'section',
    { class: 'panel', 'aria-labelledby': 'orders-title' },
    h('h2', { id: 'orders-title' }, 'Orders'),
    orders === undefined ? null : h(Listed, { orders, selected }),
  )
}

function Listed({ orders, selected }: Props & { readonly orders: readonly ListedOrder[] }): ComponentChild {
  if (orders.length === 0) return h('p', { class: 'quiet' }, 'None yet: start one.')
  const rest = orders.length - SHOWN
  return [
    h(
      'ul',
      { class: 'orders' },
      orders.slice(0, SHOWN).map((order) => {
        const { id, customer } = order
        const current = id === selected ? 'true' : undefined
        return h(
          'li',
          { key: id },
          h(
            'a',
            { class: 'order', href: `#${id}`, 'aria-current': current },
            h('span', { class: 'order-name' }, customer, h('span', { class: 'quiet' }, ` ${id}`)),
            h(StateChip, { order }),
          ),
        )
      }),
    ),
    rest > 0 ? h('p', { class: 'quiet' }, `and ${rest} older ones`) : null,
  ]
}

/** How it stands, in a word or a few. */
export function StateChip({ order: { state, words } }: { readonly order: ListedOrder }): ComponentChild {
  const text = state === 'open' ? words : state === 'timed-out' ? 'timed out' : state
  return h('span', { class: `chip ${state}` }, text)
}
