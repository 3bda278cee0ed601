import type { ErrorData } from '../../errors/index.js'
import type { Value } from '../../values/index.js'
import type { ActivityTask, DecisionTask, ProcessInfo, WaitingActivity } from '../backend/index.js'
import type { ActivityResult, Decision, HistoryEvent, MadeDecision, ProcessResult } from '../history/index.js'
import type { Recoding } from './recoding.js'

/** An attempt or a process that has ended. */
interface Ended {
  readonly at: number
  readonly result: ProcessResult
}

type Failures = NonNullable<ProcessInfo['failures']>

type Kind = 'value' | 'text' | 'error' | 'result' | 'decision' | 'ended' | 'failures'

/** How a field is recoded, by its name and type; never for one that is nobody's secret. */
type KindOf<Name, Field> = [Name, string] extends ['reason' | 'status', Field]
  ? 'text'
  : Value extends Field
    ? 'value'
    : [NonNullable<Field>] extends [ErrorData]
      ? 'error'
      : [NonNullable<Field>] extends [ProcessResult]
        ? 'result'
        : [NonNullable<Field>] extends [Decision]
          ? 'decision'
          : [NonNullable<Field>] extends [Ended]
            ? 'ended'
            : [NonNullable<Field>] extends [Failures]
              ? 'failures'
              : never

/** All fields of `T` that are to be recoded: one that is not listed, or is listed otherwise, does not compile. */
type Secrets<T> = {
  readonly [Name in keyof T as [KindOf<Name, T[Name]>] extends [never] ? never : Name]-?: KindOf<
    Name,
    T[Name]
  >
}

type Fields = Readonly<Record<string, Kind>>

const DECISIONS: { readonly [D in Decision as D['type']]: Secrets<D> } = {
  'schedule-activity': { input: 'value' },
  'cancel-activity': { reason: 'text' },
  'start-child-process': { input: 'value' },
  'start-timer': { data: 'value' },
  'cancel-timer': {},
  'record-marker': { details: 'value' },
  'signal-process': { data: 'value' },
  'request-cancel-process': { reason: 'text' },
  'complete-process': { result: 'value' },
  'fail-process': { reason: 'text', details: 'value', error: 'error' },
  'cancel-process': { reason: 'text', details: 'value' },
  'continue-as-new': { input: 'value' },
}

const RESULTS: { readonly [R in ProcessResult as R['type']]: Secrets<R> } = {
  completed: { result: 'value' },
  failed: { reason: 'text', details: 'value', error: 'error' },
  canceled: { reason: 'text', details: 'value' },
  'timed-out': { details: 'value' },
  continued: {},
}

const EVENTS: { readonly [E in HistoryEvent as E['type']]: Secrets<E> } = {
  'process-started': { input: 'value' },
  'decision-started': {},
  'decision-completed': { status: 'text' },
  'decision-failed': { error: 'error' },
  'decision-timed-out': {},
  'decision-refused': { error: 'error' },
  decision: { decision: 'decision' },
  'activity-started': { last: 'ended' },
  activity: { result: 'result' },
  'activity-cancel-requested': { reason: 'text' },
  signal: { data: 'value' },
  timer: { data: 'value' },
  'timer-canceled': {},
  'child-process': { result: 'result' },
  marker: { details: 'value' },
  'cancel-requested': { reason: 'text', details: 'value' },
  'process-closed': { result: 'result' },
}

const ENDED: Secrets<Ended> = { result: 'result' }
const FAILURES: Secrets<Failures> = { error: 'error' }
const PROCESS: Secrets<ProcessInfo> = { status: 'text', failures: 'failures', closed: 'ended' }
const ACTIVITY_TASK: Secrets<ActivityTask> = { input: 'value', details: 'value' }
const OPTIONS: Readonly<Record<'reason' | 'status' | 'details' | 'error', Kind>> = {
  reason: 'text',
  status: 'text',
  details: 'value',
  error: 'error',
}
const WAITING_ACTIVITY: Secrets<WaitingActivity> = { input: 'value' }

/** One that is no decision stays as it is, for the backend to refuse. */
export function recodeDecision(decision: MadeDecision, by: Recoding): Promise<MadeDecision> {
  return byType(decision, DECISIONS, by)
}

/** Why something is canceled, or what else is handed over beside names and ids. */
export function recodeOptions<T extends Partial<Record<keyof typeof OPTIONS, unknown>>>(
  options: T,
  by: Recoding,
): Promise<T> {
  return recode(options, OPTIONS, by)
}

/** One that is no result stays as it is, for the backend to refuse. */
export function recodeResult(result: ActivityResult, by: Recoding): Promise<ActivityResult> {
  return byType(result, RESULTS, by)
}

export function recodeEvents(events: readonly HistoryEvent[], by: Recoding): Promise<HistoryEvent[]> {
  return Promise.all(events.map((event) => byType(event, EVENTS, by)))
}

export function recodeProcess(process: ProcessInfo, by: Recoding): Promise<ProcessInfo> {
  return recode(process, PROCESS, by)
}

export async function recodeDecisionTask(task: DecisionTask, by: Recoding): Promise<DecisionTask> {
  const [process, events] = await Promise.all([
    recodeProcess(task.process, by),
    recodeEvents(task.events, by),
  ])
  return { ...task, process, events }
}

export function recodeActivityTask(task: ActivityTask, by: Recoding): Promise<ActivityTask> {
  return recode(task, ACTIVITY_TASK, by)
}

export function recodeWaiting(
  activities: readonly WaitingActivity[],
  by: Recoding,
): Promise<WaitingActivity[]> {
  return Promise.all(activities.map((activity) => recode(activity, WAITING_ACTIVITY, by)))
}

async function byType<T>(thing: T, types: Readonly<Record<string, Fields>>, by: Recoding): Promise<T> {
  if (typeof thing !== 'object' || thing === null || !('type' in thing)) return thing
  const { type } = thing
  const fields = typeof type === 'string' && Object.hasOwn(types, type) ? types[type] : undefined
  return fields === undefined ? thing : recode(thing, fields, by)
}

async function recode<T extends object>(thing: T, fields: Fields, by: Recoding): Promise<T> {
  const changed = Object.entries(fields)
    .filter(([name]) => Object.hasOwn(thing, name))
    .map(async ([name, kind]) => [name, await recodeField(kind, Reflect.get(thing, name), by)] as const)
  return { ...thing, ...Object.fromEntries(await Promise.all(changed)) }
}

function recodeField(kind: Kind, field: unknown, by: Recoding): Promise<unknown> {
  switch (kind) {
    case 'value':
    case 'text':
    case 'error':
      return by[kind](field)
    case 'result':
      return byType(field, RESULTS, by)
    case 'decision':
      return byType(field, DECISIONS, by)
    case 'ended':
      return ofObject(field, ENDED, by)
    case 'failures':
      return ofObject(field, FAILURES, by)
  }
}

async function ofObject(thing: unknown, fields: Fields, by: Recoding): Promise<unknown> {
  return typeof thing === 'object' && thing !== null ? recode(thing, fields, by) : thing
}
