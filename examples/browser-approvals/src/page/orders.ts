import type { HistoryEvent, ProcessInfo, WaitingActivity } from 'unitflow/deciders'
import { bankEntries } from '../bank.js'
import type { BankEntry } from '../bank.js'
import { manager } from '../shop.js'
import { approve, ship } from '../workflow.js'

/** An order, without its history: its customer is its tag. */
export interface ListedOrder {
  readonly id: string
  readonly customer: string
  readonly startedAt: number
  readonly state: 'open' | 'completed' | 'failed' | 'canceled' | 'timed-out' | 'continued'
  /** What it is at, or why it has ended. */
  readonly words: string
}

export interface OrderPage {
  readonly orders: readonly ListedOrder[]
  /** Whether there are older ones. */
  readonly hasMore: boolean
}

/** So many are shown. */
const SHOWN = 50

/** The newest orders, open and closed, the newest first. */
export async function readOrders(): Promise<OrderPage> {
  const pages = await Promise.all(
    (['open', 'closed'] as const).map((status) => manager.list({ status, reverse: true, limit: SHOWN })),
  )
  const found = pages.flatMap(({ processes }) => processes).sort((a, b) => b.startedAt - a.startedAt)
  return {
    orders: found.slice(0, SHOWN).map(listed),
    hasMore: found.length > SHOWN || pages.some(({ next }) => next !== undefined),
  }
}

function listed({ id, tags, startedAt, status, closed }: ProcessInfo): ListedOrder {
  const result = closed?.result
  const reason = result !== undefined && 'reason' in result ? result.reason : undefined
  const words = reason ?? status ?? 'has just come in'
  return { id, customer: tags[0] ?? id, startedAt, state: result?.type ?? 'open', words }
}

/** What a person is to do. */
export interface Task {
  readonly type: 'approve' | 'ship'
  readonly process: string
  readonly token: string
  readonly since: number
  readonly customer: string
  /** The items of an order that is to be approved, or the one that is to be shipped. */
  readonly items: readonly string[]
}

/** What waits for a person, the oldest first. */
export async function readTasks(): Promise<readonly Task[]> {
  const approvals = await manager.waiting({ activity: approve })
  const shipments = await manager.waiting({ activity: ship })
  const tasks = await Promise.all([
    ...approvals.map((open) => tasksOf(open, 'approve', open.input.items)),
    ...shipments.map((open) => tasksOf(open, 'ship', [open.input])),
  ])
  return tasks.flat().sort((a, b) => a.since - b.since)
}

async function tasksOf(
  { process, token, scheduledAt }: Omit<WaitingActivity, 'input'>,
  type: Task['type'],
  items: readonly string[],
): Promise<readonly Task[]> {
  // It has a token once a worker has taken it.
  if (token === undefined) return []
  const { customer } = listed(await manager.process(process))
  return [{ type, process, token, since: scheduledAt, customer, items }]
}

export interface OrderDetail {
  readonly info: ListedOrder
  readonly history: readonly HistoryEvent[]
  readonly bank: readonly BankEntry[]
}

/** Nothing where there is no such order. */
export async function readOrder(id: string): Promise<OrderDetail | undefined> {
  const info = await manager.backend.process(id)
  if (info === undefined) return undefined
  const history = await manager.history(id)
  return { info: listed(info), history, bank: await bankEntries(id) }
}
