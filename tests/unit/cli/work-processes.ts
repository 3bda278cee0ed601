import { join } from 'node:path'
import { createManualClock } from '../../../ts/clock/index.js'
import type { ManualClock } from '../../../ts/clock/index.js'
import {
  ActivityFailed,
  completeProcess,
  createActivityWorker,
  createBackend,
  createDecisionWorker,
  createManager,
  defineActivity,
  defineRuleSet,
  defineWorkflow,
  failProcess,
  of,
  scheduleActivity,
  startChildProcess,
  startTimer,
  status,
} from '../../../ts/deciders/index.js'
import type { Manager, WorkflowBackend } from '../../../ts/deciders/index.js'
import { createSqliteRecords } from '../../../ts/records/sqlite/index.js'

/** When the first process is started: 2027-01-15 08:00:00 UTC. */
export const MORNING = 1_800_000_000_000
export const MINUTE = 60_000

interface Order {
  readonly customer: string
  readonly items: readonly string[]
}

let attempts = 0
const charge = defineActivity(
  'charge',
  { retry: { attempts: 3, backoff: { initial: '90s', factor: 1 }, jitter: 0 } },
  ({ customer }: Order) => {
    if (customer === 'Eve') throw new ActivityFailed({ reason: 'card declined' })
    if (customer === 'Ada' && attempts++ === 0) throw new Error('the bank is busy')
    return 'paid'
  },
)
const ship = defineActivity(
  'ship',
  { completion: 'manual', input: of<string>(), result: of<string>() },
  () => undefined,
)

const invoice = defineWorkflow({
  name: 'invoice',
  input: of<string>(),
  activities: [],
  decide: () => [status('waits for the money')],
})

const order = defineRuleSet({
  name: 'order',
  version: '2.1',
  input: of<Order>(),
  activities: [charge, ship],
  children: [invoice],
  rules: (when) => [
    when.started((process) => [status('being paid'), scheduleActivity(charge, process.input)]),
    when.completed(charge, (_, process) => [
      status(`ships ${process.input.items.length} of ${process.input.items.length} parcels`),
      ...process.input.items.map((item) => scheduleActivity(ship, item, { id: item })),
      startChildProcess(invoice, process.input.customer, { id: `${process.id}-invoice` }),
      startTimer('3d', 'remind', { id: 'reminder' }),
    ]),
    when.completed(ship, (_, process) =>
      status(`ships ${process.unfinished(ship).length} of ${process.input.items.length} parcels`),
    ),
    when.interrupted(charge, (charged) => failProcess(charged)),
    when.signal('enough', of<unknown>(), () => completeProcess()),
    when.settled(() => completeProcess()),
  ],
})

const poison = defineWorkflow({
  name: 'poison',
  input: of<number>(),
  activities: [],
  decide: () => {
    throw new TypeError('no such field: total')
  },
})

/** Processes in a file, and all that is needed to have them go on. */
export interface Work {
  readonly clock: ManualClock
  readonly backend: WorkflowBackend
  readonly manager: Manager
  /** Until nobody has anything to do. */
  readonly settle: () => Promise<void>
  readonly close: () => Promise<void>
}

/** A file of processes, and workers for them; time stands still. */
export function openWork(folder: string, name = 'work.db'): Work {
  attempts = 0
  let ids = 0
  const clock = createManualClock(MORNING)
  const records = createSqliteRecords({ path: join(folder, name) })
  const backend = createBackend({ records, clock, newId: () => `id-${++ids}`, random: () => 0 })
  const manager = createManager({ backend, workflows: [order, poison], clock })
  const decisions = createDecisionWorker(manager, { identity: 'decider' })
  const activities = createActivityWorker(manager, { identity: 'worker' })
  return {
    clock,
    backend,
    manager,
    settle: async () => {
      while ((await decisions.step()) || (await activities.step()));
    },
    close: () => records.close(),
  }
}

/**
 * A shop at a quarter past eight: an order that waits for a parcel, one that is complete, one that has failed, one that was
 * canceled, and a process whose decider throws.
 */
export async function shopAtWork(folder: string, name = 'work.db'): Promise<Work> {
  const work = openWork(folder, name)
  const { clock, manager, backend, settle } = work
  const at = async (minutes: number): Promise<void> => {
    await clock.advance(MORNING + minutes * MINUTE - clock.now())
    await settle()
  }
  const begin = (id: string, customer: string, items: readonly string[], tags: readonly string[] = []) =>
    manager.start(order, { customer, items }, { id, tags })

  await begin('order-1', 'Ada', ['book', 'lamp'], ['eu', 'vip'])
  await at(0)
  await at(1.5)
  await at(2)
  await begin('order-2', 'Bob', ['pen'], ['eu'])
  await at(3)
  await begin('order-3', 'Eve', ['ring'])
  await at(3)
  await at(4.5)
  await at(6)
  await begin('order-4', 'Dan', ['cup'])
  await manager.cancel('order-4', { reason: 'sold out' })
  await manager.start(poison, 1, { id: 'poison-1' })
  await at(7)
  await manager.complete((await backend.openActivities('order-1'))[0]?.token ?? '', 'on its way')
  await at(8)
  await manager.signal('order-2', 'enough', 'half of it')
  await at(9)
  await manager.signal('order-1', 'where is it')
  await at(10)
  await clock.advance(5 * MINUTE)
  return work
}
