import type { Decision, HistoryEvent, ProcessInfo, ProcessStarted } from '../deciders/index.js'
import type { StatusWord } from './process-words.js'

/** A timer that has not fired. */
export interface StoryTimer {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly due: number
}

/** A child of a process. */
export interface StoryChild {
  readonly id: string
  readonly workflow: string
  /** What it was told to have come to; `open` where nothing was told. */
  readonly status: StatusWord
}

/** What the history of a process tells beside what its backend knows of it; it can be read in pieces. */
export class ProcessStory {
  #started: ProcessStarted | undefined
  readonly #timers = new Map<number, StoryTimer>()
  readonly #children = new Map<number, StoryChild>()
  #last = 0

  /** The `seq` of the last event that was read. */
  get last(): number {
    return this.#last
  }

  /** What it was started with. */
  get started(): ProcessStarted | undefined {
    return this.#started
  }

  get timers(): readonly StoryTimer[] {
    return [...this.#timers.values()].sort((a, b) => a.due - b.due)
  }

  get children(): readonly StoryChild[] {
    return [...this.#children.values()]
  }

  read(events: readonly HistoryEvent[]): void {
    for (const event of events) {
      this.#readOne(event)
      this.#last = event.seq
    }
  }

  #readOne(event: HistoryEvent): void {
    const { type, seq, at } = event
    if (type === 'process-started') this.#started = event
    else if (type === 'decision') this.#decided(seq, at, event.decision)
    else if (type === 'timer' || type === 'timer-canceled') this.#timers.delete(event.scheduled)
    else if (type === 'process-closed') this.#timers.clear()
    else if (type === 'child-process') {
      const { scheduled, process: id, workflow, result } = event
      this.#children.set(scheduled, { id, workflow, status: result.type })
    }
  }

  #decided(seq: number, at: number, decision: Decision): void {
    if (decision.type === 'start-timer') {
      this.#timers.set(seq, { id: decision.id, due: at + decision.delay })
    } else if (decision.type === 'start-child-process') {
      const { id, workflow } = decision
      this.#children.set(seq, { id, workflow, status: 'open' })
    }
  }
}

/** What becomes of a process when its parent closes. */
export const CHILD_POLICY: Readonly<Record<ProcessInfo['childPolicy'], string>> = {
  abandon: 'goes on when that closes',
  terminate: 'is canceled when that closes',
  'request-cancel': 'is asked to cancel itself when that closes',
}
