import { setTimeout as sleep } from 'node:timers/promises'
import {
  ActivityCanceled,
  cancelActivity,
  cancelProcess,
  completeProcess,
  defineActivity,
  defineRuleSet,
  failProcess,
  of,
  scheduleActivity,
  status,
} from 'unitflow/deciders'

/**
 * @typedef {{ items: string[], card: string }} Order
 * @typedef {import('unitflow/deciders').Schema<Order>} OrderSchema
 * @typedef {import('unitflow/deciders').Schema<string>} TextSchema
 */

/** Without workers an activity waits as long as this: a shop that was closed over night still ships. */
const scheduleToStart = '30d'

/**
 * An order: a payment, then a shipment for each item, which a person completes. Where one of them fails, the others are
 * called off, the money goes back, and the order is canceled.
 *
 * @param {import('./ledger.mjs').Ledger} ledger where activities leave what they have done
 * @param {number} bankTakes ms until the bank answers
 */
export function defineOrder(ledger, bankTakes) {
  const charge = defineActivity(
    'charge',
    // Its worker is gone after five silent seconds; another one asks again, with the same key.
    { scheduleToStart, heartbeat: '5s', retry: { attempts: 10, backoff: 'fixed' } },
    async (/** @type {Order} */ { items, card }, activity) => {
      if (card === 'declined') throw new ActivityCanceled({ reason: 'the bank has declined the card' })
      const isNew = ledger.enter(activity, 'charge')
      if (isNew) await sleep(bankTakes, undefined, { signal: activity.signal })
      return `${items.length} items paid`
    },
  )

  const ship = defineActivity(
    'ship',
    {
      completion: 'manual',
      scheduleToStart,
      input: /** @type {TextSchema} */ (of()),
      result: /** @type {TextSchema} */ (of()),
    },
    (item, activity) => {
      ledger.enter(activity, `packing slip for ${item}`)
    },
  )

  const cancelOrder = defineActivity(
    'cancel-order',
    { scheduleToStart, heartbeat: '5s', retry: { attempts: 10 } },
    (/** @type {Order} */ _, activity) => {
      ledger.enter(activity, 'refund')
    },
  )

  const order = defineRuleSet({
    name: 'order',
    input: /** @type {OrderSchema} */ (of()),
    activities: [charge, ship, cancelOrder],
    rules: (when) => {
      // A rule is for one event and sees all of the process, also what came with the event. An id says that two rules
      // mean the same thing: it is done once.
      /** @param {import('unitflow/deciders').ReceivedSignal} signal */
      const extra = ({ data, seq }) => scheduleActivity(ship, String(data), { id: `extra ${seq}` })
      /** @param {import('unitflow/deciders').AnyProcessView} process */
      const isPaid = (process) => process.latest(charge)?.type === 'completed'
      /** @param {import('unitflow/deciders').AnyProcessView} process */
      const isCalledOff = (process) => process.all(ship).some(({ type }) => INTERRUPTED.has(type))
      return [
        when.started((process) => [scheduleActivity(charge, process.input), status('waits for the bank')]),
        when.completed(charge, (_, process) => [
          process.input.items.map((item, index) => scheduleActivity(ship, item, { id: `item ${index + 1}` })),
          process.signals('extra_shipment').map(extra),
          status('is being shipped'),
        ]),
        when.interrupted(charge, (failure) => cancelProcess(failure)),
        when.signal(
          'extra_shipment',
          /** @type {TextSchema} */ (of()),
          (_, process, signal) => isPaid(process) && !isCalledOff(process) && extra(signal),
        ),
        when.interrupted(ship, (failure, process) => [
          process.unfinished(ship).map((open) => cancelActivity(open, { reason: 'the order is called off' })),
          scheduleActivity(cancelOrder, process.input, { id: 'cancel-order' }),
          status(`is called off: a shipment ${failure.type}`),
        ]),
        when.completed(cancelOrder, () => cancelProcess({ reason: 'a shipment has failed' })),
        when.interrupted(cancelOrder, (failure) => failProcess(failure)),
        when.settled(() => [status('is shipped'), completeProcess()]),
      ]
    },
  })
  return { order, ship }
}

const INTERRUPTED = new Set(['failed', 'canceled', 'timed-out'])
