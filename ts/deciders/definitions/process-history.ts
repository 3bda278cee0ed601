import { UnitflowError } from '../../errors/index.js'
import type { HistoryEvent } from '../history/index.js'
import { FoldedEvents } from './folded-events.js'
import { HistoryView } from './history-view.js'
import type { AnyProcessView } from './process-view.js'

/**
 * The history of a process as it grows: events are added as they come, and it is seen as it was at any time. What a decision
 * costs is what its new events cost, so a worker that keeps one of these is spared the rest.
 */
export class ProcessHistory {
  readonly id: string
  readonly #events: HistoryEvent[] = []
  readonly #folded: FoldedEvents

  /** @throws `bad-history` for events that are none */
  constructor(id: string, events: Iterable<HistoryEvent> = []) {
    this.id = id
    this.#folded = new FoldedEvents(id)
    this.add(events)
  }

  /** The `seq` of the last event. */
  get seq(): number {
    return this.#folded.seq
  }

  /**
   * Adds what has happened. Where an event is none, those before it are added.
   *
   * @throws `bad-history`
   */
  add(events: Iterable<HistoryEvent>): void {
    for (const event of events) {
      this.#folded.add(event)
      this.#events.push(event)
    }
  }

  /**
   * The process as it is now. It stays as it is when events are added.
   *
   * @throws `bad-history` where there is no event yet
   */
  view(): AnyProcessView {
    const { started } = this.#folded
    if (started === undefined) {
      const expected = "'process-started'"
      const message = `history of process '${this.id}': expected ${expected}, found no event`
      throw new UnitflowError('bad-history', message, { process: this.id, seq: 1, expected })
    }
    return new HistoryView(this.id, started, this.#events, this.#folded)
  }
}
