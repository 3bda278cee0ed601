import type { FlowEvent, TaskProgress } from 'unitflow/flows'

/** The tasks of an upload, what they are called here, and what part of the whole each is, in percent. */
export const STEPS = [
  { task: 'split', title: 'Hash', weight: 10 },
  { task: 'upload', title: 'Send', weight: 80 },
  { task: 'finish', title: 'Join', weight: 5 },
  { task: 'verify', title: 'Check', weight: 5 },
] as const

/** An upload, as its events tell it. */
export interface ToldUpload {
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** The step that is next, from 0; as many as there are when all are done. */
  readonly step: number
  /** How far that step is, 0 to 100. */
  readonly percent: number
  /** What the task has said last. */
  readonly message: string
  /** What went wrong last, while it has not been tried again; `due`: when it is (ms since 1970). */
  readonly trouble?: { readonly message: string; readonly due?: number }
  readonly lines: readonly ToldLine[]
}

export interface ToldLine {
  readonly step: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly words: string
}

export const UNTOLD: ToldUpload = { name: '', size: 0, step: 0, percent: 0, message: '', lines: [] }

/** How far all of it is, in percent. */
export function percentOf({ step, percent }: ToldUpload): number {
  const done = STEPS.slice(0, step).reduce((sum, { weight }) => sum + weight, 0)
  return done + ((STEPS[step]?.weight ?? 0) * percent) / 100
}

/** @param ownerHere the runner of this tab */
export function toldAfter(told: ToldUpload, event: FlowEvent | TaskProgress, ownerHere: string): ToldUpload {
  if (event.type === 'task-progress') {
    const { percent = 0, message = '' } = event
    return { ...told, percent, message }
  }
  const words = wordsOf(event, ownerHere)
  const lines = words === undefined ? told.lines : [...told.lines, { step: event.step, at: event.at, words }]
  return { ...changed(told, event), lines }
}

function changed(told: ToldUpload, event: FlowEvent): ToldUpload {
  const { trouble, ...calm } = told
  switch (event.type) {
    case 'flow-created':
      return { ...told, ...('input' in event && fileOf(event.input['file'])) }
    case 'task-completed':
      return { ...calm, step: told.step + 1, percent: 0, message: '' }
    case 'task-failed':
    case 'task-timed-out':
      return 'error' in event && event.error.name !== 'Paused'
        ? { ...told, trouble: { message: event.error.message } }
        : told
    case 'retry-scheduled':
      return { ...calm, ...(trouble !== undefined && { trouble: { ...trouble, due: event.due } }) }
    case 'flow-failed':
      return 'error' in event ? { ...told, trouble: { message: event.error.message } } : told
    case 'flow-rescheduled':
      return {
        ...calm,
        step: Math.max(
          0,
          STEPS.findIndex(({ task }) => task === event.task),
        ),
        percent: 0,
      }
    case 'task-started':
    case 'flow-paused':
    case 'flow-canceled':
    case 'flow-completed':
      return calm
    case 'flow-scheduled':
    case 'flow-started':
    case 'task-canceled':
    case 'pause-requested':
    case 'cancel-requested':
    case 'flow-released':
    case 'flow-recovered':
    case 'flow-resumed':
    case 'flow-migrated':
      return told
  }
}

function fileOf(file: unknown): Pick<ToldUpload, 'name' | 'size'> {
  const { name, size }: { name?: unknown; size?: unknown } =
    typeof file === 'object' && file !== null ? file : {}
  return { name: typeof name === 'string' ? name : '', size: typeof size === 'number' ? size : 0 }
}

/** What people are told of an event; nothing where the next one says it all. */
function wordsOf(event: FlowEvent, ownerHere: string): string | undefined {
  const titleOf = (task: string): string => STEPS.find((step) => step.task === task)?.title ?? task
  switch (event.type) {
    case 'flow-created':
      return 'Chosen'
    case 'flow-started':
      return event.owner === ownerHere ? 'This tab has it' : 'Another tab has it'
    case 'task-completed':
      return `${titleOf(event.task)}: done`
    case 'task-failed':
    case 'task-timed-out':
      return `${titleOf(event.task)}: ${'error' in event ? event.error.message : 'it has failed'}`
    case 'flow-recovered':
      return event.why === 'gone' ? 'Its tab was closed' : 'Its tab gave no sign of life'
    case 'flow-resumed':
      return 'Goes on'
    case 'flow-rescheduled':
      return `Tried again, from: ${titleOf(event.task)}`
    case 'flow-completed':
      return 'Uploaded'
    case 'flow-failed':
      return 'Failed'
    case 'flow-canceled':
      return 'Canceled'
    case 'flow-paused':
      return 'Paused'
    case 'flow-scheduled':
    case 'task-started':
    case 'task-canceled':
    case 'retry-scheduled':
    case 'pause-requested':
    case 'cancel-requested':
    case 'flow-released':
    case 'flow-migrated':
      return undefined
  }
}
