import type { Clock } from '../../clock/index.js'
import { systemClock } from '../../clock/index.js'
import { UnitflowError } from '../../errors/index.js'
import { createSortableIds } from '../../ids/index.js'
import type { RecordStore } from '../../records/index.js'
import { copyOf } from '../../values/index.js'
import {
  assertIs,
  assertName,
  assertShape,
  ERROR_DATA,
  ITERABLE,
  LIST,
  optional,
  TEXT,
  TIME,
} from '../../checks/index.js'
import { ACTIVITY_RESULT } from '../history/index.js'
import type { Checks } from '../../checks/index.js'
import type { HistoryEvent, MadeDecision } from '../history/index.js'
import {
  ACTIVITY_TYPE,
  completeActivity,
  failDecision,
  forkedHistory,
  forkProcess,
  heartbeat,
  releaseActivity,
  requestCancel,
  signal,
  startActivity,
  startDecision,
  WORKFLOW_TYPE,
} from '../process/index.js'
import type { ActivityType, StepTime, WorkflowType } from '../process/index.js'
import { processExists } from './backend-checks.js'
import { applyDecisions } from './apply-decisions.js'
import { typesOf } from './judged-by.js'
import { readAwaitedCursor, readCursor } from './list-cursor.js'
import { listAwaited, listProcesses } from './list-processes.js'
import { ownedParts } from './frozen.js'
import { Messenger } from './messenger.js'
import type { ProcessRecords } from './process-records.js'
import { ProcessTransactions } from './process-transactions.js'
import { isMet } from './process-waiters.js'
import { activityTask, decisionTask, EVENTS, processInfo, waitingActivity } from './task-views.js'
import { readActivityToken, readDecisionToken } from './task-token.js'
import { TaskPolls } from './task-polls.js'
import { Timekeeper } from './timekeeper.js'
import type {
  ActivityTask,
  CommittedEvents,
  DecisionTask,
  ForkProcess,
  ObservableBackend,
  Poll,
  ProcessFilter,
  ProcessInfo,
  ProcessPage,
  ProcessWait,
  WaitingActivity,
  WaitingFilter,
  WaitingPage,
  WorkflowBackend,
} from './workflow-backend.js'

/** How a backend over records is made. */
export interface BackendOptions {
  /** What keeps it. It stays open when the backend is closed. */
  readonly records: RecordStore
  /** @default the system's */
  readonly clock?: Clock
  /** Draws ids of processes, and what tokens are recognised by. @default sortable ones */
  readonly newId?: () => string
  /** From 0 to 1: the jitter of retries. @default Math.random */
  readonly random?: () => number
}

const FAILURE: Checks<Parameters<WorkflowBackend['failDecisionTask']>[1]> = {
  error: ERROR_DATA,
  delay: optional(TIME),
}

/**
 * A backend over records (D19-D53): deciders and workers of any number of tabs, threads and OS processes share what keeps
 * the records.
 *
 * @example
 * const backend = createBackend({ records: createMemoryRecords() })
 */
export function createBackend(options: BackendOptions): ObservableBackend {
  return new RecordBackend(options)
}

class RecordBackend implements ObservableBackend {
  readonly #clock: Clock
  readonly #newId: () => string
  readonly #random: () => number
  readonly #transactions: ProcessTransactions
  readonly #polls: TaskPolls

  constructor({ records, clock = systemClock, newId, random = Math.random }: BackendOptions) {
    this.#clock = clock
    this.#newId = newId ?? createSortableIds({ now: () => clock.now() })
    this.#random = random
    this.#transactions = new ProcessTransactions(records, clock, this.#newId, () => {
      // Whoever waits looks again; what fails here fails there.
      this.tick().catch(() => this.#transactions.alarm.set(undefined))
    })
    this.#polls = new TaskPolls(this.#transactions, clock, (...at) => this.#passTime(...at))
  }

  registerWorkflow(type: WorkflowType): Promise<void> {
    return this.#write((processes) => {
      assertShape(type, WORKFLOW_TYPE, 'type')
      for (const name of ['name', 'version', 'category'] as const) assertName(type[name], name)
      processes.setWorkflowType(type)
    })
  }

  registerActivity(type: ActivityType): Promise<void> {
    return this.#write((processes) => {
      assertShape(type, ACTIVITY_TYPE, 'type')
      for (const name of ['name', 'category'] as const) assertName(type[name], name)
      processes.setActivityType(type)
    })
  }

  async startProcess({
    workflow,
    id = this.#newId(),
    input = null,
    tags = [],
  }: Parameters<WorkflowBackend['startProcess']>[0]): Promise<string> {
    const given = copyOf(input)
    assertIs(LIST, tags, 'tags')
    return this.#write(async (processes, time) => {
      assertName(id, 'id')
      for (const tag of tags) assertName(tag, 'tag')
      const known = await processes.find(id)
      if (known !== undefined) {
        if (known.state.workflow === workflow) return id
        throw processExists(id, known.state.workflow)
      }
      await new Messenger(processes, time).start({ workflow, id, input: given, tags: [...tags] })
      return id
    })
  }

  async signalProcess(
    id: string,
    { name, data = null }: Parameters<WorkflowBackend['signalProcess']>[1],
  ): Promise<void> {
    const sent = { name, data: copyOf(data) }
    await this.#write(async (processes, time) => {
      const process = await processes.get(id)
      assertName(name, 'name')
      process.apply(signal(process.state, sent, time))
    })
  }

  async cancelProcess(
    id: string,
    { request = false, reason, details }: Parameters<WorkflowBackend['cancelProcess']>[1] = {},
  ): Promise<void> {
    assertIs(optional(TEXT), reason, 'reason')
    const why = {
      ...(reason !== undefined && { reason }),
      ...(details !== undefined && { details: copyOf(details) }),
    }
    await this.#write(async (processes, time) => {
      const process = await processes.get(id)
      if (request) process.apply(requestCancel(process.state, why, time))
      else await new Messenger(processes, time).close(process, { type: 'canceled', ...why })
    })
  }

  async forkProcess(from: string, { at, id = this.#newId() }: ForkProcess): Promise<string> {
    await this.#write(async (processes, time) => {
      assertName(id, 'id')
      const known = await processes.find(id)
      if (known !== undefined) throw processExists(id, known.state.workflow)
      const { lastSeq } = (await processes.get(from)).state
      const history = forkedHistory(await processes.events(from, 0, lastSeq), at)
      const types = await typesOf(processes, [
        { ...history.started, type: 'start-child-process', childPolicy: 'abandon' },
        ...history.activities.map(({ decision }) => decision),
      ])
      processes.add(forkProcess(history, { id, from, types }, time))
    })
    return id
  }

  pollDecisionTasks(poll: Poll = {}): Promise<readonly DecisionTask[]> {
    return this.#polls.poll(this.#transactions.decisions, poll, async (category, limit, processes, time) => {
      const tasks: DecisionTask[] = []
      for (const id of await processes.decisionsWaiting(category, limit)) {
        const process = await processes.get(id)
        process.apply(startDecision(process.state, this.#worker(poll), time))
        tasks.push(await decisionTask(processes, this.#transactions.recent, process))
      }
      return tasks
    })
  }

  async completeDecisionTask(
    token: string,
    decisions: Iterable<MadeDecision>,
    { status }: { readonly status?: string } = {},
  ): Promise<void> {
    const { process: id, claim } = readDecisionToken(token)
    assertIs(ITERABLE, decisions, 'decisions')
    assertIs(optional(TEXT), status, 'status')
    const decided = {
      decisions: [...decisions].map(ownedParts),
      ...(status !== undefined && { status }),
    }
    const next = this.#newId()
    const refused = await this.#write((processes, time) =>
      applyDecisions(processes, { process: id, claim, decided, next }, time),
    )
    // After the refusal has been written down.
    if (refused !== undefined) throw refused
  }

  async failDecisionTask(
    token: string,
    failure: Parameters<WorkflowBackend['failDecisionTask']>[1],
  ): Promise<void> {
    const { process: id, claim } = readDecisionToken(token)
    assertShape(failure, FAILURE, 'failure')
    const { error, delay = 0 } = failure
    await this.#write(async (processes, time) => {
      const process = await processes.get(id)
      process.apply(failDecision(process.state, claim, { error, delay }, time))
    })
  }

  pollActivityTasks(poll: Poll = {}): Promise<readonly ActivityTask[]> {
    return this.#polls.poll(this.#transactions.activities, poll, async (category, limit, processes, time) => {
      const tasks: ActivityTask[] = []
      for (const { process: of, id } of await processes.activitiesWaiting(category, limit)) {
        const process = await (await processes.get(of)).read({ activities: [id] })
        const activity = process.activities.get(id)
        if (activity === undefined) continue
        const worker = this.#worker(poll)
        process.apply(startActivity(process.state, activity, worker, time))
        if (activity.limits !== undefined) await processes.limited.start(activity.activity)
        tasks.push(activityTask(process.state, activity, { ...worker, startedAt: time.now }))
      }
      return tasks
    })
  }

  async completeActivityTask(
    token: string,
    result: Parameters<WorkflowBackend['completeActivityTask']>[1],
    { retry = true }: { readonly retry?: boolean } = {},
  ): Promise<void> {
    const { process: of, claim } = readActivityToken(token)
    assertIs(ACTIVITY_RESULT, result, 'result')
    const ended = ownedParts(result)
    await this.#write(async (processes, time) => {
      const process = await (await processes.get(of)).read({ activities: [claim.id] })
      const activity = process.activities.get(claim.id)
      const jitter = retry ? this.#random : undefined
      process.apply(completeActivity(process.state, activity, claim, ended, time, jitter))
    })
  }

  async releaseActivityTask(token: string): Promise<void> {
    const { process: of, claim } = readActivityToken(token)
    await this.#write(async (processes, time) => {
      const process = await (await processes.get(of)).read({ activities: [claim.id] })
      process.apply(releaseActivity(process.state, process.activities.get(claim.id), claim, time))
    })
  }

  async heartbeat(
    token: string,
    details?: Parameters<WorkflowBackend['heartbeat']>[1],
  ): Promise<{ readonly cancelRequested: boolean }> {
    const { process: of, claim } = readActivityToken(token)
    const kept = copyOf(details)
    return this.#write(async (processes, time) => {
      const process = await (await processes.get(of)).read({ activities: [claim.id] })
      const beat = heartbeat(process.state, process.activities.get(claim.id), claim, kept, time)
      process.apply(beat.step)
      return { cancelRequested: beat.cancelRequested }
    })
  }

  process(id: string, wait?: ProcessWait): Promise<ProcessInfo | undefined> {
    return wait === undefined || !(wait.wait > 0) ? this.#info(id) : this.#awaited(id, wait)
  }

  history(
    id: string,
    { after = 0, limit = EVENTS }: { readonly after?: number; readonly limit?: number } = {},
  ): Promise<readonly HistoryEvent[]> {
    return this.#transactions.read(async (processes) => {
      await processes.get(id)
      return processes.events(id, after, limit)
    })
  }

  async processes(filter: ProcessFilter = {}): Promise<ProcessPage> {
    const from = readCursor(filter.after)
    return this.#transactions.read((processes) => listProcesses(processes, filter, from))
  }

  openActivities(id: string): Promise<readonly WaitingActivity[]> {
    return this.#transactions.read(async (processes) => {
      const process = await (await processes.get(id)).readAll()
      return [...process.activities.values()]
        .sort((a, b) => a.scheduled - b.scheduled)
        .map((activity) => waitingActivity(process.state, activity))
    })
  }

  async waitingActivities(filter: WaitingFilter = {}): Promise<WaitingPage> {
    const from = readAwaitedCursor(filter.after)
    return this.#transactions.read((processes) => listAwaited(processes, filter, from))
  }

  deleteProcess(id: string): Promise<void> {
    return this.#write(async (processes) => {
      const process = await processes.get(id)
      if (process.state.closed === undefined) {
        throw new UnitflowError('process-open', `the process ${id} is open: cancel it first`, { process: id })
      }
      await processes.remove(process)
    })
  }

  tick(): Promise<number> {
    return this.#transactions.write((processes, time) => this.#passTime(processes, time), true)
  }

  nextDeadline({ exact = true }: { readonly exact?: boolean } = {}): Promise<number | undefined> {
    if (exact) return this.#write((processes, time) => this.#timekeeper(processes, time).nextDeadline())
    return this.#transactions.read(async (processes) => {
      await processes.readDue()
      return processes.earliest === Infinity ? undefined : processes.earliest
    })
  }

  onEvents(listener: (committed: CommittedEvents) => void): () => void {
    return this.#transactions.listeners.add(listener)
  }

  async close(): Promise<void> {
    // The records are the caller's.
    this.#transactions.close()
  }

  async #passTime(processes: ProcessRecords, time: StepTime): Promise<number> {
    const timekeeper = this.#timekeeper(processes, time)
    return (await timekeeper.passTime()) + (await timekeeper.fireTimers())
  }

  #timekeeper(processes: ProcessRecords, time: StepTime): Timekeeper {
    return new Timekeeper(processes, new Messenger(processes, time), time, this.#random)
  }

  #write<T>(work: (processes: ProcessRecords, time: StepTime) => Promise<T> | T): Promise<T> {
    return this.#transactions.write(work)
  }

  #info(id: string): Promise<ProcessInfo | undefined> {
    return this.#transactions.read(async (processes) => {
      const found = await processes.find(id)
      return found === undefined ? undefined : processInfo(found.state)
    })
  }

  async #awaited(id: string, wait: ProcessWait): Promise<ProcessInfo | undefined> {
    const time = this.#clock.now() + wait.wait
    const end = this.#transactions.begin()
    try {
      for (;;) {
        // Before it is read: what happens meanwhile is not missed.
        const waiting = this.#transactions.waiters.begin(id, time, wait)
        const info = await this.#info(id)
        const isOver = wait.signal?.aborted === true || this.#clock.now() >= time
        if (info === undefined || isOver || isMet(wait.until, info)) {
          waiting.end()
          return info
        }
        await waiting.until
      }
    } finally {
      end()
    }
  }

  #worker({ identity }: Poll): { readonly lease: string; readonly identity?: string } {
    return { lease: this.#newId(), ...(identity !== undefined && { identity }) }
  }
}
