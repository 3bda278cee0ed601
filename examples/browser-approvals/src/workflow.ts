import {
  cancelActivity,
  cancelProcess,
  completeProcess,
  defineActivity,
  defineWorkflow,
  failProcess,
  of,
  scheduleActivity,
  status,
} from 'unitflow/deciders'
import type { Activity, ActivityContext, Schema, Workflow } from 'unitflow/deciders'
import { enter } from './bank.js'
import type { Order } from './order.js'

/** Without a tab an activity waits as long as this. */
const scheduleToStart = '30d'

/** Its tab is gone after five silent seconds, and another one tries again, with the same key. */
const alive = { scheduleToStart, heartbeat: '5s', retry: { attempts: 20, backoff: 'fixed' } } as const

/** A person says yes or no, and who that was. */
export const approve: Activity<'approve', Order, string> = defineActivity('approve', {
  completion: 'manual',
  scheduleToStart,
  input: of<Order>(),
  result: of<string>(),
})

/** A person ships an item, and says under which number. */
export const ship: Activity<'ship', string, string> = defineActivity('ship', {
  completion: 'manual',
  scheduleToStart,
  input: of<string>(),
  result: of<string>(),
})

const charge = defineActivity('charge', alive, async ({ bankTakes }: Order, activity) => {
  const isNew = await enter(activity.processId, 'charge', activity.idempotencyKey)
  if (isNew) await seconds(bankTakes, activity)
})

const refund = defineActivity('refund', alive, async (_: Order, activity) => {
  await enter(activity.processId, 'refund', activity.idempotencyKey)
})

function seconds(count: number, { signal }: ActivityContext): Promise<void> {
  return new Promise((resolve, reject) => {
    setTimeout(resolve, count * 1000)
    signal.addEventListener('abort', () => reject(signal.reason as Error))
  })
}

/**
 * An order is approved by a person, paid, and then a person ships each item. Where a shipment fails, the others are called
 * off, the money goes back, and the order is canceled.
 */
export const order: Workflow<'order', Order, undefined, { readonly extra_shipment: Schema<string> }> =
  defineWorkflow({
    name: 'order',
    input: of<Order>(),
    result: of<undefined>(),
    signals: { extra_shipment: of<string>() },
    activities: [approve, charge, ship, refund],
    // A tab that is closed while it decides is replaced after this time.
    decisionTimeout: '10s',
    decide(process) {
      const approval = process.latest(approve)
      if (approval === undefined) {
        return [scheduleActivity(approve, process.input), status('waits for approval')]
      }
      if (isOpen(approval)) return []
      if (approval.type !== 'completed') return cancelProcess(approval)

      const payment = process.latest(charge)
      if (payment === undefined) return [scheduleActivity(charge, process.input), status('is being paid')]
      if (isOpen(payment)) return []
      if (payment.type !== 'completed') return cancelProcess(payment)

      const shipments = process.all(ship)
      const lost = shipments.find((one) => !isOpen(one) && one.type !== 'completed')
      if (lost !== undefined) {
        const back = process.latest(refund)
        if (back === undefined) {
          return [
            process
              .unfinished(ship)
              .map((open) => cancelActivity(open, { reason: 'the order is called off' })),
            scheduleActivity(refund, process.input),
            status('is called off'),
          ]
        }
        if (isOpen(back)) return []
        return back.type === 'completed' ? cancelProcess(lost) : failProcess(back)
      }

      const extra = process.signals('extra_shipment').map(({ data }) => data)
      const missing = [...process.input.items, ...extra].slice(shipments.length)
      if (missing.length > 0) {
        const first = shipments.length + 1
        return [
          missing.map((item, index) => scheduleActivity(ship, item, { id: `item ${first + index}` })),
          status('is being shipped'),
        ]
      }
      return shipments.some(isOpen) ? [] : [completeProcess(undefined), status('is shipped')]
    },
  })

type Open = { readonly type: 'scheduled' | 'started' }

function isOpen<Execution extends { readonly type: string }>(
  execution: Execution,
): execution is Extract<Execution, Open> {
  return execution.type === 'scheduled' || execution.type === 'started'
}
