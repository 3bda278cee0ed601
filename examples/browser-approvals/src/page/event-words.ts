import type { HistoryEvent } from 'unitflow/deciders'

/** An event in words. */
export interface ToldEvent {
  readonly seq: number
  readonly at: number
  readonly words: string
}

/** An activity that a tab is at, or that waits for one or for a person. */
export interface OpenWork {
  readonly what: string
  /** Missing where no tab has taken it yet. */
  readonly by?: string
  readonly attempt: number
}

export interface Told {
  readonly events: readonly ToldEvent[]
  readonly open: readonly OpenWork[]
}

/** What has happened, in words, without what only tells how it was decided; and what is open. */
export function tell(history: readonly HistoryEvent[]): Told {
  const reading = new Reading()
  const events = history.flatMap((event) => {
    const words = reading.wordsOf(event)
    return words === undefined ? [] : [{ seq: event.seq, at: event.at, words }]
  })
  return { events, open: [...reading.open.values()] }
}

/** Events of an activity name the one that has scheduled it. */
class Reading {
  readonly open = new Map<number, OpenWork>()
  readonly #names = new Map<number, string>()

  wordsOf(event: HistoryEvent): string | undefined {
    switch (event.type) {
      case 'process-started':
        return 'The order has come in'
      case 'decision':
        return this.#decided(event)
      case 'activity-started': {
        const { scheduled, attempt, identity: by = 'somebody' } = event
        const what = this.#nameOf(event)
        this.open.set(scheduled, { what, by, attempt })
        return `Taken: ${what}, by ${by}${attempt === 1 ? '' : `, attempt ${attempt}`}`
      }
      case 'activity': {
        const { scheduled, result } = event
        this.open.delete(scheduled)
        const given = result.type === 'completed' ? result.result : 'reason' in result ? result.reason : ''
        return `${this.#nameOf(event)}: ${result.type}${typeof given === 'string' && given !== '' ? `, ${given}` : ''}`
      }
      case 'signal':
        return typeof event.data === 'string' ? `One more item: ${event.data}` : event.name
      case 'process-closed':
        this.open.clear()
        return `The order is ${event.result.type}`
      case 'decision-started':
      case 'decision-completed':
      case 'decision-failed':
      case 'decision-timed-out':
      case 'decision-refused':
      case 'activity-cancel-requested':
      case 'cancel-requested':
      case 'child-process':
      case 'marker':
      case 'timer':
      case 'timer-canceled':
        return undefined
    }
  }

  #decided({ seq, decision }: HistoryEvent & { readonly type: 'decision' }): string | undefined {
    if (decision.type === 'cancel-activity') return `Called off: ${decision.id}`
    if (decision.type !== 'schedule-activity') return undefined
    const { activity, input } = decision
    const what = typeof input === 'string' ? `${activity} ${input}` : activity
    this.#names.set(seq, what)
    this.open.set(seq, { what, attempt: 0 })
    return `To do: ${what}`
  }

  #nameOf({ scheduled, activity }: { readonly scheduled: number; readonly activity: string }): string {
    return this.#names.get(scheduled) ?? activity
  }
}
