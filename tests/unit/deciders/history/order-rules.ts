import type { Decision, HistoryEvent } from '../../../../ts/deciders/history/index.js'

/** The decisions that open something that a later event ends. */
const OPENS: Readonly<Partial<Record<Decision['type'], string>>> = {
  'schedule-activity': 'activity',
  'start-timer': 'timer',
  'start-child-process': 'child',
}

/** What in a history is against the rules of order in docs/history-format.md: written from that page alone. */
export function brokenRules(events: readonly HistoryEvent[]): string[] {
  const broken: string[] = []
  const open = new Map<string, { readonly scheduled: number; attempt: number }>()
  let deciding: number | undefined
  /** The last event was part of a batch, so that another decision may follow. */
  let inBatch = false
  let closing: HistoryEvent | undefined
  /** Something has happened since a decision began that has not failed. */
  let isNews = false

  events.forEach((event, index) => {
    const say = (what: string): void => void broken.push(`${event.seq} ${event.type}: ${what}`)
    if (event.seq !== index + 1) say(`stands in place ${index + 1}`)
    if ((event.type === 'process-started') !== (index === 0)) say('only the first event starts the process')
    if (events[index - 1]?.type === 'process-closed') say('stands after process-closed')
    if (closing !== undefined && event.type !== 'process-closed') say('stands after the decision that closes')
    const continues = inBatch
    inBatch = false
    switch (event.type) {
      case 'decision-started':
        if (deciding !== undefined) say(`${deciding} is not over`)
        if (!isNews) say('there is nothing to decide')
        deciding = event.seq
        isNews = false
        break
      case 'decision-completed':
      case 'decision-failed':
      case 'decision-timed-out':
      case 'decision-refused':
        if (deciding !== event.started) say(`${event.started} is not the decision under way`)
        inBatch = event.type === 'decision-completed'
        // One that was refused may be made anew, unless it did not know the newest event.
        if (event.type === 'decision-refused' && event.error.code !== 'unhandled-events') break
        deciding = undefined
        if (event.type !== 'decision-completed') isNews = true
        break
      case 'decision': {
        if (!continues) say('stands outside of a batch')
        inBatch = true
        const { decision } = event
        const kind = OPENS[decision.type]
        if (kind !== undefined && 'id' in decision) {
          if (open.has(`${kind} ${decision.id}`)) say(`${kind} ${decision.id} is open already`)
          open.set(`${kind} ${decision.id}`, { scheduled: event.seq, attempt: 0 })
        }
        if (/^(complete|fail|cancel)-process$|^continue-as-new$/.test(decision.type)) closing = event
        break
      }
      case 'activity-started': {
        const activity = open.get(`activity ${event.id}`)
        if (activity?.scheduled !== event.scheduled) say(`${event.scheduled} is no open activity ${event.id}`)
        else if (event.attempt <= activity.attempt) say(`attempt ${activity.attempt} was before`)
        else activity.attempt = event.attempt
        break
      }
      case 'activity-cancel-requested':
        if (!continues) say('stands outside of a batch')
        inBatch = true
        if (open.get(`activity ${event.id}`)?.scheduled !== event.scheduled)
          say(`${event.scheduled} is no open activity ${event.id}`)
        break
      case 'activity': {
        const before = events[index - 1]
        // What a decision has canceled at once is part of its batch, and no news.
        inBatch =
          before?.type === 'decision' &&
          before.decision.type === 'cancel-activity' &&
          before.decision.id === event.id
        if (!inBatch) isNews = true
        end('activity', event.id, event.scheduled)
        break
      }
      case 'timer':
        isNews = true
        end('timer', event.id, event.scheduled)
        break
      case 'timer-canceled':
        if (!continues) say('stands outside of a batch')
        inBatch = true
        end('timer', event.id, event.scheduled)
        break
      case 'child-process':
        isNews = true
        end('child', event.process, event.scheduled)
        break
      case 'marker':
        if (!continues) say('stands outside of a batch')
        inBatch = true
        break
      case 'process-started':
      case 'signal':
      case 'cancel-requested':
        isNews = true
        break
      case 'process-closed':
        closing = undefined
        break
    }

    function end(kind: string, id: string, scheduled: number): void {
      if (open.get(`${kind} ${id}`)?.scheduled !== scheduled)
        say(`${scheduled} started no ${kind} ${id} that is open`)
      open.delete(`${kind} ${id}`)
    }
  })
  return broken
}
