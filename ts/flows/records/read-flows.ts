import { assertName, assertThat } from '../../checks/index.js'
import type { PayloadCodec } from '../../codec/index.js'
import type { ErrorData } from '../../errors/index.js'
import type { Outcome } from '../../outcome/index.js'
import { canceled, completed } from '../../outcome/index.js'
import type { RecordKey, RecordStore } from '../../records/index.js'
import type { AnyFlow, BareExecutionId, ExecutionId, FlowResult } from '../definitions/index.js'
import type { Context, Execution, FlowEvent } from '../execution/index.js'
import { FLOW_STATUSES, isEnded } from '../execution/index.js'
import { Changes } from './changes.js'
import { contextOf, valuesOf } from './execution-values.js'
import type { ExecutionInfo } from './execution-info.js'
import { executionInfo } from './execution-info.js'
import type { FlowRecords } from './flow-records.js'
import { FlowStore, taskNames } from './flow-store.js'
import type { FlowFilter, FlowPage } from './list-executions.js'
import { flowNames, listExecutions } from './list-executions.js'
import { PayloadSealer } from './payload-sealer.js'
import type { StoredProgress } from './stored-form.js'
import { READ } from './stored-form.js'

/** How far a task says that it is: of each execution the last is kept, and only while it runs. */
export interface TaskProgress {
  readonly type: 'task-progress'
  readonly task: string
  readonly attempt: number
  /** Milliseconds since 1970. */
  readonly at: number
  /** 0 to 100. */
  readonly percent?: number
  readonly message?: string
}

/** The queries of flows (F31): they need no definitions, and take no lease. */
export interface FlowReader {
  /** @throws (by rejecting) `no-such-execution` */
  execution(id: string): Promise<ExecutionInfo>
  /** @throws (by rejecting) `bad-argument` */
  list(filter?: FlowFilter): Promise<FlowPage>
  /** The names of all flows of which anything was ever scheduled. */
  flowNames(): Promise<readonly string[]>
  /** The names of the tasks of the definition that an execution goes on under. @throws (by rejecting) `no-such-execution` */
  taskNames(id: string): Promise<readonly string[]>
  /** All that has happened so far, in order (F17, F20). @throws (by rejecting) `no-such-execution`, `bad-payload` */
  history(id: string): Promise<readonly FlowEvent[]>
  /** All values that there are so far. @throws (by rejecting) `no-such-execution`, `bad-payload` */
  context(id: string): Promise<Context>
  /** How far the task says that it is that runs. @throws (by rejecting) `no-such-execution`, `bad-payload` */
  progress(id: string): Promise<TaskProgress | undefined>
  /**
   * Waits for what an execution comes to (F32).
   *
   * @throws (by rejecting) `no-such-execution`, `bad-payload`, the signal's reason
   */
  result<F extends AnyFlow>(
    id: ExecutionId<F>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<Outcome<FlowResult<F>>>
  result(id: BareExecutionId, options?: { readonly signal?: AbortSignal }): Promise<Outcome<Context>>
  /**
   * What has happened and what happens, and how far tasks are, until the execution has ended or the signal is aborted (F32).
   *
   * @param options `after`: the step after which events are told; all where it is missing
   * @throws (by rejecting) `no-such-execution`, `bad-payload`
   */
  watch(
    id: string,
    options?: { readonly signal?: AbortSignal; readonly after?: number },
  ): AsyncGenerator<FlowEvent | TaskProgress>
}

/** What opens payloads that were sealed. */
export interface ReadFlowsOptions {
  /** Without it, payloads that were sealed are told as they are stored. */
  readonly codec?: PayloadCodec
}

/**
 * Reads flows without their definitions (F31).
 *
 * @example
 * for (const { id, status, task } of (await readFlows(records).list({ status: 'failed' })).executions) console.log(id, task)
 */
export function readFlows(records: RecordStore, options: ReadFlowsOptions = {}): FlowReader {
  return new StoredFlows(new FlowStore(records), new PayloadSealer(options.codec))
}

export class StoredFlows implements FlowReader {
  readonly #store: FlowStore
  readonly #sealer: PayloadSealer

  constructor(store: FlowStore, sealer: PayloadSealer) {
    this.#store = store
    this.#sealer = sealer
  }

  async execution(id: string): Promise<ExecutionInfo> {
    return executionInfo(await this.#store.read((records) => records.get(id)))
  }

  async list(filter: FlowFilter = {}): Promise<FlowPage> {
    assertFilter(filter)
    return this.#store.read(({ transaction }) => listExecutions(transaction, filter))
  }

  flowNames(): Promise<readonly string[]> {
    return this.#store.read(({ transaction }) => flowNames(transaction))
  }

  taskNames(id: string): Promise<readonly string[]> {
    return this.#store.read(async (records) => {
      const { flow, fingerprint } = await records.get(id)
      return taskNames(records, flow, fingerprint)
    })
  }

  async history(id: string): Promise<readonly FlowEvent[]> {
    const { events } = await this.#read(id, -1)
    return this.#sealer.open(events)
  }

  async context(id: string): Promise<Context> {
    const events = await this.#store.read(async (records) => valuesOf(records, await records.get(id)))
    return contextOf(await this.#sealer.open(events))
  }

  async progress(id: string): Promise<TaskProgress | undefined> {
    const stored = await this.#store.read(async (records) => progressOf(records, await records.get(id)))
    return stored && (await this.#shown(stored))
  }

  result<F extends AnyFlow>(
    id: ExecutionId<F>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<Outcome<FlowResult<F>>>
  result(id: BareExecutionId, options?: { readonly signal?: AbortSignal }): Promise<Outcome<Context>>
  async result(id: string, { signal }: { readonly signal?: AbortSignal } = {}): Promise<Outcome<Context>> {
    const changes = new Changes(this.#store, id, signal)
    try {
      for (;;) {
        const seen = changes.next()
        const execution = await this.#store.read((records) => records.get(id))
        if (isEnded(execution)) return await this.outcome(execution)
        await seen
        signal?.throwIfAborted()
      }
    } finally {
      changes.end()
    }
  }

  async *watch(
    id: string,
    { signal, after = -1 }: { readonly signal?: AbortSignal; readonly after?: number } = {},
  ): AsyncGenerator<FlowEvent | TaskProgress> {
    const changes = new Changes(this.#store, id, signal)
    let told = after
    let toldAt = -1
    try {
      for (;;) {
        const seen = changes.next()
        const { execution, events, progress } = await this.#read(id, told)
        for (const event of await this.#sealer.open(events)) {
          yield event
          told = event.step
        }
        if (progress !== undefined && progress.at > toldAt) {
          toldAt = progress.at
          yield await this.#shown(progress)
        }
        if (isEnded(execution) || signal?.aborted === true) return
        await seen
      }
    } finally {
      changes.end()
    }
  }

  /** What an execution that has ended has come to. */
  async outcome(execution: Execution): Promise<Outcome<Context>> {
    if (execution.status === 'canceled') return canceled(execution.reason ?? '')
    if (execution.status === 'completed') {
      const events = await this.#store.read((records) => valuesOf(records, execution))
      return completed(contextOf(await this.#sealer.open(events)))
    }
    return { status: 'failed', error: await this.error(execution) }
  }

  /** What an execution has failed with. */
  async error({ id, step }: Execution): Promise<ErrorData> {
    const [last] = await this.#sealer.open(
      await this.#store.read((records) => eventsAfter(records, id, step - 1)),
    )
    if (last !== undefined && 'error' in last) return last.error
    const message = 'what it has failed with was sealed by a payload codec, which is not given here'
    return { name: 'UnitflowError', message }
  }

  #read(id: string, after: number): Promise<Read> {
    return this.#store.read(async (records) => {
      const execution = await records.get(id)
      const events = [
        ...(await eventsAfter(records, id, after)),
        ...execution.pending.filter(({ step }) => step > after),
      ]
      return { execution, events, progress: await progressOf(records, execution) }
    })
  }

  async #shown(stored: StoredProgress): Promise<TaskProgress> {
    const { task, attempt, at, percent } = stored
    const opened = await this.#sealer.opened(stored)
    const message = 'message' in opened ? opened.message : undefined
    return {
      type: 'task-progress',
      task,
      attempt,
      at,
      ...(percent !== null && { percent }),
      ...(typeof message === 'string' && { message }),
    }
  }
}

interface Read {
  readonly execution: Execution
  readonly events: readonly FlowEvent[]
  readonly progress: StoredProgress | undefined
}

const PAGE = 1000

/** The events after a step that have records. */
async function eventsAfter({ transaction }: FlowRecords, id: string, after: number): Promise<FlowEvent[]> {
  const events: FlowEvent[] = []
  for (let from: RecordKey = ['flow_history', id, after + 1]; ;) {
    const page = await transaction.scan({ from, to: ['flow_history', id, ''], limit: PAGE })
    for (const { value } of page) events.push(...READ.events(value))
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return events.filter(({ step }) => step > after)
    from = [...last.key, '']
  }
}

/** What the task that runs has said last. */
async function progressOf(records: FlowRecords, execution: Execution): Promise<StoredProgress | undefined> {
  if (execution.status !== 'running') return undefined
  const said = await records.progress(execution)
  return said?.attempt === execution.attempt ? said : undefined
}

/** @throws `bad-argument` */
function assertFilter(filter: FlowFilter): void {
  const isRecord = typeof filter === 'object' && (filter as unknown) !== null
  assertThat('filter', 'an object', isRecord)
  const { flow, status, tag, since, before, limit } = filter
  if (flow !== undefined) assertName(flow, 'flow')
  if (tag !== undefined) assertName(tag, 'tag')
  const statuses = FLOW_STATUSES.map((one) => `'${one}'`).join(', ')
  assertThat('status', `one of ${statuses}`, status === undefined || FLOW_STATUSES.includes(status))
  for (const [name, time] of Object.entries({ since, before })) {
    assertThat(name, 'milliseconds since 1970', time === undefined || Number.isFinite(time))
  }
  assertThat(
    'limit',
    'a whole number from 1',
    limit === undefined || (Number.isSafeInteger(limit) && limit >= 1),
  )
}
