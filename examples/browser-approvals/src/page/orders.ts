import type { HistoryEvent, ProcessInfo, WaitingActivity } from 'unitflow/deciders'
import { bankEntries } from '../bank.js'
import type { BankEntry } from '../bank.js'
import { isOrder } from '../order.js'
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

/** All orders, the newest first. */
export async function readOrders(): Promise<readonly ListedOrder[]> {
  const orders: ListedOrder[] = []
  for (let after: string | undefined; ;) {
    const { processes, next } = await manager.list(after === undefined ? {} : { after })
    orders.push(...processes.map(listed))
    if (next === undefined) return orders.sort((a, b) => b.startedAt - a.startedAt)
    after = next
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
  /** The items of an order that is to be approved, or the one that is to be shipped. */
  readonly items: readonly string[]
}

/** What waits for a person, the oldest first. */
export async function readTasks(): Promise<readonly Task[]> {
  const approvals = await manager.waiting({ activity: approve })
  const shipments = await manager.waiting({ activity: ship })
  return [...approvals, ...shipments].flatMap(taskOf).sort((a, b) => a.since - b.since)
}

function taskOf({ activity, process, token, input, scheduledAt }: WaitingActivity): readonly Task[] {
  // It has a token once a worker has taken it.
  if (token === undefined) return []
  const task = { process, token, since: scheduledAt }
  if (activity === approve.name && isOrder(input)) return [{ ...task, type: 'approve', items: input.items }]
  if (activity === ship.name && typeof input === 'string') return [{ ...task, type: 'ship', items: [input] }]
  return []
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
  const history: HistoryEvent[] = []
  for (;;) {
    const page = await manager.backend.history(id, { after: history.at(-1)?.seq ?? 0 })
    if (page.length === 0) break
    history.push(...page)
  }
  return { info: listed(info), history, bank: await bankEntries(id) }
}
