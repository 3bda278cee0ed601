import type { HistoryEvent } from '../history/index.js'
import type { ProcessState } from '../process/index.js'
import { frozen } from './frozen.js'

/** Of so many processes they are kept at least, and of twice as many at most. */
const KEPT = 1000

interface Recent {
  readonly startedAt: number
  readonly lastSeq: number
  /** The last ones, without gaps. */
  readonly events: readonly HistoryEvent[]
}

/** Events that were committed here of late: whoever decides next needs just those, and need not read them. */
export class RecentEvents {
  #young = new Map<string, Recent>()
  #old: ReadonlyMap<string, Recent> = new Map<string, Recent>()

  /** Adds what was committed; what a decision has seen is let go of. */
  add({ id, startedAt, lastSeq, seen, closed }: ProcessState, events: readonly HistoryEvent[]): void {
    if (closed !== undefined) {
      this.#young.delete(id)
      return
    }
    const known = this.#find(id)
    const isNext = known?.startedAt === startedAt && known.lastSeq === lastSeq - events.length
    const all = (isNext ? [...known.events, ...events] : events).filter(({ seq }) => seq > seen)
    for (const event of events) frozen(event)
    this.#young.set(id, { startedAt, lastSeq, events: all })
    if (this.#young.size < KEPT) return
    this.#old = this.#young
    this.#young = new Map()
  }

  /** The events after `after` of a process as it was stored; nothing where not all of them are known. */
  find({ id, startedAt, lastSeq }: ProcessState, after: number): readonly HistoryEvent[] | undefined {
    const known = this.#find(id)
    if (known?.startedAt !== startedAt || known.lastSeq !== lastSeq) return undefined
    const [first] = known.events
    if (first === undefined || first.seq > after + 1) return undefined
    return first.seq === after + 1 ? known.events : known.events.filter(({ seq }) => seq > after)
  }

  #find(id: string): Recent | undefined {
    return this.#young.get(id) ?? this.#old.get(id)
  }
}
