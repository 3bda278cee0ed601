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
}

/** The types that decisions name. */
export interface Types {
  readonly activities: ReadonlyMap<string, ActivityType>
  readonly workflows: ReadonlyMap<string, WorkflowType>
}
