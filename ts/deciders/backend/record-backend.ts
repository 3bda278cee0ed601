import type { Clock } from '../../clock/index.js'
import { systemClock } from '../../clock/index.js'
import { UnitflowError } from '../../errors/index.js'
import { createSortableIds } from '../../ids/index.js'
import type { RecordStore } from '../../records/index.js'
import { A_NAME, isName } from '../history/index.js'
import type { HistoryEvent, MadeDecision } from '../history/index.js'
import {
  areWellFormed,
  completeActivity,
  completeDecision,
  failDecision,
  heartbeat,
  NOTHING_OPEN,
  requestCancel,
  signal,
  startActivity,
  startDecision,
} from '../process/index.js'
import type { ActivityType, StepTime, WorkflowType } from '../process/index.js'
import { changeOf } from './change-of.js'
import { neededBy, takenOf, typesOf } from './judged-by.js'
import { listOf, readCursor, writeCursor } from './list-cursor.js'
import { Messenger } from './messenger.js'
import { ProcessRecords } from './process-records.js'
import { activityTask, decisionTask, EVENTS, processInfo, waitingActivity } from './task-views.js'
import { readActivityToken, readDecisionToken } from './task-token.js'
import { Timekeeper } from './timekeeper.js'
import type {
  ActivityTask,
  BackendChange,
  DecisionTask,
  Poll,
  ProcessFilter,
  ProcessInfo,
  ProcessPage,
  WaitingActivity,
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

const DEFAULT_CATEGORY = 'default'
const LISTED = 100

/**
 * A backend over records (D19-D53): deciders and workers of any number of tabs, threads and OS processes share what keeps
 * the records.
 *
 * @example
 * const backend = createBackend({ records: createMemoryRecords() })
 */
export function createBackend(options: BackendOptions): WorkflowBackend {
  return new RecordBackend(options)
}

class RecordBackend implements WorkflowBackend {
  readonly #records: RecordStore
  readonly #clock: Clock
  readonly #newId: () => string
  readonly #random: () => number
  #count = 0

  constructor({ records, clock = systemClock, newId, random = Math.random }: BackendOptions) {
    this.#records = records
    this.#clock = clock
    this.#newId = newId ?? createSortableIds({ now: () => clock.now() })
    this.#random = random
  }

  registerWorkflow(type: WorkflowType): Promise<void> {
    return this.#write((processes) => {
      for (const name of ['name', 'version', 'category'] as const) assertName(name, type[name])
      processes.setWorkflowType(type)
    })
  }

  registerActivity(type: ActivityType): Promise<void> {
    return this.#write((processes) => {
      for (const name of ['name', 'category'] as const) assertName(name, type[name])
      processes.setActivityType(type)
    })
  }

  startProcess({
    workflow,
    id = this.#newId(),
    input = null,
    tags = [],
  }: Parameters<WorkflowBackend['startProcess']>[0]): Promise<string> {
    return this.#write(async (processes, time) => {
      assertName('id', id)
      for (const tag of tags) assertName('tag', tag)
      const known = await processes.find(id)
      if (known !== undefined) {
        if (known.state.workflow === workflow) return id
        const message = `there is a process ${JSON.stringify(id)} of the workflow ${JSON.stringify(known.state.workflow)} already`
        throw new UnitflowError('process-exists', message, { process: id })
      }
      await this.#messenger(processes, time).start({ workflow, id, input, tags })
      return id
    })
  }

  signalProcess(
    id: string,
    { name, data = null }: Parameters<WorkflowBackend['signalProcess']>[1],
  ): Promise<void> {
    return this.#write(async (processes, time) => {
      const stored = await processes.get(id)
      assertName('name', name)
      processes.save(stored, NOTHING_OPEN, signal(stored.state, { name, data }, time))
    })
  }

  cancelProcess(
    id: string,
    { request = false, ...why }: Parameters<WorkflowBackend['cancelProcess']>[1] = {},
  ): Promise<void> {
    return this.#write(async (processes, time) => {
      const stored = await processes.get(id)
      if (request) processes.save(stored, NOTHING_OPEN, requestCancel(stored.state, why, time))
      else await this.#messenger(processes, time).close(stored, { type: 'canceled', ...why })
    })
  }

  pollDecisionTasks({ category = DEFAULT_CATEGORY, identity, limit = 1 }: Poll = {}): Promise<
    readonly DecisionTask[]
  > {
    return this.#write(async (processes, time) => {
      const timekeeper = this.#timekeeper(processes, time)
      await timekeeper.passTime()
      await timekeeper.fireTimers()
      const tasks: DecisionTask[] = []
      for (const { process } of await processes.decisionsWaiting(category, limit)) {
        const before = await processes.get(process)
        const worker = { lease: this.#newId(), ...(identity !== undefined && { identity }) }
        const { state } = processes.save(before, NOTHING_OPEN, startDecision(before.state, worker, time))
        tasks.push(await decisionTask(processes, state))
      }
      return tasks
    })
  }

  async completeDecisionTask(
    token: string,
    decisions: Iterable<MadeDecision>,
    { status }: { readonly status?: string } = {},
  ): Promise<void> {
    const { process, claim } = readDecisionToken(token)
    const decided = { decisions: [...decisions], ...(status !== undefined && { status }) }
    const next = this.#newId()
    const refused = await this.#write(async (processes, time) => {
      const before = await processes.get(process)
      // What is malformed is refused, whatever else is known.
      const asked = areWellFormed(decided.decisions) ? decided.decisions : []
      const needed = neededBy(asked)
      const open = needed === 'all' ? await processes.allOpen(process) : await processes.open(process, needed)
      const types = await typesOf(processes, asked)
      const taken = await takenOf(processes, asked)
      const outcome = completeDecision(before.state, claim, decided, { open, types, taken, next }, time)
      const after = processes.save(before, open, outcome.step)
      await this.#messenger(processes, time).deliver(after.state, outcome.step.messages)
      return outcome.applied ? undefined : outcome.error
    })
    // After the refusal has been written down.
    if (refused !== undefined) throw refused
  }

  async failDecisionTask(
    token: string,
    { error, delay = 0 }: Parameters<WorkflowBackend['failDecisionTask']>[1],
  ): Promise<void> {
    const { process, claim } = readDecisionToken(token)
    await this.#write(async (processes, time) => {
      const before = await processes.get(process)
      processes.save(before, NOTHING_OPEN, failDecision(before.state, claim, { error, delay }, time))
    })
  }

  pollActivityTasks({ category = DEFAULT_CATEGORY, identity, limit = 1 }: Poll = {}): Promise<
    readonly ActivityTask[]
  > {
    return this.#write(async (processes, time) => {
      await this.#timekeeper(processes, time).passTime()
      const tasks: ActivityTask[] = []
      for (const { process, id } of await processes.activitiesWaiting(category, limit)) {
        const before = await processes.get(process)
        const open = await processes.open(process, { activities: [id] })
        const activity = open.activities.get(id)
        if (activity === undefined) continue
        const lease = this.#newId()
        const worker = { lease, ...(identity !== undefined && { identity }) }
        processes.save(before, open, startActivity(before.state, activity, worker, time))
        tasks.push(activityTask(before.state, activity, lease))
      }
      return tasks
    })
  }

  async completeActivityTask(
    token: string,
    result: Parameters<WorkflowBackend['completeActivityTask']>[1],
    { retry = true }: { readonly retry?: boolean } = {},
  ): Promise<void> {
    const { process, claim } = readActivityToken(token)
    await this.#write(async (processes, time) => {
      const before = await processes.get(process)
      const open = await processes.open(process, { activities: [claim.id] })
      const activity = open.activities.get(claim.id)
      const jitter = retry ? this.#random : undefined
      processes.save(before, open, completeActivity(before.state, activity, claim, result, time, jitter))
    })
  }

  async heartbeat(
    token: string,
    details?: Parameters<WorkflowBackend['heartbeat']>[1],
  ): Promise<{ readonly cancelRequested: boolean }> {
    const { process, claim } = readActivityToken(token)
    return this.#write(async (processes, time) => {
      const before = await processes.get(process)
      const open = await processes.open(process, { activities: [claim.id] })
      const { cancelRequested, step } = heartbeat(
        before.state,
        open.activities.get(claim.id),
        claim,
        details,
        time,
      )
      processes.save(before, open, step)
      return { cancelRequested }
    })
  }

  process(id: string): Promise<ProcessInfo | undefined> {
    return this.#read(async (processes) => {
      const found = await processes.find(id)
      return found === undefined ? undefined : processInfo(found.state)
    })
  }

  history(
    id: string,
    { after = 0, limit = EVENTS }: { readonly after?: number; readonly limit?: number } = {},
  ): Promise<readonly HistoryEvent[]> {
    return this.#read(async (processes) => {
      await processes.get(id)
      return processes.events(id, after, limit)
    })
  }

  processes({ status, workflow, tag, after, limit = LISTED }: ProcessFilter = {}): Promise<ProcessPage> {
    const list = listOf(workflow, tag)
    const cursor = readCursor(after)
    return this.#read(async (processes) => {
      const found: ProcessInfo[] = []
      const statuses = status === undefined ? (['open', 'closed'] as const) : [status]
      const begin = cursor === undefined ? 0 : statuses.findIndex((one) => one === cursor.status)
      for (const one of statuses.slice(Math.max(0, begin))) {
        let from = cursor?.status === one ? cursor.place : undefined
        for (;;) {
          const page = await processes.listed([one, ...list], from, limit)
          for (const { startedAt, process } of page) {
            if (found.length === limit) return { processes: found, next: writeCursor(one, from) }
            from = [startedAt, process]
            const { state } = await processes.get(process)
            // The list is by tag; a workflow may be asked for as well (D22).
            if (workflow === undefined || state.workflow === workflow) found.push(processInfo(state))
          }
          if (page.length < limit) break
        }
      }
      return { processes: found }
    })
  }

  openActivities(id: string): Promise<readonly WaitingActivity[]> {
    return this.#read(async (processes) => {
      await processes.get(id)
      const { activities } = await processes.allOpen(id)
      return [...activities.values()]
        .sort((a, b) => a.scheduled - b.scheduled)
        .map((activity) => waitingActivity(id, activity))
    })
  }

  deleteProcess(id: string): Promise<void> {
    return this.#write(async (processes) => {
      const stored = await processes.get(id)
      if (stored.state.closed === undefined) {
        throw new UnitflowError('process-open', `the process ${id} is open: cancel it first`, { process: id })
      }
      await processes.remove(stored)
    })
  }

  tick(): Promise<number> {
    return this.#write(async (processes, time) => {
      const timekeeper = this.#timekeeper(processes, time)
      return (await timekeeper.passTime()) + (await timekeeper.fireTimers())
    })
  }

  nextDeadline({ exact = true }: { readonly exact?: boolean } = {}): Promise<number | undefined> {
    if (exact) return this.#write((processes, time) => this.#timekeeper(processes, time).nextDeadline())
    return this.#read(async (processes) => {
      const [due, timer] = [await processes.nextDue(), await processes.nextTimer()]
      const next = Math.min(due?.at ?? Infinity, timer?.at ?? Infinity)
      return next === Infinity ? undefined : next
    })
  }

  onChange(listener: (change: BackendChange) => void): () => void {
    return this.#records.onCommit(({ collections }) => listener(changeOf(collections)))
  }

  async close(): Promise<void> {
    // The records are the caller's.
  }

  #write<T>(work: (processes: ProcessRecords, time: StepTime) => Promise<T> | T): Promise<T> {
    return this.#records.transact((transaction) =>
      work(new ProcessRecords(transaction), { now: this.#clock.now(), order: () => ++this.#count }),
    )
  }

  #read<T>(work: (processes: ProcessRecords) => Promise<T>): Promise<T> {
    return this.#records.transact((transaction) => work(new ProcessRecords(transaction)), { readonly: true })
  }

  #messenger(processes: ProcessRecords, time: StepTime): Messenger {
    return new Messenger(processes, time)
  }

  #timekeeper(processes: ProcessRecords, time: StepTime): Timekeeper {
    return new Timekeeper(processes, this.#messenger(processes, time), time, this.#random)
  }
}

/** @throws `bad-argument` */
function assertName(argument: string, value: unknown): void {
  if (isName(value)) return
  throw new UnitflowError('bad-argument', `${argument}: expected ${A_NAME}`, { argument, expected: A_NAME })
}
