import type { FlowEvent, TaskProgress } from '../flows/index.js'
import { momentOf, spanOf } from '../timeline/span.js'
import type { Colors } from './colors.js'
import { errorText, valueText } from './process-words.js'
import { printable } from './printable.js'
import { cut } from './shorten.js'

/** Characters of a value in a line. */
const VALUE = 200

/** What a line says before the event. */
export interface FlowEventPlace {
  /** Columns of the line. */
  readonly width?: number | undefined
  /** The execution, where lines of several stand together. */
  readonly id?: string
}

/** An event in a line: its step, when it was (UTC), what it is. */
export function flowEventLine(
  event: FlowEvent | TaskProgress,
  colors: Colors,
  { width, id }: FlowEventPlace = {},
): string {
  const step = 'step' in event ? String(event.step) : ''
  const head = `${id === undefined ? step.padStart(4) : printable(id)}  ${momentOf(event.at, true)}`
  const words = wordsOf(event).filter((word) => word !== '')
  const room = width === undefined ? Infinity : Math.max(width - head.length - 2 - event.type.length - 1, 1)
  const text = words.join(' ')
  const about = room === Infinity ? printable(text) : cut(text, room)
  const paint = isTrouble(event) ? colors.red : colors.cyan
  return `${colors.dim(head)}  ${paint(event.type)}${about === '' ? '' : ` ${about}`}`
}

function isTrouble({ type }: FlowEvent | TaskProgress): boolean {
  return ['task-failed', 'task-timed-out', 'flow-failed', 'flow-recovered'].includes(type)
}

/** What there is to say of an event beside its type. */
function wordsOf(event: FlowEvent | TaskProgress): readonly string[] {
  switch (event.type) {
    case 'flow-created': {
      const { flow, tags = [], key, origin } = event
      return [
        flow,
        'input' in event ? short(event.input) : SEALED,
        ...tags.map((tag) => `#${tag}`),
        key === undefined ? '' : `key ${key}`,
        origin === undefined ? '' : `again what ${origin} was`,
      ]
    }
    case 'flow-scheduled':
    case 'flow-resumed':
      return event.due > event.at ? [`not before ${momentOf(event.due)}`] : []
    case 'flow-started':
    case 'flow-released':
      return [`by ${event.owner}`]
    case 'task-started':
      return [event.task, event.attempt > 1 ? `attempt ${event.attempt}` : '']
    case 'task-completed':
      return [
        event.task,
        `after ${spanOf(event.duration)}`,
        'outputs' in event ? short(event.outputs) : SEALED,
      ]
    case 'task-failed':
    case 'task-timed-out':
    case 'task-canceled': {
      const { task, attempt, duration } = event
      return [
        task,
        attempt > 1 ? `attempt ${attempt}` : '',
        `after ${spanOf(duration)}:`,
        'error' in event ? errorText(event.error) : SEALED,
      ]
    }
    case 'task-progress': {
      const { task, percent, message = '' } = event
      return [task, percent === undefined ? '' : `${Math.round(percent)} %`, message]
    }
    case 'retry-scheduled':
      return [event.task, `attempt ${event.attempt}`, `in ${spanOf(Math.max(event.due - event.at, 0))}`]
    case 'cancel-requested':
    case 'flow-canceled':
      return [event.reason]
    case 'flow-recovered':
      return [`from ${event.owner}, ${event.why}`]
    case 'flow-rescheduled':
    case 'flow-migrated':
      return [`from ${event.task}`]
    case 'flow-failed':
      return [event.task, 'error' in event ? errorText(event.error) : SEALED]
    case 'pause-requested':
    case 'flow-paused':
    case 'flow-completed':
      return []
  }
}

const SEALED = '(sealed)'

function short(value: unknown): string {
  return cut(valueText(value), VALUE)
}
