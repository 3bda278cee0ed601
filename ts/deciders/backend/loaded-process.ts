import type { RecordEntry, RecordKey, RecordTransaction, Value } from '../../records/index.js'
import type { HistoryEvent } from '../history/index.js'
import { nextDeadline } from '../process/index.js'
import type { OpenWork, ProcessState, StepResult } from '../process/index.js'
import type { Open, OpenKind, StoredProcess } from './stored-process.js'
import {
  activityQueueKey,
  awaitedKey,
  COLLECTION,
  decisionQueueKey,
  isSmall,
  limitedRunningKey,
  listKeys,
  OPEN_KINDS,
  READ,
  roughSize,
  timerQueueKey,
  valueOf,
} from './stored-process.js'

/** What of a process a step needs: what is open under these ids. */
export type Needed = Partial<Readonly<Record<OpenKind, readonly string[]>>>

/** How many records are read at once where all of a kind are. */
const PAGE = 1000
/** So much of a kind is open in the process's own record at most. */
const INSIDE = 8
/** Events of a record: so many, and about so many characters. */
const EVENTS_OF_RECORD = 64
const SIZE_OF_RECORD = 65_536
const SHARED = { shared: true }

const NONE: ReadonlyMap<string, never> = new Map<string, never>()

/** What is open of one kind, as far as it was read, and how it was stored. Most steps touch one kind, so nothing is made before. */
class Kept<K extends OpenKind> {
  readonly kind: K
  readonly #stored: readonly Open[K][]
  #now: Map<string, Open[K]> | undefined
  #before: Map<string, Open[K] | undefined> | undefined

  constructor(kind: K, stored: readonly Open[K][] = []) {
    this.kind = kind
    this.#stored = stored
  }

  /** What was stored in the process's own record. */
  get stored(): readonly Open[K][] {
    return this.#stored
  }

  /** What is open now: of the process's own record all, of other records what was asked for. */
  get now(): ReadonlyMap<string, Open[K]> {
    return this.#now ?? (this.#stored.length === 0 ? NONE : this.#opened())
  }

  /** What was changed, and how it was stored. */
  get before(): ReadonlyMap<string, Open[K] | undefined> {
    return this.#before ?? NONE
  }

  /** Whether it was read, or changed. */
  isKnown(id: string): boolean {
    return this.now.has(id) || this.before.has(id)
  }

  /** What was read from a record of its own. */
  take(id: string, value: Value): void {
    this.#opened().set(id, READ_OPEN[this.kind](value))
  }

  change(changed: ReadonlyMap<string, Open[K] | undefined>): void {
    if (changed.size === 0) return
    const now = this.#opened()
    this.#before ??= new Map()
    for (const [id, open] of changed) {
      if (!this.#before.has(id)) this.#before.set(id, now.get(id))
      if (open === undefined) now.delete(id)
      else now.set(id, open)
    }
  }

  #opened(): Map<string, Open[K]> {
    this.#now ??= new Map(this.#stored.map((open) => [open.id, open]))
    return this.#now
  }
}

/** A process in a transaction: the steps that are made of it, and then what of it is to be written. */
export class LoadedProcess implements OpenWork {
  readonly #transaction: RecordTransaction
  readonly #stored: StoredProcess | undefined
  readonly #kept: { readonly [Kind in OpenKind]: Kept<Kind> }
  #state: ProcessState
  #events: HistoryEvent[] = []
  #due: number
  #more: number
  #isAllRead: boolean
  #isChanged = false
  #earliest = Infinity

  constructor(transaction: RecordTransaction, stored: StoredProcess | undefined, state: ProcessState) {
    this.#transaction = transaction
    this.#stored = stored
    this.#state = state
    this.#due = stored?.due ?? Infinity
    this.#more = stored?.more ?? 0
    this.#isAllRead = this.#more === 0
    this.#kept = {
      activities: new Kept('activities', stored?.activities),
      timers: new Kept('timers', stored?.timers),
      children: new Kept('children', stored?.children),
    }
  }

  get id(): string {
    return this.#state.id
  }

  get state(): ProcessState {
    return this.#state
  }

  /** As it was stored; nothing for a new one. */
  get stored(): ProcessState | undefined {
    return this.#stored?.state
  }

  /** What was appended, and is not written yet. */
  get events(): readonly HistoryEvent[] {
    return this.#events
  }

  get activities(): ReadonlyMap<string, Open['activities']> {
    return this.#kept.activities.now
  }

  get timers(): ReadonlyMap<string, Open['timers']> {
    return this.#kept.timers.now
  }

  get children(): ReadonlyMap<string, Open['children']> {
    return this.#kept.children.now
  }

  get isChanged(): boolean {
    return this.#isChanged
  }

  /** Whether it was open, or not there, before. */
  get wasOpen(): boolean {
    return this.#stored?.state.closed === undefined
  }

  /** When the first of what `write` has written is due. */
  get earliest(): number {
    return this.#earliest
  }

  /** When it is looked at next. */
  get due(): number {
    return this.#due
  }

  get isQueuedNow(): boolean {
    return this.#state.decision.status === 'queued' && this.#stored?.state.decision.status !== 'queued'
  }

  /** Activities that wait for a worker since they were changed here. */
  waitingNow(): Open['activities'][] {
    const found: Open['activities'][] = []
    const { before, now } = this.#kept.activities
    for (const [id, was] of before) {
      const open = now.get(id)
      if (open?.state.status === 'waiting' && was?.state.status !== 'waiting') found.push(open)
    }
    return found
  }

  /** Whether a limited activity ran, and runs no more. */
  get hasFreed(): boolean {
    const { before, now } = this.#kept.activities
    for (const [id, was] of before) {
      const ran = was?.limits !== undefined && was.state.status === 'running'
      if (ran && now.get(id)?.state.status !== 'running') return true
    }
    return false
  }

  async read(needed: Needed): Promise<this> {
    if (this.#isAllRead) return this
    for (const kind of OPEN_KINDS) for (const id of needed[kind] ?? []) await this.#readOne(kind, id)
    return this
  }

  async readAll(): Promise<this> {
    if (this.#isAllRead) return this
    for (const kind of OPEN_KINDS) await this.#readKind(kind)
    this.#isAllRead = true
    return this
  }

  apply({ state, events, activities, timers, children }: StepResult): void {
    this.#state = state
    this.#events.push(...events)
    this.#kept.activities.change(activities)
    this.#kept.timers.change(timers)
    this.#kept.children.change(children)
    this.#isChanged = true
  }

  /** Has it looked at at the first time at which something happens to it. Needs all that is open. */
  lookAgain(): void {
    this.#due = nextDeadline(this.#state, this.activities.values())
    this.#isChanged = true
  }

  /**
   * Writes what the steps have come to, once, at the end of them.
   *
   * @returns the process as it is stored then
   */
  write(): LoadedProcess {
    const { id } = this
    this.#writeEvents()
    this.#move(this.#stored && decisionQueueKey(this.#stored.state), decisionQueueKey(this.#state))
    const { activities, timers } = this.#kept
    for (const [activity, was] of activities.before) {
      const open = activities.now.get(activity)
      this.#move(activityQueueKey(id, was), activityQueueKey(id, open))
      this.#move(limitedRunningKey(id, was), limitedRunningKey(id, open))
      this.#move(awaitedKey(id, was), awaitedKey(id, open))
    }
    for (const [timer, was] of timers.before) {
      const open = timers.now.get(timer)
      this.#move(timerQueueKey(id, was), timerQueueKey(id, open))
      if (open !== undefined) this.#earliest = Math.min(this.#earliest, open.place.at)
    }
    if (this.#stored === undefined || this.wasOpen !== (this.#state.closed === undefined)) {
      if (this.#stored !== undefined)
        for (const key of listKeys(this.#stored.state)) this.#transaction.delete(key)
      for (const key of listKeys(this.#state)) this.#transaction.set(key, 0)
    }
    const stored = this.#writeProcess()
    return new LoadedProcess(this.#transaction, stored, stored.state)
  }

  /** Takes the process away, but for its events. */
  remove(): void {
    for (const key of listKeys(this.#state)) this.#transaction.delete(key)
    this.#setDeadline(Infinity)
    this.#transaction.delete(['processes', this.id])
  }

  #writeEvents(): void {
    let record: HistoryEvent[] = []
    let size = 0
    for (const event of this.#events) {
      const more = event.type === 'decision-started' ? 0 : roughSize(event, SIZE_OF_RECORD)
      if (record.length >= EVENTS_OF_RECORD || (record.length > 0 && size + more > SIZE_OF_RECORD)) {
        this.#writeRecord(record)
        record = []
        size = 0
      }
      record.push(event)
      size += more
    }
    this.#writeRecord(record)
  }

  #writeRecord(events: readonly HistoryEvent[]): void {
    const [first] = events
    if (first === undefined) return
    this.#transaction.set(['process_events', this.id, first.seq], valueOf(events), SHARED)
  }

  #writeProcess(): StoredProcess {
    const due = this.#nextDue()
    this.#setDeadline(due)
    const activities = this.#writeOpen(this.#kept.activities)
    const timers = this.#writeOpen(this.#kept.timers)
    const children = this.#writeOpen(this.#kept.children)
    const stored: StoredProcess = {
      state: this.#state,
      due: due === Infinity ? null : due,
      ...(activities.length > 0 && { activities }),
      ...(timers.length > 0 && { timers }),
      ...(children.length > 0 && { children }),
      ...(this.#more > 0 && { more: this.#more }),
    }
    this.#transaction.set(['processes', this.id], valueOf(stored), SHARED)
    return stored
  }

  /** @returns what of it is open in the process's own record */
  #writeOpen<K extends OpenKind>({ kind, stored, before, now }: Kept<K>): readonly Open[K][] {
    if (before.size === 0) return stored
    const inside = new Set(stored.map(({ id }) => id))
    for (const [id, was] of before) {
      const open = now.get(id)
      const wasOutside = was !== undefined && !inside.has(id)
      if (open !== undefined && (inside.has(id) || inside.size < INSIDE) && isSmall(open)) inside.add(id)
      else inside.delete(id)
      const isOutside = open !== undefined && !inside.has(id)
      if (isOutside) this.#transaction.set([COLLECTION[kind], this.id, id], valueOf(open))
      else if (wasOutside) this.#transaction.delete([COLLECTION[kind], this.id, id])
      this.#more += Number(isOutside) - Number(wasOutside)
    }
    const kept: Open[K][] = []
    for (const id of inside) {
      const open = now.get(id)
      if (open !== undefined) kept.push(open)
    }
    return kept
  }

  /**
   * When the process is to be looked at. Most steps only add deadlines that are later than one there is already, or take some
   * away: so it is left as it is until that time has come, and a step writes nothing for it.
   */
  #nextDue(): number {
    if (this.#state.closed !== undefined) return nextDeadline(this.#state, [])
    const { before, now } = this.#kept.activities
    const changed: Open['activities'][] = []
    for (const id of before.keys()) {
      const open = now.get(id)
      if (open !== undefined) changed.push(open)
    }
    return Math.min(this.#due, nextDeadline(this.#state, changed))
  }

  #setDeadline(due: number): void {
    const before = this.#stored?.due ?? Infinity
    if (due === before) return
    if (before !== Infinity) this.#transaction.delete(['process_deadlines', before, this.id])
    if (due !== Infinity) this.#transaction.set(['process_deadlines', due, this.id], 0)
    this.#due = due
    this.#earliest = Math.min(this.#earliest, due)
  }

  #move(before: RecordKey | undefined, after: RecordKey | undefined): void {
    if (before !== undefined && before.join() === after?.join()) return
    if (before !== undefined) this.#transaction.delete(before)
    if (after !== undefined) this.#transaction.set(after, 0)
  }

  async #readOne(kind: OpenKind, id: string): Promise<void> {
    const kept = this.#kept[kind]
    if (kept.isKnown(id)) return
    const found = await this.#transaction.get([COLLECTION[kind], this.id, id])
    if (found !== undefined) kept.take(id, found)
  }

  async #readKind(kind: OpenKind): Promise<void> {
    const kept = this.#kept[kind]
    const prefix: RecordKey = [COLLECTION[kind], this.id]
    for (let from: RecordKey | undefined; ;) {
      // From a key on there is no end, so it is looked for.
      const page: readonly RecordEntry[] = await this.#transaction.scan(
        from === undefined
          ? { prefix, limit: PAGE }
          : { from, to: [COLLECTION[kind], `${this.id}\u0000`], limit: PAGE },
      )
      for (const { key, value } of page) {
        const id = String(key[2])
        if (!kept.isKnown(id)) kept.take(id, value)
      }
      const last = page.at(-1)
      if (last === undefined || page.length < PAGE) return
      from = [COLLECTION[kind], this.id, `${String(last.key[2])}\u0000`]
    }
  }
}

const READ_OPEN: { readonly [Kind in OpenKind]: (value: Value) => Open[Kind] } = READ
