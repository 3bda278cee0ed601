import { describe, expect, test, vi } from 'vitest'
import {
  cancelActivity,
  cancelProcess,
  completeProcess,
  defineActivity,
  defineRuleSet,
  defineWorkflow,
  scheduleActivity,
} from '../../../../ts/deciders/definitions/index.js'
import type { ActivityContext } from '../../../../ts/deciders/definitions/index.js'
import {
  ActivityCanceled,
  ActivityFailed,
  createActivityWorker,
  createDecisionWorker,
  createManager,
} from '../../../../ts/deciders/manager/index.js'
import type { RetryPolicy } from '../../../../ts/retry/index.js'
import { of } from '../../../../ts/schema/index.js'
import { work } from './work.js'

const multiply = defineActivity('multiply', ([a, b]: readonly [number, number]) => a * b)
const product = defineWorkflow({
  name: 'product',
  input: of<readonly [number, number]>(),
  result: of<number>(),
  activities: [multiply],
  decide(process) {
    const done = process.latest(multiply)
    if (done === undefined) return scheduleActivity(multiply, process.input)
    return done.type === 'completed' ? completeProcess(done.result) : []
  },
})

describe('a process and its workers', () => {
  test('SC3 D54 D55 D59 a workflow of two decisions runs through manager, decider and activity', async () => {
    const { manager, decisions, activities, types } = work([product])
    const id = await manager.start(product, [6, 7], { tags: ['t'] })
    expect(await decisions.step()).toBe(true)
    expect(await decisions.step()).toBe(false)
    expect(await activities.step()).toBe(true)
    expect(await activities.step()).toBe(false)
    expect(await decisions.step()).toBe(true)
    expect(await types(id)).toEqual([
      'process-started',
      'decision-started',
      'decision-completed',
      'decision',
      'activity-started',
      'activity completed',
      'decision-started',
      'decision-completed',
      'decision',
      'process-closed',
    ])
    expect(await manager.result(id)).toEqual({ status: 'completed', result: 42 })
    const started = (await manager.backend.history(id)).flatMap((event) =>
      'identity' in event ? [event.identity] : [],
    )
    expect(started).toEqual(['decider', 'worker', 'decider'])
  })

  test('SC7 D64 workers on managers of their own, over one backend, finish a process with nobody else acting', async () => {
    const { backend, clock } = work([])
    const managers = [1, 2, 3].map(() => createManager({ backend, workflows: [product], clock }))
    const stop = new AbortController()
    const running = [
      createDecisionWorker(managers[0]!).run({ signal: stop.signal }),
      createActivityWorker(managers[1]!).run({ signal: stop.signal }),
    ]
    const ids = await Promise.all([1, 2, 3, 4].map((number) => managers[2]!.start(product, [number, 10])))
    const outcomes = await Promise.all(ids.map((id) => managers[2]!.result(id)))
    expect(outcomes).toEqual([10, 20, 30, 40].map((result) => ({ status: 'completed', result })))
    stop.abort()
    await Promise.all(running)
  })

  test('D60 a decider that throws is asked again, ever later, and is to be seen; nothing is lost', async () => {
    let failures = 2
    const flaky = defineWorkflow({
      name: 'flaky',
      input: of<number>(),
      activities: [],
      decide(process) {
        if (failures-- > 0) throw new TypeError('planned')
        return completeProcess(process.input)
      },
    })
    const { clock, manager, backend, settle, types } = work([flaky])
    const id = await manager.start(flaky, 5)
    await settle()
    expect((await backend.process(id))?.failures).toMatchObject({ count: 1, error: { name: 'TypeError' } })
    await clock.advance(999)
    await settle()
    expect((await backend.process(id))?.failures?.count).toBe(1)
    await clock.advance(1)
    await settle()
    expect((await backend.process(id))?.failures?.count).toBe(2)
    await clock.advance(2000)
    await settle()
    expect(await manager.result(id)).toEqual({ status: 'completed', result: 5 })
    expect((await types(id)).filter((type) => type === 'decision-failed')).toHaveLength(2)
  })

  test('D60 what a decider decides that cannot be is refused, and it is asked again', async () => {
    const wrong = defineWorkflow({
      name: 'wrong',
      input: of<null>(),
      activities: [multiply],
      decide: () => [cancelActivity('nobody'), scheduleActivity(multiply, [1, 2] as const)],
    })
    const { manager, backend, settle, types } = work([wrong])
    const id = await manager.start(wrong, null)
    await settle()
    expect((await backend.process(id))?.failures).toMatchObject({ error: { code: 'unknown-activity' } })
    expect(await types(id)).toEqual([
      'process-started',
      'decision-started',
      'decision-refused',
      'decision-failed',
    ])
  })

  test('D55 a process of a workflow that this worker does not know waits for one that does', async () => {
    const { clock, backend, manager, settle } = work([product])
    const id = await manager.start(product, [1, 2])
    const stranger = createDecisionWorker(createManager({ backend, workflows: [], clock }), {
      categories: ['default'],
    })
    await stranger.step()
    expect((await backend.process(id))?.failures).toMatchObject({ error: { code: 'unknown-type' } })
    await clock.advance(1000)
    await settle()
    expect(await manager.result(id)).toMatchObject({ result: 2 })
  })

  test('a worker that remembers a process reads only what is new, and one that does not reads all', async () => {
    const count = defineWorkflow({
      name: 'count',
      input: of<null>(),
      signals: { next: of<number>() },
      activities: [],
      decide: (process) => (process.signals('next').length === 5 ? completeProcess() : []),
    })
    const { backend, manager, clock, decisions } = work([count])
    const read = vi.spyOn(backend, 'history')
    const id = await manager.start(count, null)
    for (let number = 0; number < 4; number++) {
      await decisions.step()
      await manager.signal(id, 'next', number)
    }
    expect(read).not.toHaveBeenCalled()
    const cold = createDecisionWorker(createManager({ backend, workflows: [count], clock }))
    await cold.step()
    expect(read).toHaveBeenCalled()
    await manager.signal(id, 'next', 4)
    await decisions.step()
    expect(await manager.result(id)).toMatchObject({ status: 'completed' })
  })
})

describe('activities', () => {
  const step = (execute: (input: null, activity: ActivityContext) => unknown, retry: RetryPolicy = {}) => {
    const activity = defineActivity('step', { retry, heartbeat: '10s', startToClose: '1m' }, execute)
    const workflow = defineWorkflow({
      name: 'one-step',
      input: of<null>(),
      activities: [activity],
      decide(process) {
        const done = process.latest(activity)
        if (done === undefined) return scheduleActivity(activity, null)
        return done.type === 'scheduled' || done.type === 'started' ? [] : completeProcess(done.type)
      },
    })
    return workflow
  }
  const resultIn = async (backend: ReturnType<typeof work>['backend'], id: string) =>
    (await backend.history(id)).find(({ type }) => type === 'activity')

  test.each([
    ['a result', () => 5, { type: 'completed', result: 5 }],
    [
      'ActivityCanceled',
      () => Promise.reject(new ActivityCanceled({ reason: 'no', details: 0 })),
      { type: 'canceled', reason: 'no', details: 0 },
    ],
    [
      'ActivityFailed',
      () => Promise.reject(new ActivityFailed({ reason: 'no', details: 0 })),
      { type: 'failed', reason: 'no', details: 0 },
    ],
    [
      'an error',
      () => Promise.reject(new RangeError('planned')),
      { type: 'failed', reason: 'planned', error: { name: 'RangeError' } },
    ],
    ['what cannot be stored', () => () => 1, { type: 'failed', error: { code: 'unsupported-value' } }],
  ])('D6 D61 %s ends an activity', async (_, execute, result) => {
    const workflow = step(execute)
    const { backend, manager, settle } = work([workflow])
    const id = await manager.start(workflow, null)
    await settle()
    expect(await resultIn(backend, id)).toMatchObject({ result })
    expect((await manager.result(id)).status).toBe('completed')
  })

  test('D82 it is tried again with the same idempotency key, and is handed the last details (D41)', async () => {
    const seen: unknown[] = []
    const workflow = step(
      (_, activity) => {
        seen.push([activity.attempt, activity.idempotencyKey, activity.lastDetails])
        activity.heartbeat({ attempt: activity.attempt })
        if (activity.attempt < 3) throw new Error('planned')
        return 'done'
      },
      { attempts: 3, backoff: { initial: '1s', factor: 2 }, jitter: 0 },
    )
    const { clock, manager, settle } = work([workflow])
    const id = await manager.start(workflow, null)
    await settle()
    await clock.advance(1000)
    await settle()
    await clock.advance(2000)
    await settle()
    expect(seen).toEqual([
      [1, `${id}:4`, undefined],
      [2, `${id}:4`, { attempt: 1 }],
      [3, `${id}:4`, { attempt: 2 }],
    ])
    expect(await manager.result(id)).toEqual({ status: 'completed', result: 'completed' })
  })

  test('an error that the policy says is not worth it is not tried again', async () => {
    const workflow = step(
      () => {
        throw new TypeError('planned')
      },
      { attempts: 9, retryable: ({ name }: { name: string }) => name !== 'TypeError' },
    )
    const { manager, settle } = work([workflow])
    const id = await manager.start(workflow, null)
    await settle()
    expect(await manager.result(id)).toEqual({ status: 'completed', result: 'failed' })
  })

  test('D41 D46 an activity that was canceled hears of it with its next heartbeat', async () => {
    const reasons: unknown[] = []
    const long = defineActivity('long', async (_: null, activity) => {
      activity.heartbeat()
      await new Promise((resolve) => activity.signal.addEventListener('abort', resolve))
      reasons.push((activity.signal.reason as Error).message)
      activity.signal.throwIfAborted()
    })
    const workflow = defineWorkflow({
      name: 'canceling',
      input: of<null>(),
      signals: { stop: of<null>() },
      activities: [long],
      decide(process) {
        const open = process.latest(long)
        if (open === undefined) return scheduleActivity(long, null)
        if (process.signals('stop').length > 0 && open.type === 'started') return cancelActivity(open)
        return open.type === 'canceled' ? completeProcess() : []
      },
    })
    const { clock, backend, manager, decisions, activities } = work([workflow], { heartbeatEvery: 1000 })
    const id = await manager.start(workflow, null)
    await decisions.step()
    const running = activities.step()
    await clock.advance(0)
    await manager.signal(id, 'stop', null)
    await decisions.step()
    await clock.advance(1000)
    await running
    expect(reasons).toEqual(['it has timed out, or was canceled'])
    expect(await resultIn(backend, id)).toMatchObject({ result: { type: 'canceled' } })
  })

  test('D62 a worker that is to end waits for what runs', async () => {
    let end: () => void = () => undefined
    const workflow = step(() => new Promise<void>((resolve) => (end = resolve)))
    const { manager, decisions, activities, settle } = work([workflow])
    const id = await manager.start(workflow, null)
    await decisions.step()
    const stop = new AbortController()
    let isOver = false
    const running = activities.run({ signal: stop.signal }).then(() => (isOver = true))
    await vi.waitFor(async () =>
      expect(await manager.backend.openActivities(id)).toMatchObject([{ status: 'running' }]),
    )
    stop.abort()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(isOver).toBe(false)
    end()
    await running
    await settle()
    expect(await manager.result(id)).toMatchObject({ status: 'completed' })
  })
})

describe('SC4 D75 an order', () => {
  interface Order {
    readonly items: readonly string[]
  }
  const ship = defineActivity(
    'ship',
    { completion: 'manual', input: of<string>(), result: of<string>() },
    () => undefined,
  )
  const payment = defineActivity(
    'charge',
    { completion: 'manual', input: of<Order>(), result: of<number>() },
    () => undefined,
  )
  const cancelOrder = defineActivity('cancel-order', (_: Order) => 'canceled')
  const order = defineRuleSet({
    name: 'order',
    input: of<Order>(),
    activities: [payment, ship, cancelOrder],
    rules: (when) => [
      when.started((process) => scheduleActivity(payment, process.input)),
      when.completed(payment, (_, process) =>
        process.input.items.map((item) => scheduleActivity(ship, item)),
      ),
      when.interrupted(payment, () => cancelProcess({ reason: 'not paid' })),
      when.interrupted(ship, (_, process) => [
        ...process.unfinished(ship).map((open) => cancelActivity(open)),
        ...(process.all(cancelOrder).length === 0 ? [scheduleActivity(cancelOrder, process.input)] : []),
      ]),
      when.completed(cancelOrder, () => cancelProcess({ reason: 'refunded' })),
      when.signal('extra-item', of<string>(), (item) => scheduleActivity(ship, item)),
      when.settled(() => completeProcess()),
    ],
  })

  async function begin() {
    const all = work([order], { concurrency: 10 })
    const id = await all.manager.start(order, { items: ['a', 'b'] }, { id: 'order-1' })
    await all.settle()
    const [open] = await all.manager.waiting({ activity: payment })
    return { ...all, id, token: open!.token! }
  }

  test('(a) a payment that is canceled cancels the process', async () => {
    const { backend, manager, id, token, settle, types } = await begin()
    await backend.completeActivityTask(token, { type: 'canceled', reason: 'no card' })
    await settle()
    expect(await manager.result(id)).toMatchObject({
      status: 'canceled',
      error: { fields: { reason: 'not paid' } },
    })
    await types(id)
  })

  test('(b) D58 D81 all is shipped by hand, and something extra', async () => {
    const { manager, id, token, settle, types, clock } = await begin()
    await manager.complete(payment, token, 100)
    await settle()
    await manager.signal(id, 'extra-item', 'mug')
    await settle()
    await clock.advance(10 * 86_400_000)
    const waiting = await manager.waiting({ activity: ship, workflow: order })
    expect(waiting.map(({ input }) => input)).toEqual(['a', 'b', 'mug'])
    for (const { token: parcel } of waiting) {
      await settle()
      expect((await manager.backend.process(id))?.closed).toBe(undefined)
      await manager.complete(parcel!, 'sent')
    }
    await settle()
    expect(await manager.result(id)).toEqual({ status: 'completed', result: undefined })
    expect((await types(id)).filter((type) => type === 'activity completed')).toHaveLength(4)
  })

  test('(c) one shipment fails: the others are canceled, the order is, and the process with it', async () => {
    const { manager, id, token, settle, types } = await begin()
    await manager.complete(token, 100)
    await settle()
    const [first] = await manager.waiting({ activity: ship })
    await manager.fail(first!.token!, new Error('out of stock'))
    await settle()
    expect(await manager.result(id)).toMatchObject({
      status: 'canceled',
      error: { fields: { reason: 'refunded' } },
    })
    expect((await types(id)).filter((type) => type.startsWith('activity '))).toEqual([
      'activity completed',
      'activity failed',
      'activity canceled',
      'activity completed',
    ])
  })
})

describe('D80 what is awaited', () => {
  test('a result that never comes is given up by the signal; an unknown process is told', async () => {
    const { manager } = work([product])
    const id = await manager.start(product, [1, 2])
    const stop = new AbortController()
    const waiting = manager.result(id, { signal: stop.signal })
    stop.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    await expect(manager.result('nobody')).rejects.toMatchObject({ code: 'no-such-process' })
  })

  test('watching gives every event once, of a process that runs and of one that is closed', async () => {
    const { manager, settle } = work([product])
    const id = await manager.start(product, [1, 2])
    const seen: number[] = []
    const watching = (async () => {
      for await (const { seq } of manager.watch(id)) seen.push(seq)
    })()
    await settle()
    await watching
    expect(seen).toEqual(Array.from({ length: 10 }, (_, index) => index + 1))
    const again: number[] = []
    for await (const { seq } of manager.watch(id, { after: 8 })) again.push(seq)
    expect(again).toEqual([9, 10])
  })
})
