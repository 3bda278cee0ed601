import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createManualClock } from '../../ts/clock/index.js'
import { createBackend } from '../../ts/deciders/backend/index.js'
import type { DecisionTask, WorkflowBackend } from '../../ts/deciders/backend/index.js'
import type { ActivityResult, HistoryEvent, MadeDecision } from '../../ts/deciders/history/index.js'
import { isSeenByDeciders } from '../../ts/deciders/history/index.js'
import { createCountedIds } from '../../ts/ids/index.js'
import { createMemoryRecords } from '../../ts/records/memory/index.js'
import type { RecordStore } from '../../ts/records/index.js'
import { createSqliteRecords } from '../../ts/records/sqlite/index.js'
import type { Value } from '../../ts/values/index.js'
import { brokenRules } from '../unit/deciders/history/order-rules.js'

// The recorded traces stand beside the repository, not in it.
const file = path.resolve(import.meta.dirname, '../../../shared/conformance/deciders/traces.json')

type Recorded = Readonly<Record<string, Value>>

interface Operation extends Recorded {
  readonly op: string
}

interface Trace {
  readonly seed: number
  readonly operations: readonly Operation[]
  readonly histories: Readonly<Record<string, readonly Recorded[]>>
  readonly open: readonly string[]
}

const YEAR = 365 * 86_400_000
const POLICIES: Readonly<Record<string, string>> = {
  ABANDON: 'abandon',
  TERMINATE: 'terminate',
  REQUEST_CANCEL: 'request-cancel',
}

/** A decision as the original had it, as ours. */
function decisionOf(recorded: Recorded): MadeDecision {
  const type = recorded['type'] as string
  switch (type) {
    case 'schedule_activity': {
      const { activity, id, input, category } = recorded
      return {
        type: 'schedule-activity',
        activity: activity as string,
        id: id as string,
        input,
        ...(category !== null && { category: category as string }),
      }
    }
    case 'cancel_activity':
      return { type: 'cancel-activity', id: recorded['id'] as string }
    case 'timer':
      return { type: 'start-timer', delay: (recorded['delay'] as number) * 1000, data: recorded['data'] }
    case 'start_child_process':
      return {
        type: 'start-child-process',
        workflow: recorded['workflow'] as string,
        id: recorded['id'] as string,
        input: recorded['input'],
        tags: recorded['tags'] as readonly string[],
        childPolicy: POLICIES[recorded['childPolicy'] as string] as 'abandon',
      }
    case 'complete_process':
      return { type: 'complete-process', result: recorded['result'] }
    case 'cancel_process':
      return { type: 'cancel-process', details: recorded['details'] }
    default:
      throw new Error(`a decision ${type}`)
  }
}

/** What the original would have logged, out of ours; `history` is all of it, `decisions` all that was decided. */
class Translation {
  readonly #history: readonly HistoryEvent[]
  readonly #decisions: readonly Recorded[]
  readonly #names: ReadonlyMap<string, string>

  constructor(
    history: readonly HistoryEvent[],
    decisions: readonly Recorded[],
    names: ReadonlyMap<string, string>,
  ) {
    this.#history = history
    this.#decisions = decisions
    this.#names = names
  }

  /** Ours that the original has not are left out; so is when a decision was started, from what is unseen. */
  event(event: HistoryEvent): Recorded[] {
    switch (event.type) {
      case 'process-started':
        return [{ type: 'process_started' }]
      case 'decision-started':
        return [{ type: 'decision_started' }]
      case 'decision':
        return [{ type: 'decision', decision: this.#decisionAt(event.seq) }]
      case 'activity-started': {
        const { activity, id, scheduled } = event
        return [{ type: 'activity_started', activity, id, input: this.#inputOf(scheduled) }]
      }
      case 'activity': {
        const { activity, id, scheduled, result } = event
        return [
          { type: 'activity', activity, id, input: this.#inputOf(scheduled), result: recordedResult(result) },
        ]
      }
      case 'signal':
        return [{ type: 'signal', name: event.name, data: event.data }]
      case 'timer': {
        const { delay } = this.#decisionAt(event.scheduled)
        return [{ type: 'timer', delay, data: event.data }]
      }
      case 'child-process': {
        const { process, workflow, tags, result } = event
        const name = this.#names.get(process) ?? process
        return [
          {
            type: 'child_process',
            process: name,
            workflow,
            tags,
            result: recordedResult(result as ActivityResult),
          },
        ]
      }
      case 'decision-completed':
      case 'decision-failed':
      case 'decision-timed-out':
      case 'decision-refused':
      case 'activity-cancel-requested':
      case 'timer-canceled':
      case 'marker':
      case 'cancel-requested':
      case 'process-closed':
        return []
    }
  }

  #inputOf(scheduled: number): Value {
    return this.#decisionAt(scheduled)['input']
  }

  /** In the original's own words, found by its place among the decisions: so ours has every one, in order. */
  #decisionAt(seq: number): Recorded {
    const place = this.#history
      .filter(({ type }) => type === 'decision')
      .findIndex((event) => event.seq === seq)
    const event = this.#history[seq - 1]
    const recorded = this.#decisions[place]
    expect(event?.type).toBe('decision')
    if (event?.type !== 'decision' || recorded === undefined) throw new Error('no decision')
    // What is logged is what was decided, with an id where it had none.
    const { id, ...made } = { id: undefined, ...decisionOf(recorded) } as { id?: string }
    expect(event.decision).toMatchObject(id === undefined ? made : { ...made, id })
    return recorded
  }
}

function recordedResult(result: ActivityResult): Recorded {
  switch (result.type) {
    case 'completed':
      return { type: 'completed', result: result.result }
    case 'failed':
      return { type: 'failed', reason: result.reason ?? null, details: result.details ?? null }
    case 'canceled':
      return { type: 'canceled', details: result.details ?? null }
    case 'timed-out':
      return { type: 'timedout', details: result.details ?? null }
  }
}

function resultOf(recorded: Recorded): ActivityResult {
  const type = recorded['type'] as string
  switch (type) {
    case 'completed':
      return { type: 'completed', result: recorded['result'] }
    case 'failed':
      return { type: 'failed', reason: recorded['reason'] as string, details: recorded['details'] }
    case 'canceled':
      return { type: 'canceled', details: recorded['details'] }
    default:
      throw new Error(`a result ${type}`)
  }
}

/** Runs what was done to the original on ours, and compares every answer. */
class Replay {
  readonly #clock = createManualClock(1_800_000_000_000)
  readonly #backend: WorkflowBackend
  /** Ours by the names of the recording, and the other way round. */
  readonly #processes = new Map<string, string>()
  readonly #names = new Map<string, string>()
  readonly #tasks = new Map<string, DecisionTask | { readonly token: string }>()
  /** What was decided, by our id of the process. */
  readonly #decided = new Map<string, Recorded[]>()

  constructor(records: RecordStore) {
    this.#backend = createBackend({ records, clock: this.#clock, newId: createCountedIds() })
  }

  async run({ operations, histories, open }: Trace): Promise<void> {
    for (const [index, operation] of operations.entries()) {
      try {
        await this.#do(operation)
      } catch (error) {
        throw new Error(`operation ${index}: ${JSON.stringify(operation)}`, { cause: error })
      }
    }
    for (const [name, recorded] of Object.entries(histories)) {
      const id = this.#idOf(name)
      const history = await this.#backend.history(id)
      const translation = this.#translation(id, history)
      expect(history.flatMap((event) => translation.event(event))).toEqual(recorded)
      expect(brokenRules(history)).toEqual([])
    }
    const { processes } = await this.#backend.processes({ status: 'open' })
    expect(processes.map(({ id }) => this.#nameOf(id)).sort()).toEqual([...open].sort())
  }

  async #do(operation: Operation): Promise<void> {
    switch (operation.op) {
      case 'register':
        return this.#register(operation)
      case 'start': {
        const { workflow, input, tags, process } = operation
        const id = await this.#backend.startProcess({
          workflow: workflow as string,
          input,
          tags: tags as readonly string[],
        })
        this.#processes.set(process as string, id)
        this.#names.set(id, process as string)
        return
      }
      case 'signal': {
        const { process, name, data } = operation
        return this.#backend.signalProcess(this.#idOf(process as string), { name: name as string, data })
      }
      case 'advance':
        return this.#clock.advance(operation['milliseconds'] as number)
      case 'poll-decision':
        return this.#pollDecision(operation)
      case 'complete-decision': {
        const task = this.#tasks.get(operation['task'] as string) as DecisionTask
        const decisions = operation['decisions'] as readonly Recorded[]
        await this.#backend.completeDecisionTask(task.token, decisions.map(decisionOf))
        const { id } = task.process
        this.#decided.set(id, [...(this.#decided.get(id) ?? []), ...decisions])
        return
      }
      case 'poll-activity': {
        const [task] = await this.#backend.pollActivityTasks()
        if (operation['task'] === null) {
          expect(task).toBe(undefined)
          return
        }
        const { process, id, input } = operation
        expect(task).toMatchObject({ process: this.#idOf(process as string), id, input })
        this.#tasks.set(operation['task'] as string, task!)
        return
      }
      case 'complete-activity': {
        const { token } = this.#tasks.get(operation['task'] as string)!
        const done = this.#backend.completeActivityTask(token, resultOf(operation['result'] as Recorded))
        if (operation['throws'] === undefined) return done
        expect(operation['throws']).toBe('unknown-activity')
        return expect(done).rejects.toMatchObject({ code: 'unknown-activity' })
      }
      default:
        throw new Error(`an operation ${operation.op}`)
    }
  }

  async #register({ workflows, activities }: Operation): Promise<void> {
    for (const { name } of workflows as readonly Recorded[]) {
      await this.#backend.registerWorkflow({
        name: name as string,
        version: '1',
        category: 'default',
        timeout: YEAR,
        decisionTimeout: YEAR,
        childPolicy: 'abandon',
      })
    }
    for (const { name, scheduleToStart, startToClose, heartbeat } of activities as readonly Recorded[]) {
      await this.#backend.registerActivity({
        name: name as string,
        category: 'default',
        priority: 0,
        scheduleToStart: (scheduleToStart as number) * 1000,
        startToClose: (startToClose as number) * 1000,
        heartbeat: (heartbeat as number) * 1000,
      })
    }
  }

  async #pollDecision(operation: Operation): Promise<void> {
    const [task] = await this.#backend.pollDecisionTasks()
    if (operation['task'] === null) {
      expect(task).toBe(undefined)
      return
    }
    const { process, unseen, unfinished } = operation
    expect(this.#nameOf(task!.process.id)).toBe(process)
    this.#tasks.set(operation['task'] as string, task!)
    const history = await this.#backend.history(task!.process.id)
    const translation = this.#translation(task!.process.id, history)
    const seen = task!.events.filter(isSeenByDeciders).flatMap((event) => translation.event(event))
    expect(seen).toEqual(unseen)
    const open = await this.#backend.openActivities(task!.process.id)
    expect(open.map(({ id }) => id).sort()).toEqual(unfinished)
  }

  #translation(id: string, history: readonly HistoryEvent[]): Translation {
    return new Translation(history, this.#decided.get(id) ?? [], this.#names)
  }

  #idOf(name: string): string {
    return this.#processes.get(name) ?? name
  }

  #nameOf(id: string): string {
    return this.#names.get(id) ?? id
  }
}

const traces = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as readonly Trace[]) : []

test('D26 the recorded traces are there, or it is said that they are not compared', () => {
  if (traces.length === 0) console.log('the recorded traces are not beside the project: not compared')
  expect(traces.length === 0 || traces.length >= 200).toBe(true)
})

async function createFile(): Promise<RecordStore> {
  const folder = await mkdtemp(path.join(tmpdir(), 'unitflow-traces-'))
  const records = createSqliteRecords({ path: path.join(folder, 'records.db') })
  onTestFinished(async () => {
    await records.close()
    await rm(folder, { recursive: true })
  })
  return records
}

test.each(traces.map((trace) => [trace.seed, trace] as const))(
  'D26 D13 D14 D15 D17 D27 D34-D40 D49 D52 trace %i, in memory',
  async (_, trace) => {
    await new Replay(createMemoryRecords()).run(trace)
  },
)

test.each(traces.filter(({ seed }) => seed % 20 === 0).map((trace) => [trace.seed, trace] as const))(
  'D26 trace %i, in SQLite',
  async (_, trace) => {
    await new Replay(await createFile()).run(trace)
  },
)
