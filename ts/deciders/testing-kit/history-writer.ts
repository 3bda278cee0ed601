import { UnitflowError } from '../../errors/index.js'
import type { AnyProcessView } from '../definitions/index.js'
import { ProcessHistory } from '../definitions/index.js'
import type { ActivityResult, Decision, HistoryEvent, MadeDecision } from '../history/index.js'
import { isClosing, resultOfClosing } from '../history/index.js'

type Unplaced<E> = E extends HistoryEvent ? Omit<E, 'seq' | 'at'> : never

/** Writes a history as a backend would, event by event. */
export class HistoryWriter {
  readonly id: string
  readonly events: HistoryEvent[] = []
  readonly #history: ProcessHistory
  /** ms since 1970. */
  now: number

  constructor(id: string, now: number) {
    this.id = id
    this.now = now
    this.#history = new ProcessHistory(id)
  }

  get view(): AnyProcessView {
    return this.#history.view()
  }

  /** @returns its `seq` */
  append(unplaced: Unplaced<HistoryEvent>): number {
    const event: HistoryEvent = { ...unplaced, seq: this.events.length + 1, at: this.now }
    this.#history.add([event])
    this.events.push(event)
    return event.seq
  }

  /** A decision that is completed, and what it decides. */
  decide(decisions: readonly MadeDecision[], status: string | undefined): void {
    const started = this.append({ type: 'decision-started' })
    this.append({ type: 'decision-completed', started, ...(status !== undefined && { status }) })
    for (const decision of decisions) this.#apply(decision)
  }

  end(activity: string, id: string | undefined, result: ActivityResult): void {
    const execution = this.open(activity, id)
    this.append({ type: 'activity', scheduled: execution.scheduled, activity, id: execution.id, result })
  }

  /** The oldest execution that is open, or that of an id. */
  open(activity: string, id: string | undefined): { readonly scheduled: number; readonly id: string } {
    const open = this.view
      .unfinished()
      .filter((one) => one.activity === activity && (id === undefined || one.id === id))
    return this.the(open.at(-1), `an open execution of '${activity}'`)
  }

  /** @throws `bad-argument` where what is to go on is not there */
  the<T>(found: T | undefined, expected: string): T {
    if (found !== undefined) return found
    const message = `history of '${this.id}', after event ${this.events.length}: expected ${expected}`
    throw new UnitflowError('bad-argument', message, { argument: 'steps', expected })
  }

  #apply(made: MadeDecision): void {
    const decision = named(made, `${this.id}:${this.events.length + 1}`)
    // A canceled one is looked up first: its decision is to be refused where there is none.
    if (decision.type === 'cancel-activity') {
      const { id, reason, wait } = decision
      const open = this.the(
        this.view.unfinished().find((one) => one.id === id),
        `an open activity '${id}'`,
      )
      const why = reason === undefined ? {} : { reason }
      this.append({ type: 'decision', decision })
      const { scheduled, activity } = open
      if (wait === true) this.append({ type: 'activity-cancel-requested', scheduled, id, ...why })
      else this.append({ type: 'activity', scheduled, activity, id, result: { type: 'canceled', ...why } })
    } else if (decision.type === 'cancel-timer') {
      const { id } = decision
      const timer = this.the(
        this.view.timers.find((one) => one.id === id),
        `an open timer '${id}'`,
      )
      this.append({ type: 'decision', decision })
      this.append({ type: 'timer-canceled', scheduled: timer.scheduled, id })
    } else {
      this.append({ type: 'decision', decision })
      if (decision.type === 'record-marker') {
        this.append({ type: 'marker', name: decision.name, details: decision.details })
      }
      if (isClosing(decision) && decision.type !== 'continue-as-new') {
        this.append({ type: 'process-closed', result: resultOfClosing(decision) })
      }
    }
  }
}

function named(decision: MadeDecision, id: string): Decision {
  const starts =
    decision.type === 'schedule-activity' ||
    decision.type === 'start-child-process' ||
    decision.type === 'start-timer'
  return starts ? { ...decision, id: decision.id ?? id } : decision
}
