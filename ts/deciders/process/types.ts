import { UnitflowError } from '../../errors/index.js'
import type { ChildPolicy, RetryData } from '../history/index.js'

/** What a backend knows of a kind of process. */
export interface WorkflowType {
  readonly name: string
  readonly version: string
  /** The queue of its decisions. */
  readonly category: string
  /** How long a process may be open, in ms. */
  readonly timeout: number
  /** How long a worker may take to decide, in ms. */
  readonly decisionTimeout: number
  /** Where a parent does not say otherwise. */
  readonly childPolicy: ChildPolicy
  /** How long it is kept after it has closed, in ms. @default for ever */
  readonly retention?: number
}

/** How many executions of an activity there may be at once, or a second, over all workers (D84). */
export interface Limits {
  readonly atOnce?: number
  readonly perSecond?: number
  readonly atOncePerKey?: number
}

/** What a backend knows of a kind of activity. Times in ms. */
export interface ActivityType {
  readonly name: string
  /** The queue, where a decision does not say otherwise. */
  readonly category: string
  readonly priority: number
  readonly scheduleToStart: number
  readonly startToClose: number
  readonly scheduleToClose?: number
  readonly heartbeat: number
  readonly retry?: RetryData
  /** Somebody outside ends it: it can be asked for as such. */
  readonly manual?: true
  readonly limits?: Limits
}

/** The types that decisions name. */
export interface Types {
  readonly activities: ReadonlyMap<string, ActivityType>
  readonly workflows: ReadonlyMap<string, WorkflowType>
}

/** @throws `unknown-type` */
export function typeIn(types: Types, kind: 'activity', name: string): ActivityType
export function typeIn(types: Types, kind: 'workflow', name: string): WorkflowType
export function typeIn(
  types: Types,
  kind: 'activity' | 'workflow',
  name: string,
): ActivityType | WorkflowType {
  const type = (kind === 'activity' ? types.activities : types.workflows).get(name)
  if (type !== undefined) return type
  const message = `no ${kind} ${JSON.stringify(name)} is registered`
  throw new UnitflowError('unknown-type', message, { kind, name })
}
