import { join } from 'node:path'
import { createManualClock } from '../../../ts/clock/index.js'
import { createFlowRunner, defineFlow, defineTask, of } from '../../../ts/flows/index.js'
import type { AnyFlow, FlowRunner } from '../../../ts/flows/index.js'
import { createSqliteRecords } from '../../../ts/records/sqlite/index.js'
import { MINUTE, MORNING } from './work-processes.js'

const fetchOrder = defineTask({
  name: 'fetch',
  inputs: { item: of<string>() },
  outputs: { price: of<number>() },
  run: ({ item }) => ({ price: item.length }),
})

const charge = defineTask({
  name: 'charge',
  inputs: { item: of<string>(), price: of<number>() },
  outputs: { receipt: of<string>() },
  retry: { attempts: 3, backoff: { initial: '90s', factor: 1 }, jitter: 0 },
  run: ({ item }, { attempt }) => {
    if (item === 'ring' || (item === 'book' && attempt < 3))
      throw new TypeError('the bank is\nbusy\u001b[31m', { cause: new Error('connection reset') })
    return { receipt: `r-${item}` }
  },
})

const pack = defineTask({
  name: 'pack',
  inputs: { item: of<string>() },
  run: async ({ item }, { progress }) => {
    if (item !== 'lamp') return
    progress(40, 'parcel 2 of 5')
    await new Promise(() => undefined)
  },
})

/** The flows of a shop. */
export const order: AnyFlow = defineFlow('order', [fetchOrder, charge, pack])
export const count: AnyFlow = defineFlow('count', [fetchOrder])

/** A runner over a file; time stands still. */
export function openFlows(
  folder: string,
  start: number = MORNING + 15 * MINUTE,
): {
  readonly runner: FlowRunner
  readonly clock: ReturnType<typeof createManualClock>
  readonly close: () => Promise<void>
} {
  const clock = createManualClock(start)
  const records = createSqliteRecords({ path: join(folder, 'flows.db') })
  const runner = createFlowRunner({
    records,
    flows: [order, count],
    clock,
    owner: 'runner-a',
    newId: () => 'drawn',
  })
  return {
    runner,
    clock,
    close: async () => {
      runner.close()
      await records.close()
    },
  }
}

/**
 * A shop at a quarter past eight: an order that has completed with its third attempt, one that has failed, one that was
 * canceled, one that is paused, one that is to begin in an hour, and one whose runner was lost while it ran.
 */
export async function flowsAtWork(folder: string): Promise<void> {
  const { runner, clock, close } = openFlows(folder, MORNING)
  const runThrough = async (id: string): Promise<void> => {
    const run = runner.run({ id })
    for (;;) {
      const { status, due = 0 } = await runner.execution(id)
      if (status === 'completed' || status === 'failed') break
      if (status === 'retrying') await clock.advance(Math.max(due - clock.now(), 0))
      else await new Promise((resolve) => setImmediate(resolve))
    }
    await run
  }
  await runner.schedule(order, { item: 'book' }, { id: 'order-1', tags: ['eu', 'vip'] })
  await runThrough('order-1')
  await runner.schedule(order, { item: 'ring' }, { id: 'order-2', tags: ['eu'] })
  await runThrough('order-2')
  await runner.schedule(order, { item: 'cup' }, { id: 'order-3' })
  await runner.cancel('order-3', { reason: 'sold\nout' })
  await runner.schedule(order, { item: 'pen' }, { id: 'order-4' })
  await runner.pause('order-4')
  await runner.schedule(count, { item: 'pen' }, { id: 'count-1', delay: '1h' })
  await runner.schedule(order, { item: 'lamp' }, { id: 'order-5', key: 'shelf' })
  runner.run({ id: 'order-5' }).catch(() => undefined)
  while ((await runner.progress('order-5')) === undefined)
    await new Promise((resolve) => setImmediate(resolve))
  await close()
}
