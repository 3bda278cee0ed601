// TOUR's page on deciders as code that compiles, and each wrong use as code that does not. It is never run: `tsc` is the test.
import type {
  ActivityExecution,
  AnyActivity,
  AnyWorkflow,
  CompletedExecution,
  ProcessId,
  ReceivedSignal,
} from '../../ts/deciders/definitions/index.js'
import {
  cancelActivity,
  cancelProcess,
  cancelTimer,
  checkDecider,
  completeProcess,
  continueAsNew,
  defineActivity,
  defineRuleSet,
  defineWorkflow,
  failProcess,
  recordMarker,
  requestCancelProcess,
  scheduleActivity,
  signalProcess,
  startChildProcess,
  startTimer,
  status,
  unhandledEvents,
} from '../../ts/deciders/definitions/index.js'
import type { Manager } from '../../ts/deciders/manager/index.js'
import type { HistoryEvent, TimeoutKind } from '../../ts/deciders/history/index.js'
import { decideOn, happened, historyOf } from '../../ts/deciders/testing-kit/index.js'
import type { Outcome } from '../../ts/outcome/index.js'
import type { Schema } from '../../ts/schema/index.js'
import { of, validate } from '../../ts/schema/index.js'
import type { Value } from '../../ts/values/index.js'

interface Item {
  sku: string
}
interface Order {
  items: Item[]
  card: string
}
interface Receipt {
  no: number
}
interface Parcel {
  parcel: string
}

declare const bank: {
  charge(order: Order, options: { readonly key: string; readonly signal: AbortSignal }): Promise<Receipt>
}
declare const desk: { ask(item: Item, token: string): Promise<void> }
declare const items: Item[]
declare const card: string
declare const token: string
/** A schema that makes something else of what it is given, as Zod's do. */
declare const price: Schema<string, number>

declare const manager: Manager

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
/** Compiles where the value is of exactly this type: `any` passes for nothing but `any`. */
function isExactly<T>(): <V>(value: V, ...same: Same<V, T> extends true ? [] : [never]) => void {
  return () => undefined
}

const charge = defineActivity(
  'charge',
  { startToClose: '2m', heartbeat: '10s', retry: { attempts: 3 } },
  async (order: Order, activity) => {
    activity.heartbeat({ step: 'card' })
    return await bank.charge(order, { key: activity.idempotencyKey, signal: activity.signal })
  },
)
const ship = defineActivity(
  'ship',
  { completion: 'manual', result: of<Parcel>() },
  async (item: Item, activity) => {
    await desk.ask(item, activity.token)
  },
)
const refund = defineActivity('refund', async (order: Order) => order.card.length)
const quote = defineActivity('quote', { input: price, result: price }, (amount) => amount.toFixed(2))
const ping = defineActivity('ping', () => 'pong')

const checkout = defineWorkflow({
  name: 'checkout',
  input: of<Order>(),
  activities: [charge, ship],
  decide(process) {
    const payment = process.latest(charge)
    if (!payment) return scheduleActivity(charge, process.input)
    if (payment.type === 'scheduled' || payment.type === 'started') return []
    if (payment.type !== 'completed') return cancelProcess(payment)
    if (!process.latest(ship)) return process.input.items.map((item) => scheduleActivity(ship, item))
    return process.unfinished(ship).length === 0 ? completeProcess(payment.result) : []
  },
})

const order = defineRuleSet({
  name: 'order',
  input: of<Order>(),
  activities: [charge, ship, refund],
  rules: (when) => [
    when.started((process) => scheduleActivity(charge, process.input)),
    when.completed(charge, (receipt, process) => {
      isExactly<Receipt>()(receipt)
      return process.input.items.map((item) => scheduleActivity(ship, item))
    }),
    when.interrupted(ship, (failure, process) => {
      isExactly<Item>()(failure.input)
      return [
        ...process.unfinished(ship).map((open) => cancelActivity(open)),
        scheduleActivity(refund, process.input),
      ]
    }),
    when.completed(refund, () => cancelProcess({ reason: 'refunded' })),
    when.signal('extra-item', of<Item>(), (item) => scheduleActivity(ship, item)),
    when.settled(() => completeProcess()),
  ],
})

const stock = defineWorkflow({
  name: 'stock',
  input: of<Item>(),
  result: of<Receipt>(),
  signals: { count: of<number>(), stop: of<undefined>() },
  activities: [ship],
  children: [order],
  decide(process) {
    isExactly<Item>()(process.input)
    isExactly<number | undefined>()(process.signals('count')[0]?.data)
    const latest = process.latest(ship)
    isExactly<ActivityExecution<'ship', Item, Parcel> | undefined>()(latest)
    if (latest?.type === 'timed-out') isExactly<TimeoutKind>()(latest.timeout)
    if (process.unseen().length > 3) return continueAsNew(process.input)
    const child = process.children(order)[0]
    if (child?.type === 'completed') isExactly<'order'>()(child.workflow)
    if (child === undefined) return startChildProcess(order, { items: [process.input], card }, { id: 'one' })
    return new Set([startTimer('1m', { any: 'thing' }), completeProcess({ no: 1 })])
  },
})

export async function tour(): Promise<void> {
  const id = await manager.start(order, { items, card }, { id: 'order-4711', tags: ['web'] })
  const plain: string = id
  await manager.signal(id, 'extra-item', { sku: 'mug' })
  await manager.signal(plain, 'whatever', 7)
  const count = await manager.start(stock, { sku: 'mug' })
  await manager.signal(count, 'stop')
  isExactly<Outcome<Receipt>>()(await manager.result(count))
  isExactly<Outcome<unknown>>()(await manager.result(id))
  await manager.complete(ship, token, { parcel: 'DE-1' })
  // Its schema makes a number of the text.
  await manager.complete(quote, token, '12.50')
  for (const waiting of await manager.waiting({ activity: ship, workflow: order })) {
    isExactly<Item>()(waiting.input)
    isExactly<string | undefined>()(waiting.token)
  }
  for (const waiting of await manager.waiting({ activity: quote })) isExactly<number>()(waiting.input)
  // By its name, an activity is any.
  for (const waiting of await manager.waiting({ activity: 'ship' })) isExactly<Value>()(waiting.input)
  const report = await manager.retryAll({ workflow: 'order', tag: 'web' })
  isExactly<string | undefined>()(report.done[0]?.fork)
  isExactly<number>()(await validate(price, '12.50', 'a price'))

  const { decisions } = decideOn(
    checkout,
    historyOf(checkout, { items, card }, [
      scheduleActivity(charge, { items, card }),
      happened.completed(charge, { no: 1 }),
    ]),
  )
  unused(decisions, checkDecider(order, []), unhandledEvents(order))
}

const parts = { name: 'w', input: of<Order>(), activities: [charge, ship] } as const
const done = { ...parts, result: of<Receipt>() } as const
const rules = { ...done, activities: [charge, ship, refund], children: [stock] } as const

export function rightUse(): readonly unknown[] {
  // Where any workflow or activity is wanted, a definition is none the less checked by its own types.
  const workflows: AnyWorkflow[] = [
    defineWorkflow({ ...parts, decide: () => completeProcess(1) }),
    defineRuleSet({ ...parts, rules: (when) => [when.settled(() => completeProcess(1))] }),
  ]
  const activities: AnyActivity[] = [defineActivity('a', {}, (order: Order) => order.card)]
  return [
    workflows,
    activities,
    // Everything that a decider may give.
    defineWorkflow({ ...parts, decide: () => undefined }),
    defineWorkflow({ ...parts, decide: () => null }),
    defineWorkflow({ ...parts, decide: () => [] }),
    defineWorkflow({ ...parts, decide: () => charge }),
    defineWorkflow({
      ...parts,
      decide: (process) =>
        process.isSettled && [charge, [completeProcess(1), [undefined, false, status('waiting')]]],
    }),
    defineWorkflow({
      ...parts,
      *decide() {
        yield startTimer(1000)
        yield [recordMarker('seen', { by: card }), cancelTimer('t')]
      },
    }),
    defineWorkflow({
      name: 'tree',
      input: of<number>(),
      activities: [],
      // Of its own kind, by name.
      decide: (process) => startChildProcess('tree', process.input + 1, { childPolicy: 'terminate' }),
    }),
    // The schema's input is given, its output is seen.
    defineWorkflow({
      name: 'priced',
      input: price,
      result: price,
      activities: [quote],
      decide: (process) => [
        scheduleActivity(quote, process.input.toFixed()),
        completeProcess(process.input.toFixed()),
        continueAsNew('7'),
        process.latest(quote)?.type === 'completed' && failProcess(new Error('no')),
      ],
    }),
    defineRuleSet({
      name: 'more',
      input: of<Order & { vip: boolean }>(),
      activities: [ping],
      children: [stock],
      extends: order,
      rules: (when) => [
        when.completed(charge, { result: { no: 0 }, input: (input) => input.card === '' }, (receipt) => {
          isExactly<Receipt>()(receipt)
          return scheduleActivity(ping)
        }),
        when.completed((result, _, execution) => {
          isExactly<unknown>()(result)
          isExactly<CompletedExecution>()(execution)
          return undefined
        }),
        when.interrupted(charge, { type: 'timed-out' }, (failure) => failProcess(failure)),
        when.signal('extra-item', (data, _, signal) => {
          isExactly<unknown>()(data)
          isExactly<ReceivedSignal>()(signal)
          return []
        }),
        when.timer({ data: 0 }, (_, process) => process.timers.map(cancelTimer)),
        when.childCompleted(stock, (receipt) => {
          isExactly<Receipt>()(receipt)
          return requestCancelProcess('other', { reason: 'done' })
        }),
        when.childClosed(stock, { tags: (tags) => tags.includes('x') }, () => null),
        when.childInterrupted((child) => failProcess({ reason: child.workflow })),
        when.cancelRequested((request) => cancelProcess({ reason: request.reason ?? 'asked' })),
        when.event('timer', (event) => {
          isExactly<string>()(event.id)
          return []
        }),
        when.event(
          (event) => event.seq === 7,
          (event) => {
            isExactly<HistoryEvent>()(event)
            return []
          },
        ),
      ],
    }),
  ]
}

export async function wrongUse(): Promise<void> {
  const process = await manager.start(stock, { sku: 'mug' })
  // @ts-expect-error: an input of another type
  scheduleActivity(charge, { sku: 'mug' })
  // @ts-expect-error: an input is missing
  scheduleActivity(charge)
  // @ts-expect-error: the schema's input is given, not its output
  scheduleActivity(quote, 12.5)
  // @ts-expect-error: no such option
  scheduleActivity(ping, undefined, { retries: 3 })
  // @ts-expect-error: a duration has a unit
  scheduleActivity(ping, undefined, { heartbeat: '10 seconds' })
  // @ts-expect-error: a function cannot be written into a history
  scheduleActivity(ping, undefined, { retry: { retryable: () => true } })
  // @ts-expect-error: an activity is given by its definition
  scheduleActivity('charge', { items, card })
  // @ts-expect-error: a workflow is no activity
  scheduleActivity(checkout, { items, card })
  // @ts-expect-error: an input of another type
  startChildProcess(checkout, { sku: 'mug' })
  // @ts-expect-error: no such policy
  startChildProcess(checkout, { items, card }, { childPolicy: 'kill' })
  // @ts-expect-error: a delay comes first
  startTimer({ data: 1 })
  // @ts-expect-error: something with an id, or an id
  cancelActivity(charge)
  // @ts-expect-error: no such option
  cancelActivity('id', { force: true })
  // @ts-expect-error: a reason is text
  failProcess({ reason: 7 })
  // @ts-expect-error: an execution that has completed is no cause
  cancelProcess({ type: 'completed', result: 1 })
  // @ts-expect-error: a name is text
  recordMarker(7)
  // @ts-expect-error: no such signal
  signalProcess(process, 'counts', 1)
  // @ts-expect-error: data of another type
  signalProcess(process, 'count', 'one')
  // @ts-expect-error: data is missing
  signalProcess(process, 'count')

  // @ts-expect-error: refund is not among the activities
  defineWorkflow({ ...parts, decide: (view) => scheduleActivity(refund, view.input) })
  // @ts-expect-error: nor in a list
  defineWorkflow({ ...parts, decide: (view) => [[scheduleActivity(refund, view.input)]] })
  // @ts-expect-error: ship does not take the input of the process
  defineWorkflow({ ...parts, decide: () => ship })
  // @ts-expect-error: a text is no decision
  defineWorkflow({ ...parts, decide: () => 'complete' })
  // @ts-expect-error: nor is a number
  defineWorkflow({ ...parts, decide: () => 7 })
  // @ts-expect-error: nor is a promise
  defineWorkflow({ ...parts, decide: async () => completeProcess() })
  // @ts-expect-error: nor is any object
  defineWorkflow({ ...parts, decide: () => ({ type: 'finish' }) })
  // @ts-expect-error: a result of another type
  defineWorkflow({ ...done, decide: () => completeProcess({ no: 'one' }) })
  // @ts-expect-error: a result is missing
  defineWorkflow({ ...done, decide: () => completeProcess() })
  // @ts-expect-error: stock is not among the children
  defineWorkflow({ ...done, decide: () => startChildProcess(stock, { sku: 'mug' }) })
  // @ts-expect-error: its own kind takes another input
  defineWorkflow({ ...done, decide: () => startChildProcess('w', { sku: 'mug' }) })
  // @ts-expect-error: it goes on with an input of its own kind
  defineWorkflow({ ...done, decide: () => continueAsNew({ sku: 'mug' }) })
  // @ts-expect-error: refund is not among the activities
  defineWorkflow({ ...done, decide: (view) => nothing(view.latest(refund)) })
  // @ts-expect-error: it takes no such signal
  defineWorkflow({ ...done, decide: (view) => nothing(view.signals('count')) })
  // @ts-expect-error: there may be no execution
  defineWorkflow({ ...done, decide: (view) => nothing(view.latest(charge).type) })
  // @ts-expect-error: an execution may have no result
  defineWorkflow({ ...done, decide: (view) => completeProcess(view.latest(charge)?.result) })
  // @ts-expect-error: an input is of its type
  defineWorkflow({ ...done, decide: (view) => nothing(view.input.sku) })
  // @ts-expect-error: a view does not change
  defineWorkflow({ ...done, decide: (view) => nothing((view.status = 'x')) })
  // @ts-expect-error: nor does its history
  defineWorkflow({ ...done, decide: (view) => nothing(view.history.pop()) })
  // @ts-expect-error: a decider is missing
  defineWorkflow({ ...parts })
  // @ts-expect-error: an input is declared
  defineWorkflow({ name: 'x', activities: [], decide: () => [] })
  // @ts-expect-error: an input is declared by a schema
  defineWorkflow({ ...parts, input: 'Order', decide: () => [] })
  // @ts-expect-error: activities are definitions
  defineWorkflow({ ...parts, activities: ['charge'], decide: () => [] })
  // @ts-expect-error: no such option
  defineWorkflow({ ...parts, timeouts: '1d', decide: () => [] })

  // @ts-expect-error: a name comes first
  defineActivity({ startToClose: '2m' }, (order: Order) => order)
  // @ts-expect-error: no such option
  defineActivity('a', { timeout: '2m' }, (order: Order) => order)
  // @ts-expect-error: no such completion
  defineActivity('a', { completion: 'later' }, (order: Order) => order)
  // @ts-expect-error: its function takes what the schema gives
  defineActivity('a', { input: of<Item>() }, (order: Order) => order)
  // @ts-expect-error: its function gives what the schema takes
  defineActivity('a', { result: of<Item>() }, (order: Order) => order)
  // @ts-expect-error: what a function gives is lost where somebody else completes the activity
  defineActivity('a', { completion: 'manual' }, (order: Order) => order)
  // @ts-expect-error: an activity is handed no such thing
  defineActivity('a', {}, (order: Order, activity) => [order, activity.retry])
  // @ts-expect-error: an activity does not change
  charge.name = 'other'

  // @ts-expect-error: refund is not among the activities
  defineRuleSet({ ...parts, rules: (when) => [when.completed(refund, () => [])] })
  // @ts-expect-error: nor may a rule schedule it
  defineRuleSet({ ...parts, rules: (when) => [when.started((view) => scheduleActivity(refund, view.input))] })
  // @ts-expect-error: a result of another type
  defineRuleSet({ ...rules, rules: (when) => [when.settled(() => completeProcess('done'))] })
  // @ts-expect-error: data of another type
  defineRuleSet({ ...rules, rules: (when) => [when.signal('s', of<Item>(), (n: number) => startTimer(n))] })
  // @ts-expect-error: what no schema has checked is unknown
  defineRuleSet({ ...rules, rules: (when) => [when.signal('s', (data) => startTimer(data))] })
  // @ts-expect-error: a result of another type is never matched
  defineRuleSet({ ...rules, rules: (when) => [when.completed(charge, { result: 'x' }, () => [])] })
  // @ts-expect-error: what has failed has no result
  defineRuleSet({ ...rules, rules: (when) => [when.interrupted(charge, (f) => nothing(f.result))] })
  // @ts-expect-error: there are no such events
  defineRuleSet({ ...rules, rules: (when) => [when.event('tick', () => [])] })
  // @ts-expect-error: deciders do not see these
  defineRuleSet({ ...rules, rules: (when) => [when.event('decision-failed', () => [])] })
  // @ts-expect-error: checkout is not among the children
  defineRuleSet({ ...rules, rules: (when) => [when.childClosed(checkout, () => [])] })
  // @ts-expect-error: a rule is made by `when`
  defineRuleSet({ ...rules, rules: () => [/match/] })
  // @ts-expect-error: its base takes another input
  defineRuleSet({ ...rules, input: of<Item>(), extends: order, rules: () => [] })
  // @ts-expect-error: its base completes with anything
  defineRuleSet({ ...rules, extends: order, rules: () => [] })
  // @ts-expect-error: a workflow has no rules
  defineRuleSet({ ...parts, extends: checkout, rules: () => [] })
  // @ts-expect-error: nor can it be looked through for what nobody handles
  unhandledEvents(checkout)

  // @ts-expect-error: an input of another type
  await manager.start(order, { sku: 'mug' })
  const id = await manager.start(order, { items, card })
  // @ts-expect-error: no such signal
  await manager.signal(id, 'extra', { sku: 'mug' })
  // @ts-expect-error: data of another type
  await manager.signal(id, 'extra-item', { sku: 7 })
  // @ts-expect-error: data is missing
  await manager.signal(id, 'extra-item')
  // @ts-expect-error: ids of two workflows are not the same
  const other: ProcessId<typeof stock> = id
  // @ts-expect-error: the result is another one
  const result: string = await manager.result(process)
  // @ts-expect-error: a result of another type
  await manager.complete(ship, token, { parcel: 7 })
  // @ts-expect-error: an input is of its type
  for (const waiting of await manager.waiting({ activity: ship })) unused(waiting.input.parcel)
  // @ts-expect-error: a workflow is no activity
  await manager.waiting({ activity: order })
  // @ts-expect-error: what is closed cannot be canceled
  await manager.cancelAll({ status: 'closed' })

  // @ts-expect-error: an input of another type
  historyOf(checkout, { sku: 'mug' })
  // @ts-expect-error: a result of another type
  happened.completed(charge, { no: 'one' })
  // @ts-expect-error: no step of a history
  historyOf(checkout, { items, card }, ['charged'])
  // @ts-expect-error: a schema gives its output
  const text: string = await validate(price, '12.50', 'a price')
  unused(other, result, text)
}

function nothing(value: unknown): undefined {
  unused(value)
}

function unused(...values: readonly unknown[]): number {
  return values.length
}
