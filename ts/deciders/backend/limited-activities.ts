import type { RecordEntry, RecordKey, RecordTransaction } from '../../records/index.js'
import type { Limits } from '../process/index.js'
import { READ } from './stored-process.js'

/** An activity that waits for a worker, and its place in the queue: what comes first is less. */
export interface Waiting {
  readonly process: string
  readonly id: string
  readonly place: readonly [priority: number, at: number, n: number]
}

/** Starts in so short a time (ms) count as one, where there may be many a second. */
const MOMENT = 10

/**
 * Activities of which only so many may run at once, or a second, over all workers (D84):
 *
 * | collection | key | |
 * |---|---|---|
 * | `limited_queue` | category, activity, lane, -priority, time, n, process, id | those that wait |
 * | `limited_running` | activity, lane, process, id | those that run |
 * | `activity_rates` | activity | when the next one may start (ms since 1970) |
 *
 * A lane is a key, where so many of a key may run at once, and else empty. Lanes take turns: a key of which thousands wait does
 * not hold up others.
 */
export class LimitedActivities {
  readonly #transaction: RecordTransaction
  /** By activity, the lane that was served last in this process. */
  readonly #turns: Map<string, string>
  readonly #now: number
  readonly #due: (at: number) => void

  /** @param due told when some may start that only wait for their time */
  constructor(
    transaction: RecordTransaction,
    {
      turns,
      now,
      due,
    }: { readonly turns: Map<string, string>; readonly now: number; readonly due: (at: number) => void },
  ) {
    this.#transaction = transaction
    this.#turns = turns
    this.#now = now
    this.#due = due
  }

  /** Those that may start now, of all limited activities of a category. */
  async startable(category: string, limit: number): Promise<readonly Waiting[]> {
    const found: Waiting[] = []
    for await (const activity of this.#names(['limited_queue', category])) {
      const limits = await this.#limits(activity)
      const room = Math.min(limit, await this.#room(activity, limits))
      if (room > 0) found.push(...(await this.#fromLanes(category, activity, limits, room)))
    }
    return found
  }

  /** One starts: the next one of its kind may be due later. */
  async start(activity: string): Promise<void> {
    const { perSecond } = await this.#limits(activity)
    if (perSecond === undefined) return
    const next = Math.max(this.#now, (await this.#next(activity)) ?? 0) + 1000 / perSecond
    this.#transaction.set(['activity_rates', activity], next)
    this.#due(next)
  }

  /** When the first one may start of those that wait for their time; Infinity where none does. */
  async nextStart(): Promise<number> {
    let first = Infinity
    for await (const category of this.#names(['limited_queue'])) {
      for await (const activity of this.#names(['limited_queue', category])) {
        const next = await this.#next(activity)
        if (next !== undefined && next > this.#now) first = Math.min(first, next)
      }
    }
    return first
  }

  /** How many may start now, whatever their keys. */
  async #room(activity: string, { atOnce, perSecond }: Limits): Promise<number> {
    let room = Infinity
    if (atOnce !== undefined) room = atOnce - (await this.#running(['limited_running', activity], atOnce))
    if (perSecond !== undefined) {
      const next = (await this.#next(activity)) ?? 0
      if (next > this.#now) {
        this.#due(next)
        return 0
      }
      room = Math.min(room, Math.max(1, Math.floor((perSecond * MOMENT) / 1000)))
    }
    return room
  }

  async #fromLanes(
    category: string,
    activity: string,
    { atOncePerKey }: Limits,
    room: number,
  ): Promise<readonly Waiting[]> {
    const found: Waiting[] = []
    const queue: RecordKey = ['limited_queue', category, activity]
    const last = this.#turns.get(activity)
    for await (const lane of this.#names(queue, last)) {
      const key: RecordKey = ['limited_running', activity, lane]
      const isKeyed = atOncePerKey !== undefined && lane !== ''
      const free = isKeyed ? atOncePerKey - (await this.#running(key, atOncePerKey)) : room
      const limit = Math.min(free, room - found.length)
      if (limit > 0)
        found.push(...(await this.#transaction.scan({ prefix: [...queue, lane], limit })).map(waiting))
      this.#turns.set(activity, lane)
      if (found.length >= room) break
    }
    return found
  }

  async #running(prefix: RecordKey, limit: number): Promise<number> {
    return (await this.#transaction.scan({ prefix, limit })).length
  }

  async #limits(activity: string): Promise<Limits> {
    const type = await this.#transaction.get(['activity_types', activity], { shared: true })
    return type === undefined ? {} : (READ.activityType(type).limits ?? {})
  }

  async #next(activity: string): Promise<number | undefined> {
    const next = await this.#transaction.get(['activity_rates', activity])
    return typeof next === 'number' ? next : undefined
  }

  /** The different names that follow a key, each once: from behind `after` on, and then from the beginning. */
  async *#names(prefix: RecordKey, after?: string): AsyncGenerator<string> {
    if (after === undefined) yield* this.#between(prefix, undefined, undefined)
    else {
      yield* this.#between(prefix, after, undefined)
      yield* this.#between(prefix, undefined, after)
    }
  }

  async *#between(
    prefix: RecordKey,
    after: string | undefined,
    upTo: string | undefined,
  ): AsyncGenerator<string> {
    for (let last = after; ;) {
      const [next]: readonly RecordEntry[] = await this.#transaction.scan(
        last === undefined
          ? { prefix, limit: 1 }
          : { from: [...prefix, `${last}\u0000`], ...endOf(prefix), limit: 1 },
      )
      const name = next?.key[prefix.length]
      if (typeof name !== 'string' || (upTo !== undefined && name > upTo)) return
      yield name
      last = name
    }
  }
}

/** Where what begins with a key ends: the key itself has strings behind it only. */
function endOf(prefix: RecordKey): { readonly to?: RecordKey } {
  const last = prefix.at(-1)
  if (prefix.length === 1 || typeof last !== 'string') return {}
  const [collection, ...rest] = prefix
  return { to: [collection, ...rest.slice(0, -1), `${last}\u0000`] }
}

function waiting({ key: [, , , , priority, at, n, process, id] }: RecordEntry): Waiting {
  return { process: String(process), id: String(id), place: [Number(priority), Number(at), Number(n)] }
}
