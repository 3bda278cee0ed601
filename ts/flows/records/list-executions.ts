import { UnitflowError } from '../../errors/index.js'
import type { RecordKey, RecordTransaction } from '../../records/index.js'
import type { Execution, FlowStatus } from '../execution/index.js'
import type { ExecutionInfo } from './execution-info.js'
import { executionInfo } from './execution-info.js'
import { GROUPS, groupOf } from './execution-keys.js'
import { FlowRecords } from './flow-records.js'

/** Which executions, in the order in which they were created. */
export interface FlowFilter {
  readonly flow?: string
  readonly status?: FlowStatus
  readonly tag?: string
  /** Created at this time (ms since 1970) or later. */
  readonly since?: number
  /** Created before this time. */
  readonly before?: number
  /** The newest first. */
  readonly reverse?: boolean
  /** What a page before has given as `next`. */
  readonly after?: string
  /** @default 100 */
  readonly limit?: number
}

export interface FlowPage {
  readonly executions: readonly ExecutionInfo[]
  /** Asks for the page behind this one; missing on the last. */
  readonly next?: string
}

/** Where an execution stands in every list: when it was created, and its id. */
type Place = readonly [createdAt: number, id: string]

const PAGE = 1000

/** A page of executions. */
export async function listExecutions(transaction: RecordTransaction, filter: FlowFilter): Promise<FlowPage> {
  const { limit = 100, reverse = false } = filter
  const records = new FlowRecords(transaction)
  const cursor = readCursor(filter.after)
  const lists = await listsOf(transaction, filter, cursor)
  const found: ExecutionInfo[] = []
  let last: Place | undefined
  for (;;) {
    const place = await nextOf(lists, reverse)
    if (place === undefined) return { executions: found }
    const execution = await records.find(place[1])
    if (execution === undefined || !isMeant(execution, filter)) continue
    if (found.length === limit && last !== undefined) return { executions: found, next: JSON.stringify(last) }
    found.push(executionInfo(execution))
    last = place
  }
}

function isMeant({ flow, status }: Execution, filter: FlowFilter): boolean {
  return (filter.flow ?? flow) === flow && (filter.status ?? status) === status
}

async function listsOf(
  transaction: RecordTransaction,
  { flow, status, tag, since, before, reverse = false, limit = 100 }: FlowFilter,
  cursor: Place | undefined,
): Promise<readonly List[]> {
  const span = { since, before, reverse, cursor, size: Math.min(limit + 2, PAGE) }
  const list = (prefix: RecordKey): List => new StoredList(transaction, prefix, span)
  if (tag !== undefined) return [list(['flow_tags', tag])]
  if (status === 'running') return [await runningList(transaction, span)]
  const flows = flow === undefined ? await flowNames(transaction) : [flow]
  const groups = status === undefined ? GROUPS : [groupOf(status)]
  return flows.flatMap((name) => groups.map((group) => list(['flow_list', name, group])))
}

/** The names of all flows of which anything was ever scheduled. */
export async function flowNames(transaction: RecordTransaction): Promise<readonly string[]> {
  const names: string[] = []
  for (let from: RecordKey = ['flow_definitions']; ;) {
    const [first] = await transaction.scan({ from, limit: 1 })
    if (first === undefined) return names
    const name = String(first.key[1])
    names.push(name)
    // A name ends before the next one that has a character more.
    from = ['flow_definitions', `${name}\u0000`]
  }
}

interface Span {
  readonly since: number | undefined
  readonly before: number | undefined
  readonly reverse: boolean
  readonly cursor: Place | undefined
  readonly size: number
}

interface List {
  first(): Promise<Place | undefined>
  shift(): void
}

async function nextOf(lists: readonly List[], reverse: boolean): Promise<Place | undefined> {
  let next: { readonly list: List; readonly place: Place } | undefined
  for (const list of lists) {
    const place = await list.first()
    if (place === undefined) continue
    if (next === undefined || isBefore(place, next.place) !== reverse) next = { list, place }
  }
  next?.list.shift()
  return next?.place
}

/** A list that is kept in the order in which it is read. */
class StoredList implements List {
  readonly #transaction: RecordTransaction
  readonly #prefix: RecordKey
  readonly #span: Span
  #known: Place[] = []
  #after: Place | undefined
  #isDone = false

  constructor(transaction: RecordTransaction, prefix: RecordKey, span: Span) {
    this.#transaction = transaction
    this.#prefix = prefix
    this.#span = span
    this.#after = span.cursor
  }

  async first(): Promise<Place | undefined> {
    while (this.#known.length === 0 && !this.#isDone) await this.#read()
    return this.#known[0]
  }

  shift(): void {
    this.#known.shift()
  }

  async #read(): Promise<void> {
    const { since, before, reverse, size } = this.#span
    const prefix = this.#prefix
    const start: RecordKey = since === undefined ? prefix : [...prefix, since]
    // Every key of the list goes on with a number, and numbers stand before texts.
    const end: RecordKey = [...prefix, before ?? '']
    const after: RecordKey | undefined = this.#after && [...prefix, ...this.#after]
    const isLater = after !== undefined && this.#after !== undefined && this.#after[0] >= (since ?? -Infinity)
    const isEarlier =
      after !== undefined && this.#after !== undefined && this.#after[0] < (before ?? Infinity)
    const found = await this.#transaction.scan({
      from: !reverse && isLater ? after : start,
      to: reverse && isEarlier ? after : end,
      limit: size,
      reverse,
    })
    this.#isDone = found.length < size
    for (const { key } of found) {
      const place: Place = [Number(key.at(-2)), String(key.at(-1))]
      if (this.#after?.[0] !== place[0] || this.#after[1] !== place[1]) this.#known.push(place)
    }
    this.#after = this.#known.at(-1) ?? this.#after
  }
}

/** What runs: as many as runners do at once, found by their leases. */
async function runningList(transaction: RecordTransaction, span: Span): Promise<List> {
  const { since = -Infinity, before = Infinity, reverse, cursor } = span
  const records = new FlowRecords(transaction)
  const places: Place[] = []
  for (let from: RecordKey = ['flow_leases']; ;) {
    const page = await transaction.scan({ from, limit: PAGE })
    for (const { key } of page) {
      const execution = await records.find(String(key[2]))
      if (execution === undefined) continue
      const { createdAt, id } = execution
      if (createdAt < since || createdAt >= before) continue
      const place: Place = [createdAt, id]
      const isBehind = cursor === undefined || (reverse ? isBefore(place, cursor) : isBefore(cursor, place))
      if (isBehind) places.push(place)
    }
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) break
    from = [...last.key, '']
  }
  places.sort((a, b) => (isBefore(a, b) !== reverse ? -1 : 1))
  return { first: async () => places[0], shift: () => void places.shift() }
}

function isBefore(a: Place, b: Place): boolean {
  return a[0] === b[0] ? a[1] < b[1] : a[0] < b[0]
}

/** @throws `bad-argument` */
function readCursor(text: string | undefined): Place | undefined {
  if (text === undefined) return undefined
  try {
    const [at, id]: readonly unknown[] = JSON.parse(text) as readonly unknown[]
    if (typeof at === 'number' && Number.isFinite(at) && typeof id === 'string') return [at, id]
  } catch {
    // It is told below.
  }
  const expected = 'what a page has given as next'
  throw new UnitflowError('bad-argument', `after: expected ${expected}`, { argument: 'after', expected })
}
