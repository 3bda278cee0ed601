import { describe, expect, test } from 'vitest'
import {
  completeProcess,
  continueAsNew,
  defineActivity,
  defineWorkflow,
  failProcess,
  scheduleActivity,
  startChildProcess,
  startTimer,
} from '../../../../ts/deciders/definitions/index.js'
import { createProcessHarness, fake } from '../../../../ts/deciders/testing-kit/index.js'
import { of } from '../../../../ts/schema/index.js'
import { brokenRules } from '../history/order-rules.js'

const DAY = 86_400_000

interface Order {
  readonly total: number
}
const charge = defineActivity(
  'charge',
  { retry: { attempts: 3, backoff: { initial: '1s', factor: 2 }, jitter: 0 }, startToClose: '1m' },
  async (order: Order): Promise<{ readonly receipt: string }> => {
    throw new Error(`the bank is not asked for ${order.total}`)
  },
)
const approve = defineActivity('approve', {
  completion: 'manual',
  scheduleToClose: '14d',
  input: of<Order>(),
  result: of<boolean>(),
})
const checkout = defineWorkflow({
  name: 'checkout',
  input: of<Order>(),
  result: of<string>(),
  signals: { hurry: of<number>() },
  activities: [charge, approve],
  decide(process) {
    const approval = process.latest(approve)
    if (approval === undefined) return approve
    if (approval.type !== 'completed') {
      return approval.type === 'scheduled' || approval.type === 'started' ? [] : failProcess(approval)
    }
    const payment = process.latest(charge)
    if (payment === undefined) return charge
    if (payment.type === 'scheduled' || payment.type === 'started') return []
    return payment.type === 'completed' ? completeProcess(payment.result.receipt) : failProcess(payment)
  },
})

describe('a harness', () => {
  test('runs a process with fakes, whose types are those of the activities', async () => {
    const seen: unknown[] = []
    const harness = createProcessHarness({
      workflows: [checkout],
      fakes: [
        fake(approve, (order) => order.total < 100),
        fake(charge, async (order, { attempt, idempotencyKey }) => {
          seen.push([order.total, attempt, idempotencyKey])
          if (attempt < 3) throw new Error('planned')
          return { receipt: 'r-1' }
        }),
      ],
    })
    const id = await harness.start(checkout, { total: 5 }, { id: 'order-1' })
    await harness.settle()
    await expect(harness.result(id)).rejects.toMatchObject({ code: 'process-open' })
    await harness.advance('3s')
    expect(seen).toEqual([1, 2, 3].map((attempt) => [5, attempt, 'order-1:9']))
    const outcome = await harness.result(id)
    expect(outcome).toEqual({ status: 'completed', result: 'r-1' })
    const history = await harness.history(id)
    expect(brokenRules(history)).toEqual([])
    expect(history.at(-1)).toMatchObject({ type: 'process-closed', at: 3000 })
  })

  test('D58 leaves open what nobody does, until the test completes it, or its time is over', async () => {
    const harness = createProcessHarness({ workflows: [checkout], fakes: [fake(charge), fake(approve)] })
    const first = await harness.start(checkout, { total: 5 }, { id: 'first' })
    const second = await harness.start(checkout, { total: 7 }, { id: 'second' })
    expect((await harness.waiting(approve)).map(({ input }) => input)).toEqual([{ total: 5 }, { total: 7 }])
    await harness.complete(approve, true, { process: 'second' })
    await harness.complete(charge, { receipt: 'by hand' })
    expect(await harness.result(second)).toEqual({ status: 'completed', result: 'by hand' })
    await expect(harness.complete(charge, { receipt: 'again' })).rejects.toMatchObject({
      code: 'bad-argument',
      fields: { argument: 'activity' },
    })
    await harness.advance('14d')
    await expect(harness.result(first)).rejects.toMatchObject({ code: 'process-open' })
    await harness.advance(1)
    expect(await harness.result(first)).toMatchObject({
      status: 'failed',
      error: { message: 'approve timed out (schedule-to-close)' },
    })
  })

  test('fails what waits for somebody outside, and takes signals and cancellations', async () => {
    const harness = createProcessHarness({ workflows: [checkout], fakes: [fake(approve)] })
    const failed = await harness.start(checkout, { total: 5 })
    await harness.fail(approve, new Error('too dear'))
    expect(await harness.result(failed)).toMatchObject({ status: 'failed', error: { message: 'too dear' } })
    const canceled = await harness.start(checkout, { total: 5 })
    await harness.signal(canceled, 'hurry', 3)
    await harness.cancel(canceled, { reason: 'planned' })
    expect(await harness.result(canceled)).toMatchObject({ status: 'canceled' })
    expect((await harness.history(canceled)).map(({ type }) => type)).toEqual([
      'process-started',
      'signal',
      'process-closed',
    ])
    await expect(harness.signal(canceled, 'hurry', 4)).rejects.toMatchObject({ code: 'process-closed' })
    await expect(harness.result('nobody')).rejects.toMatchObject({ code: 'no-such-process' })
  })

  test('D52 runs a year of daily timers, each at its time', async () => {
    const daily = defineWorkflow({
      name: 'daily',
      input: of<null>(),
      timeout: '1000d',
      activities: [],
      decide(process) {
        const fired = process.history.filter(({ type }) => type === 'timer')
        return fired.length === 365 ? completeProcess(fired.map(({ at }) => at)) : startTimer('1d')
      },
    })
    const harness = createProcessHarness({ workflows: [daily], at: 1_800_000_000_000 })
    const id = await harness.start(daily, null)
    await harness.advance(365 * DAY - 1)
    await expect(harness.result(id)).rejects.toMatchObject({ code: 'process-open' })
    await harness.advance(1)
    expect(await harness.result(id)).toEqual({
      status: 'completed',
      result: Array.from({ length: 365 }, (_, day) => 1_800_000_000_000 + (day + 1) * DAY),
    })
    expect(harness.clock.now()).toBe(1_800_000_000_000 + 365 * DAY)
  })

  test('a fake sleeps by the clock, and others go on meanwhile', async () => {
    const slow = defineActivity('slow', { heartbeat: '1h' }, async (_: string) => 'never')
    const both = defineWorkflow({
      name: 'both',
      input: of<null>(),
      activities: [slow],
      decide(process) {
        const all = process.all(slow)
        if (all.length === 0) return ['2h', '30m'].map((for_) => scheduleActivity(slow, for_))
        return process.isSettled ? completeProcess(all.map(({ type }) => type)) : []
      },
    })
    const harness = createProcessHarness({
      workflows: [both],
      fakes: [
        fake(slow, async (input) => {
          await harness.clock.sleep(input === '2h' ? 7_200_000 : 1_800_000)
          return input
        }),
      ],
    })
    const id = await harness.start(both, null)
    await harness.advance('30m')
    expect((await harness.history(id)).filter(({ type }) => type === 'activity')).toMatchObject([
      { at: 1_800_000, result: { type: 'completed', result: '30m' } },
    ])
    await harness.advance('2h')
    expect(await harness.result(id)).toEqual({ status: 'completed', result: ['timed-out', 'completed'] })
  })

  test('an activity that awaits the outside is waited for', async () => {
    const outside = defineActivity('outside', async (_: null) => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      return 'back'
    })
    const asks = defineWorkflow({
      name: 'asks',
      input: of<null>(),
      activities: [outside],
      decide(process) {
        const done = process.latest(outside)
        if (done === undefined) return outside
        return done.type === 'completed' ? completeProcess(done.result) : []
      },
    })
    const harness = createProcessHarness({ workflows: [asks] })
    const id = await harness.start(asks, null)
    expect(await harness.result(id)).toEqual({ status: 'completed', result: 'back' })
  })

  test('children have fakes, too; a result is that of the process that goes on', async () => {
    const parent = defineWorkflow({
      name: 'parent',
      input: of<number>(),
      activities: [],
      children: [checkout],
      decide(process) {
        if (process.input > 0) return continueAsNew(process.input - 1)
        const [child] = process.children(checkout)
        if (child === undefined) return startChildProcess(checkout, { total: 1 })
        return child.type === 'completed' ? completeProcess(child.result) : []
      },
    })
    const harness = createProcessHarness({
      workflows: [parent],
      fakes: [fake(charge, () => ({ receipt: 'child' })), fake(approve, () => true)],
    })
    const id = await harness.start(parent, 2)
    expect(await harness.result(id)).toEqual({ status: 'completed', result: 'child' })
  })

  test('D60 a decider that fails is told where the result is asked for', async () => {
    const broken = defineWorkflow({
      name: 'broken',
      input: of<null>(),
      activities: [],
      decide: () => {
        throw new TypeError('planned')
      },
    })
    const harness = createProcessHarness({ workflows: [broken] })
    const id = await harness.start(broken, null)
    await expect(harness.result(id)).rejects.toThrow(/is open; deciding failed: planned/)
  })

  test('is the same in every run', async () => {
    const run = async () => {
      const harness = createProcessHarness({
        workflows: [checkout],
        fakes: [
          fake(approve, () => true),
          fake(charge, () => {
            throw new Error('planned')
          }),
        ],
      })
      const id = await harness.start(checkout, { total: 5 })
      await harness.advance('1h')
      return JSON.stringify([id, await harness.history(id)], (name, value: unknown) =>
        name === 'stack' ? undefined : value,
      )
    }
    expect(await run()).toBe(await run())
  })

  test('a wrong fake does not compile', () => {
    // @ts-expect-error: it gives no receipt
    fake(charge, () => ({ total: 5 }))
    // @ts-expect-error: an order has no such field
    fake(charge, ({ number }) => ({ receipt: `${number}` }))
    const harness = createProcessHarness({ workflows: [checkout] })
    // @ts-expect-error: it is decided with yes or no
    const wrong = () => harness.complete(approve, 'yes')
    // @ts-expect-error: an order has a total
    const started = () => harness.start(checkout, { sum: 5 })
    expect([wrong, started]).toHaveLength(2)
  })
})
