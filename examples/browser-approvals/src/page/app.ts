import { h } from 'preact'
import type { ComponentChild } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { isUnitflowError } from 'unitflow/deciders'
import type { Order } from '../order.js'
import { manager } from '../shop.js'
import { approve, order, ship } from '../workflow.js'
import { NewOrder } from './new-order.js'
import { OrderDetail } from './order-detail.js'
import { OrderList } from './order-list.js'
import { readOrder, readOrders, readTasks } from './orders.js'
import type { Task } from './orders.js'
import { letWork, tabName } from './tab-worker.js'
import { TaskList } from './task-list.js'
import { asError, useLive } from './use-live.js'

export function App(): ComponentChild {
  const selected = useHash()
  const [works, setWorks] = useState(true)
  const [said, setSaid] = useState('')
  const [failure, setFailure] = useState<Error | undefined>(undefined)
  const orders = useLive(readOrders, [])
  const tasks = useLive(readTasks, [])
  const detail = useLive(() => readOrder(selected), [selected])
  useEffect(() => letWork(works), [works])
  const broken = failure ?? orders.error ?? tasks.error ?? detail.error
  const shown = detail.value?.info.id === selected ? detail.value : undefined

  /** Does something, and says that it is done, or why it is not. */
  const act = (words: string, work: () => Promise<unknown>): void => {
    setFailure(undefined)
    work().then(
      () => setSaid(words),
      (error: unknown) => setFailure(asError(error)),
    )
  }
  const start = (given: Order): void => {
    const id = crypto.randomUUID().slice(0, 6)
    act(`Started order ${id}`, async () => {
      await manager.start(order, given, { id, tags: [given.customer] })
      location.hash = id
    })
  }
  const end = (words: string, work: Promise<unknown>): void => {
    document.querySelector<HTMLElement>('#tasks-title')?.focus({ preventScroll: true })
    act(words, () => work)
  }
  const done = ({ type, token, items }: Task): void => {
    if (type === 'approve') end('Approved', manager.complete(approve, token, `by tab ${tabName}`))
    else end(`Shipped ${items.join(', ')}`, manager.complete(ship, token, `by tab ${tabName}`))
  }
  const fail = ({ type, token, items }: Task): void => {
    const reason = type === 'approve' ? 'rejected' : `${items.join(', ')} cannot be shipped`
    end(`Failed: ${reason}`, manager.fail(token, { reason }))
  }

  return h(
    'div',
    { class: 'page' },
    h(
      'header',
      { class: 'top' },
      h(
        'div',
        null,
        h('h1', null, 'Approvals'),
        h(
          'p',
          { class: 'quiet' },
          'All tabs of this page share the work. Open another one, and close this one.',
        ),
      ),
      h(
        'label',
        { class: 'works' },
        h('input', { type: 'checkbox', checked: works, onChange: () => setWorks(!works) }),
        h('span', null, 'Tab ', h('strong', { class: 'tab-name' }, tabName), ' works'),
      ),
    ),
    h('p', { class: 'hidden', role: 'status' }, said),
    broken === undefined ? null : h('p', { class: 'failure', role: 'alert' }, wordsOf(broken)),
    h(
      'main',
      { class: 'columns' },
      h(
        'div',
        { class: 'column' },
        h(TaskList, {
          tasks: tasks.value,
          onDone: done,
          onFailed: fail,
        }),
        h(OrderList, { page: orders.value, selected }),
        h(NewOrder, { onStart: start }),
      ),
      h(
        'div',
        { class: 'column' },
        shown === undefined
          ? h('p', { class: 'panel quiet' }, 'Choose an order to see what has happened to it.')
          : h(OrderDetail, {
              key: shown.info.id,
              detail: shown,
              onAdd: (item) =>
                act(`Added ${item}`, () => manager.signal(shown.info.id, 'extra_shipment', item)),
              onCancel: () => act('Withdrawn', () => manager.cancel(shown.info.id, { reason: 'withdrawn' })),
            }),
      ),
    ),
  )
}

function wordsOf(error: Error): string {
  if (isUnitflowError(error, 'unknown-activity') || isUnitflowError(error, 'process-closed'))
    return 'Somebody was faster: that is done already.'
  return error.message
}

/** What stands behind the # in the address: the order that is shown. */
function useHash(): string {
  const [hash, setHash] = useState(location.hash.slice(1))
  useEffect(() => {
    const change = (): void => setHash(location.hash.slice(1))
    addEventListener('hashchange', change)
    return () => removeEventListener('hashchange', change)
  }, [])
  return hash
}
