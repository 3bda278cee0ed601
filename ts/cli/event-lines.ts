import type { Decision, HistoryEvent } from '../deciders/index.js'
import { momentOf, spanOf } from '../timeline/span.js'
import type { Colors } from './colors.js'
import { printable } from './printable.js'
import { errorText, reasonOf, valueText } from './process-words.js'
import { cut } from './shorten.js'

/** Characters of a value in a line. */
const VALUE = 200

/** An event in a line: its number, when it was (UTC), what it is. */
export function eventLine(event: HistoryEvent, colors: Colors, width?: number): string {
  const seq = String(event.seq).padStart(4)
  const at = momentOf(event.at, true)
  const words = wordsOf(event).filter((word) => word !== '')
  const room =
    width === undefined ? Infinity : Math.max(width - seq.length - at.length - 4 - event.type.length - 1, 1)
  const about = room === Infinity ? printable(words.join(' ')) : cut(words.join(' '), room)
  const paint = isTrouble(event) ? colors.red : colors.cyan
  const text = about === '' ? '' : ` ${about}`
  return `${colors.dim(`${seq}  ${at}`)}  ${paint(event.type)}${text}`
}

function isTrouble(event: HistoryEvent): boolean {
  if ('error' in event || event.type === 'decision-timed-out') return true
  return 'result' in event && (event.result.type === 'failed' || event.result.type === 'timed-out')
}

/** What there is to say of an event beside its type. */
function wordsOf(event: HistoryEvent): readonly string[] {
  switch (event.type) {
    case 'process-started': {
      const { workflow, version, input, tags, parent, origin } = event
      return [
        `${workflow}@${version}`,
        short(input),
        ...tags.map((tag) => `#${tag}`),
        parent === undefined ? '' : `by ${parent.process}`,
        origin === undefined ? '' : `${origin.type} from ${origin.process} after event ${origin.seq}`,
      ]
    }
    case 'decision-started':
      return [by(event.identity)]
    case 'decision-completed':
      return [event.status ?? '']
    case 'decision-failed':
    case 'decision-refused':
      return [errorText(event.error)]
    case 'decision-timed-out':
      return []
    case 'decision':
      return decisionWords(event.decision, event.seq)
    case 'activity-started': {
      const { activity, id, attempt, last, identity } = event
      const before = last === undefined ? '' : `after ${last.result.type} ${reasonOf(last.result)}`
      return [
        named(activity, id, event.scheduled),
        attempt > 1 ? `attempt ${attempt}` : '',
        by(identity),
        before.trim(),
      ]
    }
    case 'activity':
      return [named(event.activity, event.id, event.scheduled), ...resultWords(event.result)]
    case 'activity-cancel-requested':
      return [event.id, event.reason ?? '']
    case 'signal':
      return [event.name, short(event.data), by(event.from)]
    case 'timer':
      return [event.id, short(event.data)]
    case 'timer-canceled':
      return [event.id]
    case 'child-process':
      return [named(event.workflow, event.process, event.scheduled), ...resultWords(event.result)]
    case 'marker':
      return [event.name, short(event.details)]
    case 'cancel-requested':
      return [event.reason ?? '', short(event.details), by(event.from)]
    case 'process-closed':
      return resultWords(event.result)
  }
}

function decisionWords(decision: Decision, seq: number): readonly string[] {
  const { type } = decision
  switch (decision.type) {
    case 'schedule-activity':
      return [type, named(decision.activity, decision.id, seq), short(decision.input)]
    case 'start-child-process':
      return [type, named(decision.workflow, decision.id, seq), short(decision.input)]
    case 'start-timer':
      return [type, decision.id, spanOf(decision.delay), short(decision.data)]
    case 'cancel-activity':
    case 'cancel-timer':
      return [type, decision.id]
    case 'record-marker':
      return [type, decision.name]
    case 'signal-process':
      return [type, decision.process, decision.name, short(decision.data)]
    case 'request-cancel-process':
      return [type, decision.process, decision.reason ?? '']
    case 'complete-process':
      return [type, short(decision.result)]
    case 'fail-process':
    case 'cancel-process':
      return [type, decision.reason ?? '']
    case 'continue-as-new':
      return [type, short(decision.input)]
  }
}

function resultWords(result: Parameters<typeof reasonOf>[0]): readonly string[] {
  return [result.type, reasonOf(result), result.type === 'completed' ? short(result.result) : '']
}

/** An id that was given by the backend says nothing but where it stands. */
function named(kind: string, id: string, seq: number): string {
  if (id.endsWith(`:${seq}`)) return `${kind} #${seq}`
  return kind === id ? kind : `${kind} ${id}`
}

function by(who: string | undefined): string {
  return who === undefined ? '' : `by ${who}`
}

/** A value where there is one; null is what stands where nothing was said. */
function short(value: unknown): string {
  return value === null || value === undefined ? '' : cut(valueText(value), VALUE)
}
