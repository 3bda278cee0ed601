import { expect, test } from 'vitest'
import { createManualClock } from '../../../../ts/clock/index.js'
import { createBackend } from '../../../../ts/deciders/backend/index.js'
import { defineActivity } from '../../../../ts/deciders/definitions/index.js'
import {
  createActivityWorker,
  createDecisionWorker,
  createManager,
} from '../../../../ts/deciders/manager/index.js'
import type { UnitData, UnitTask } from '../../../../ts/deciders/units/index.js'
import { comparisons, defineUnitWorkflow } from '../../../../ts/deciders/units/index.js'
import { createCountedIds } from '../../../../ts/ids/index.js'
import type { RecordStore } from '../../../../ts/records/index.js'
import { createMemoryRecords } from '../../../../ts/records/memory/index.js'
import { createMemoryStore } from '../../../../ts/stores/memory/index.js'
import { cacheElementUnitsForWorkflow } from '../../../../ts/units/index.js'
import { recordStores } from '../../records/record-stores.js'
import {
  boundary,
  call,
  catchEvent,
  drawn,
  end,
  exclusive,
  line,
  message,
  otherwise,
  parallel,
  path,
  script,
  specsOf,
  start,
  timer,
  userTask,
  when,
} from '../../../fixtures/units/drawn-processes.mjs'

type Task = UnitTask
const MINUTE = 60_000

const pack = line('Pack', [userTask('Pack_Box', 'Pack'), script('Weigh')])
const order = drawn(
  'Order',
  [
    ...[start('s'), script('Sum'), exclusive('Large'), userTask('Approve', 'Approve'), exclusive('Decided')],
    ...[
      parallel('split'),
      call('Packing', 'Pack', 'Pack', {
        loop: { type: 'parallel', over: 'boxes', as: 'box', into: 'weights', result: 'weight' },
      }),
    ],
    ...[
      script('Charge'),
      catchEvent('Paid', 'Paid', message('paid', { variable: 'payment' })),
      parallel('join'),
      end('e'),
    ],
    ...[boundary('Late', 'Late', 'Approve', timer("'PT1H'"), false), script('Remind'), end('reminded')],
  ],
  [
    ...path('s', 'Sum', 'Large'),
    ...when('Large', 'total > 100', 'Approve', 'Decided'),
    ...otherwise('Large', 'Decided'),
    ...path('Decided', 'split', 'Packing', 'join', 'e'),
    ...path('split', 'Charge', 'Paid', 'join'),
    ...path('Late', 'Remind', 'reminded'),
  ],
)

interface Story {
  readonly result: unknown
  readonly histories: readonly string[]
  readonly completed: readonly string[]
}

/** An order from its start to its end, over some records; each decision by a program that knows nothing yet, or all by one. */
async function story(records: RecordStore, isForgetful: boolean): Promise<Story> {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'w', specsOf(order, { called: [pack] }))
  const clock = createManualClock(1_000_000)
  const [newId, random] = [createCountedIds(), (): number => 0.5]
  const backend = createBackend({ records, clock, newId, random })
  const charge = defineActivity('charge', { retry: { attempts: 3 } }, async ({ data }: Task, { attempt }) => {
    if (attempt === 1) throw new Error('busy')
    return { charged: data['total'] }
  })
  const program = async () => {
    const workflow = await defineUnitWorkflow({
      ...{ name: 'w', store, cacheKey: 'w', processId: 'Order', evaluate: comparisons },
      activities: {
        Sum: ({ data }: Task) => ({
          total: (data['prices'] as number[]).reduce((sum, price) => sum + price, 0),
        }),
        Weigh: ({ data }: Task) => ({ weight: (data['box'] as string).length }),
        Remind: () => ({ reminded: true }),
        Charge: charge,
      },
    })
    const manager = createManager({ backend, workflows: [workflow], clock })
    return {
      workflow,
      manager,
      decisions: createDecisionWorker(manager),
      activities: createActivityWorker(manager),
    }
  }
  let now = await program()
  const settle = async (): Promise<void> => {
    do if (isForgetful) now = await program()
    while ((await now.decisions.step()) || (await now.activities.step()))
  }
  const advance = async (ms: number): Promise<void> => {
    await clock.advance(ms)
    await settle()
  }
  const answer = async (element: string, given: UnitData): Promise<void> => {
    const found = (await now.manager.waiting()).find(
      ({ input }) => (input as unknown as UnitTask).element === element,
    )
    if (found?.token === undefined)
      throw new Error(
        `nobody is asked for ${element}: ${JSON.stringify([await now.manager.waiting(), await now.manager.process('p')])}`,
      )
    await now.manager.complete(now.workflow.human, found.token, given)
    await settle()
  }
  const id = await now.manager.start(
    now.workflow,
    { prices: [70, 50], boxes: ['small', 'large one'] },
    { id: 'p' },
  )
  await settle()
  await advance(61 * MINUTE)
  await answer('Approve', { approved: true })
  await answer('Pack_Box', {})
  await advance(5 * MINUTE)
  await now.manager.signal(id, 'paid', { by: 'card' })
  await settle()
  await answer('Pack_Box', {})
  const outcome = await now.manager.result(id)
  const { processes } = await now.manager.list()
  const histories = await Promise.all(
    processes.map(async (one) => JSON.stringify(await now.manager.history(one.id))),
  )
  const completed = (await now.workflow.completed(now.manager, id)).map(
    ({ process, element }) => `${process}/${element}`,
  )
  await records.close()
  return { result: outcome.status === 'completed' ? outcome.result : outcome, histories, completed }
}

test.each(
  recordStores.flatMap(({ name, open }) =>
    [false, true].map((isForgetful) => [name, isForgetful, open] as const),
  ),
)(
  'U36 an order over %s, forgotten after each decision: %s, is the same to the last event',
  async (_, isForgetful, open) => {
    const told = await story(open(), isForgetful)
    expect(told.result).toEqual({
      ...{ prices: [70, 50], boxes: ['small', 'large one'], total: 120, approved: true, reminded: true },
      ...{ charged: 120, payment: { by: 'card' }, weights: [5, 9] },
    })
    expect(told.completed.filter((place) => place.startsWith('Pack/'))).toHaveLength(8)
    expect(told).toEqual(await story(createMemoryRecords(), false))
  },
)
