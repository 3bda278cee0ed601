import type { WorkflowBackend } from '../backend/index.js'

/** What is asked of a backend over HTTP. */
export type BackendOperation = Exclude<keyof WorkflowBackend, 'close'>

/** What a call is about, as far as its URL says. */
export interface BackendSubject {
  /** The id of the process; of a new one, where the caller has chosen it. */
  readonly process?: string
  readonly workflow?: string
  readonly activity?: string
  readonly tag?: string
  /** The queues that are polled. */
  readonly categories?: readonly string[]
}

/** A call, as it is known before its body is read: what may be decided on is in the URL, and nothing of it in the body. */
export interface BackendCall extends BackendSubject {
  readonly operation: BackendOperation
}

/** How an operation is asked for. */
export interface Route {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  /** Below the version. */
  readonly path: string
  /** What of its subject the URL says, by the name of the parameter. */
  readonly about: Readonly<Partial<Record<keyof BackendSubject, string>>>
}

/** The version of the protocol: the first segment of every path. */
export const PROTOCOL = 'v1'

/** The queue where a poll names none. */
export const DEFAULT_CATEGORY = 'default'

const PROCESS = { process: 'id' }

export const ROUTES: Readonly<Record<BackendOperation, Route>> = {
  registerWorkflow: { method: 'PUT', path: 'types/workflow', about: {} },
  registerActivity: { method: 'PUT', path: 'types/activity', about: {} },
  startProcess: { method: 'POST', path: 'processes', about: { process: 'id', workflow: 'workflow' } },
  processes: { method: 'GET', path: 'processes', about: { workflow: 'workflow', tag: 'tag' } },
  process: { method: 'GET', path: 'process', about: PROCESS },
  deleteProcess: { method: 'DELETE', path: 'process', about: PROCESS },
  history: { method: 'GET', path: 'process/history', about: PROCESS },
  openActivities: { method: 'GET', path: 'process/activities', about: PROCESS },
  signalProcess: { method: 'POST', path: 'process/signal', about: PROCESS },
  cancelProcess: { method: 'POST', path: 'process/cancel', about: PROCESS },
  forkProcess: { method: 'POST', path: 'process/fork', about: PROCESS },
  pollDecisionTasks: { method: 'POST', path: 'decisions/poll', about: { categories: 'category' } },
  completeDecisionTask: { method: 'POST', path: 'decisions/complete', about: {} },
  failDecisionTask: { method: 'POST', path: 'decisions/fail', about: {} },
  pollActivityTasks: { method: 'POST', path: 'activities/poll', about: { categories: 'category' } },
  completeActivityTask: { method: 'POST', path: 'activities/complete', about: {} },
  releaseActivityTask: { method: 'POST', path: 'activities/release', about: {} },
  heartbeat: { method: 'POST', path: 'activities/heartbeat', about: {} },
  waitingActivities: { method: 'GET', path: 'activities/waiting', about: { activity: 'activity' } },
  tick: { method: 'POST', path: 'tick', about: {} },
  nextDeadline: { method: 'GET', path: 'next-deadline', about: {} },
}

/** The operations of a path, by method. */
export function operationsAt(path: string): ReadonlyMap<string, BackendOperation> {
  const found = new Map<string, BackendOperation>()
  for (const operation of Object.keys(ROUTES).filter(isOperation)) {
    if (ROUTES[operation].path === path) found.set(ROUTES[operation].method, operation)
  }
  return found
}

function isOperation(name: string): name is BackendOperation {
  return Object.hasOwn(ROUTES, name)
}

/** A text as a parameter of a URL has it: as JSON escapes it, since half a character has no form in UTF-8. */
export function parameterOf(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

/** The text of a parameter; nothing where it is none. */
export function textOf(parameter: string): string | undefined {
  try {
    const text: unknown = JSON.parse(`"${parameter}"`)
    return typeof text === 'string' ? text : undefined
  } catch {
    return undefined
  }
}
