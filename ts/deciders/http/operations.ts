import type { ErrorData } from '../../errors/index.js'
import type { Value } from '../../values/index.js'
import type { DecisionTask, ForkProcess, Poll, ProcessWait, WorkflowBackend } from '../backend/index.js'
import type { ActivityResult, MadeDecision } from '../history/index.js'
import type { ActivityType, WorkflowType } from '../process/index.js'
import { badArgument } from './problem.js'
import type { Query } from './query.js'
import type { BackendOperation, BackendSubject } from './routes.js'
import type { Checks } from '../../checks/index.js'
import {
  ANYTHING,
  assertShape,
  COUNT,
  ERROR_DATA,
  FLAG,
  LIST,
  optional,
  TEXT,
  TEXTS,
  TIME,
} from '../../checks/index.js'
import { ACTIVITY_RESULT } from '../history/index.js'
import { ACTIVITY_TYPE, WORKFLOW_TYPE } from '../process/index.js'

/** How much one request may ask for. */
export interface Bounds {
  readonly maxWait: number
  readonly maxPage: number
}

/** A request that is allowed. */
export interface Asked extends Bounds {
  readonly backend: WorkflowBackend
  readonly about: BackendSubject
  readonly query: Query
  readonly body: unknown
  /** Aborted when whoever asks has gone. */
  readonly signal: AbortSignal
}

/** Does what is asked, and gives what is answered. */
type Operation = (asked: Asked) => Promise<unknown>

export const OPERATIONS: Readonly<Record<BackendOperation, Operation>> = {
  async registerWorkflow({ backend, body }) {
    assertShape<WorkflowType>(body, WORKFLOW_TYPE, 'type')
    await backend.registerWorkflow(body)
  },
  async registerActivity({ backend, body }) {
    assertShape<ActivityType>(body, ACTIVITY_TYPE, 'type')
    await backend.registerActivity(body)
  },
  async startProcess({ backend, about: { process, workflow }, body }) {
    assertShape<Started>(body, STARTED, 'start')
    if (workflow === undefined) throw badArgument('workflow', 'a text')
    return {
      id: await backend.startProcess({ ...body, workflow, ...(process !== undefined && { id: process }) }),
    }
  },
  async signalProcess({ backend, about, body }) {
    assertShape<Signaled>(body, SIGNALED, 'signal')
    await backend.signalProcess(idOf(about), body)
  },
  async cancelProcess({ backend, about, body }) {
    assertShape<Canceled>(body, CANCELED, 'options')
    await backend.cancelProcess(idOf(about), body)
  },
  async forkProcess({ backend, about, body }) {
    assertShape<ForkProcess>(body, FORKED, 'fork')
    return { id: await backend.forkProcess(idOf(about), body) }
  },
  async deleteProcess({ backend, about }) {
    await backend.deleteProcess(idOf(about))
  },
  async process({ backend, about, query, maxWait, signal }) {
    const until = query.text('until')
    const wait = query.number('wait', TIME)
    const id = idOf(about)
    if (until === undefined || wait === undefined) return { process: await backend.process(id) }
    const behind = until === 'closed' ? until : query.number('until', COUNT)
    const waited: ProcessWait = { until: behind ?? 'closed', wait: Math.min(wait, maxWait), signal }
    return { process: await backend.process(id, waited) }
  },
  async history({ backend, about, query, maxPage }) {
    const after = query.number('after', COUNT)
    const asked = query.number('limit', COUNT) ?? maxPage
    const limit = Math.min(asked, maxPage)
    const events = await backend.history(idOf(about), { limit, ...(after !== undefined && { after }) })
    return { events, more: limit < asked && events.length === limit }
  },
  async openActivities({ backend, about }) {
    return { activities: await backend.openActivities(idOf(about)) }
  },
  processes({ backend, about: { workflow, tag }, query, maxPage }) {
    const status = query.text('status')
    if (status !== undefined && status !== 'open' && status !== 'closed') {
      throw badArgument('status', '"open" or "closed"')
    }
    const reverse = query.flag('reverse')
    return backend.processes({
      ...(workflow !== undefined && { workflow }),
      ...(tag !== undefined && { tag }),
      ...(status !== undefined && { status }),
      ...(reverse !== undefined && { reverse }),
      ...pageOf(query, maxPage),
    })
  },
  waitingActivities({ backend, about: { activity }, query, maxPage }) {
    return backend.waitingActivities({
      ...(activity !== undefined && { activity }),
      ...pageOf(query, maxPage),
    })
  },
  async pollDecisionTasks(asked) {
    const tasks = await asked.backend.pollDecisionTasks(pollOf(asked))
    if (asked.signal.aborted) await handBack(asked.backend, tasks)
    return { tasks }
  },
  async completeDecisionTask({ backend, body }) {
    assertShape<Decided>(body, DECIDED, 'decision')
    const { token, decisions, status } = body
    await backend.completeDecisionTask(token, decisions, status === undefined ? {} : { status })
  },
  async failDecisionTask({ backend, body }) {
    assertShape<Failed>(body, FAILED, 'failure')
    const { token, error, delay } = body
    await backend.failDecisionTask(token, { error, ...(delay !== undefined && { delay }) })
  },
  async pollActivityTasks(asked) {
    const tasks = await asked.backend.pollActivityTasks(pollOf(asked))
    if (asked.signal.aborted) for (const { token } of tasks) await asked.backend.releaseActivityTask(token)
    return { tasks }
  },
  async completeActivityTask({ backend, body }) {
    assertShape<Ended>(body, ENDED, 'activity')
    const { token, result, retry } = body
    await backend.completeActivityTask(token, result, retry === undefined ? {} : { retry })
  },
  async releaseActivityTask({ backend, body }) {
    assertShape<Released>(body, { token: TEXT }, 'activity')
    await backend.releaseActivityTask(body.token)
  },
  heartbeat({ backend, body }) {
    assertShape<Beat>(body, BEAT, 'heartbeat')
    return backend.heartbeat(body.token, body.details)
  },
  async tick({ backend, body }) {
    assertShape<object>(body, {}, 'tick')
    return { processes: await backend.tick() }
  },
  async nextDeadline({ backend, query }) {
    const exact = query.flag('exact')
    return { at: await backend.nextDeadline(exact === undefined ? {} : { exact }) }
  },
}

interface Started {
  readonly input?: Value
  readonly tags?: readonly string[]
}
const STARTED: Checks<Started> = { input: ANYTHING, tags: optional(TEXTS) }

type Signaled = Parameters<WorkflowBackend['signalProcess']>[1]
const SIGNALED: Checks<Signaled> = { name: TEXT, data: ANYTHING }

type Canceled = NonNullable<Parameters<WorkflowBackend['cancelProcess']>[1]>
const CANCELED: Checks<Canceled> = { reason: optional(TEXT), details: ANYTHING, request: optional(FLAG) }

const FORKED: Checks<ForkProcess> = { at: COUNT, id: optional(TEXT) }

interface Decided {
  readonly token: string
  /** Whether each is a decision is for the backend to say (D32). */
  readonly decisions: readonly MadeDecision[]
  readonly status?: string
}
const DECIDED: Checks<Decided> = { token: TEXT, decisions: LIST, status: optional(TEXT) }

interface Failed {
  readonly token: string
  readonly error: ErrorData
  readonly delay?: number
}
const FAILED: Checks<Failed> = { token: TEXT, error: ERROR_DATA, delay: optional(TIME) }

interface Ended {
  readonly token: string
  readonly result: ActivityResult
  readonly retry?: boolean
}
const ENDED: Checks<Ended> = { token: TEXT, result: ACTIVITY_RESULT, retry: optional(FLAG) }

interface Released {
  readonly token: string
}

interface Beat {
  readonly token: string
  readonly details?: Value
}
const BEAT: Checks<Beat> = { token: TEXT, details: ANYTHING }

type Polled = Pick<Poll, 'identity' | 'limit' | 'wait'>
const POLLED: Checks<Polled> = { identity: optional(TEXT), limit: optional(COUNT), wait: optional(TIME) }

function pollOf({ about: { categories = [] }, body, maxPage, maxWait, signal }: Asked): Poll {
  assertShape<Polled>(body, POLLED, 'poll')
  const { identity, limit = 1, wait = 0 } = body
  return {
    category: categories,
    limit: Math.min(limit, maxPage),
    wait: Math.min(wait, maxWait),
    signal,
    ...(identity !== undefined && { identity }),
  }
}

/** Nobody will decide on these: it is told at once, and others are asked, before they would time out. */
async function handBack(backend: WorkflowBackend, tasks: readonly DecisionTask[]): Promise<void> {
  const error = { name: 'Error', message: 'the worker had gone before it was handed the decision' }
  for (const { token } of tasks) await backend.failDecisionTask(token, { error })
}

function pageOf(query: Query, maxPage: number): { readonly limit: number; readonly after?: string } {
  const after = query.text('after')
  const limit = Math.min(query.number('limit', COUNT) ?? LISTED, maxPage)
  return { limit, ...(after !== undefined && { after }) }
}

/** What a backend lists where it is not told how much. */
const LISTED = 100

function idOf({ process }: BackendSubject): string {
  if (process === undefined) throw badArgument('id', 'a text')
  return process
}
