import { h } from 'preact'
import type { ComponentChild } from 'preact'
import type { ListedOrder, OrderPage } from './orders.js'

interface Props {
  /** Missing until they were read. */
  readonly page: OrderPage | undefined
  readonly selected: string
}

export function OrderList({ page, selected }: Props): ComponentChild {
  return h(
    'section',
    { class: 'panel', 'aria-labelledby': 'orders-title' },
    h('h2', { id: 'orders-title' }, 'Orders'),
    page === undefined ? null : h(Listed, { page, selected }),
  )
}

function Listed({ page, selected }: Props & { readonly page: OrderPage }): ComponentChild {
  const { orders, hasMore } = page
  if (orders.length === 0) return h('p', { class: 'quiet' }, 'None yet: start one.')
  return [
    h(
      'ul',
      { class: 'orders' },
      orders.map((order) => {
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
    hasMore ? h('p', { class: 'quiet' }, 'and older ones') : null,
  ]
}

/** How it stands, in a word or a few. */
export function StateChip({ order: { state, words } }: { readonly order: ListedOrder }): ComponentChild {
  const text = state === 'open' ? words : state === 'timed-out' ? 'timed out' : state
  return h('span', { class: `chip ${state}` }, text)
}
