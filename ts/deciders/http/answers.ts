import type {
  ActivityTask,
  DecisionTask,
  ProcessInfo,
  ProcessPage,
  WaitingActivity,
  WaitingPage,
} from '../backend/index.js'
import type { HistoryEvent } from '../history/index.js'

/** What a server has answered is looked at as far as tells an answer from something else; the rest is taken at its word. */
export type Answer<T> = (value: unknown) => value is T

export const NOTHING: Answer<undefined> = (value) => value === undefined

export const STARTED: Answer<{ readonly id: string }> = (value): value is { readonly id: string } =>
  typeof field(value, 'id') === 'string'

export const PROCESS: Answer<{ readonly process: ProcessInfo | undefined }> = (
  value,
): value is { readonly process: ProcessInfo | undefined } => {
  const process = field(value, 'process')
  return isObject(value) && (process === undefined || isProcess(process))
}

export const HISTORY: Answer<{ readonly events: readonly HistoryEvent[]; readonly more: boolean }> = (
  value,
): value is { readonly events: readonly HistoryEvent[]; readonly more: boolean } =>
  isListOf(field(value, 'events'), (event) => typeof field(event, 'seq') === 'number') &&
  typeof field(value, 'more') === 'boolean'

export const PROCESSES: Answer<ProcessPage> = (value): value is ProcessPage =>
  isListOf(field(value, 'processes'), isProcess)

export const OPEN: Answer<{ readonly activities: readonly WaitingActivity[] }> = (
  value,
): value is { readonly activities: readonly WaitingActivity[] } =>
  isListOf(field(value, 'activities'), (one) => typeof field(one, 'activity') === 'string')

export const WAITING: Answer<WaitingPage> = OPEN

export const DECISIONS: Answer<{ readonly tasks: readonly DecisionTask[] }> = (
  value,
): value is { readonly tasks: readonly DecisionTask[] } => areTasks(value, 'decision')

export const ACTIVITIES: Answer<{ readonly tasks: readonly ActivityTask[] }> = (
  value,
): value is { readonly tasks: readonly ActivityTask[] } => areTasks(value, 'activity')

export const BEAT: Answer<{ readonly cancelRequested: boolean }> = (
  value,
): value is { readonly cancelRequested: boolean } => typeof field(value, 'cancelRequested') === 'boolean'

export const TICK: Answer<{ readonly processes: number }> = (
  value,
): value is { readonly processes: number } => typeof field(value, 'processes') === 'number'

export const DEADLINE: Answer<{ readonly at: number | undefined }> = (
  value,
): value is { readonly at: number | undefined } => {
  const at = field(value, 'at')
  return isObject(value) && (at === undefined || typeof at === 'number')
}

function areTasks(value: unknown, type: 'decision' | 'activity'): boolean {
  return isListOf(
    field(value, 'tasks'),
    (task) => field(task, 'type') === type && typeof field(task, 'token') === 'string',
  )
}

function isProcess(value: unknown): boolean {
  return typeof field(value, 'id') === 'string' && typeof field(value, 'lastSeq') === 'number'
}

function isListOf(value: unknown, test: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(test)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function field(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined
}
