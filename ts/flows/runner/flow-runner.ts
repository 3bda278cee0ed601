import { assertDistinct, assertName, assertThat } from '../../checks/index.js'
import type { Clock } from '../../clock/index.js'
import { milliseconds, SharedTimer, systemClock } from '../../clock/index.js'
import { isUnitflowError, UnitflowError } from '../../errors/index.js'
import { createSortableIds } from '../../ids/index.js'
import { plainRetryPolicy } from '../../retry/index.js'
import type { AnyFlow, BareExecutionId, ExecutionId, FlowGiven, TaskName } from '../definitions/index.js'
import { definitionsOf, limit } from '../definitions/index.js'
import type { Execution, Transition } from '../execution/index.js'
import { cancelAsked, isEnded, pauseAsked, rescheduled, resumed } from '../execution/index.js'
import type { CommittedFlowEvents, ExecutionInfo, FlowRecords } from '../records/index.js'
import { FlowStore, PayloadSealer, StoredFlows, taskNames } from '../records/index.js'
import { ExecutionMigrator } from './migrate-executions.js'
import { ExecutionStarts } from './execution-starts.js'
import { ExecutionRuns } from './execution-runs.js'
import { forAllExecutions } from './for-all-executions.js'
import { pageOwner } from './owner-lock.js'
import { recoverExecutions } from './recover-executions.js'
import type {
  FlowBulkFilter,
  FlowBulkReport,
  FlowReport,
  FlowRunner,
  FlowRunnerOptions,
  PlainReport,
  RerunOptions,
  RunOptions,
  ScheduleOptions,
} from './runner-types.js'
import { WorkLoop } from './work-loop.js'

/**
 * A runner of flows over records (F9-F33).
 *
 * @example
 * const runner = createFlowRunner({ records, flows: [nightly], retry: { attempts: 5 } })
 * const id = await runner.schedule(nightly, { url })
 * await runner.run()
 * @throws `bad-argument`
 */
export function createFlowRunner(options: FlowRunnerOptions): FlowRunner {
  return new RecordFlowRunner(options)
}

class RecordFlowRunner extends StoredFlows implements FlowRunner {
  readonly owner: string
  readonly flows: ReadonlyMap<string, AnyFlow>
  readonly #store: FlowStore
  readonly #sealer: PayloadSealer
  readonly #clock: Clock
  readonly #starts: ExecutionStarts
  readonly #runs: ExecutionRuns
  readonly #migrator: ExecutionMigrator
  readonly #concurrency: number
  readonly #retention: number | undefined
  readonly #onError: ((error: unknown) => void) | undefined
  /** What was told of what it refuses: each once. */
  readonly #told = new Set<string>()
  #prunedAt = -Infinity
  readonly #page: ReturnType<typeof pageOwner>
  #begun: Promise<void> | undefined
  #release: (() => void) | undefined

  constructor(options: FlowRunnerOptions) {
    const store = new FlowStore(options.records)
    const sealer = new PayloadSealer(options.codec)
    super(store, sealer)
    const { flows, clock = systemClock, retry = {}, concurrency = 1, lease = '5m' } = options
    assertThat('flows', 'a list of flows, as defineFlow makes them', isFlows(flows))
    assertDistinct(flows, 'flows')
    assertThat('concurrency', 'a whole number from 1', Number.isSafeInteger(concurrency) && concurrency >= 1)
    const leaseMs = milliseconds(lease, 'lease')
    assertThat('lease', 'more than 0', leaseMs > 0)
    if (options.owner !== undefined) assertName(options.owner, 'owner')
    this.flows = new Map(flows.map((flow) => [flow.name, flow]))
    this.#clock = clock
    const newId = options.newId ?? createSortableIds({ now: () => clock.now() })
    this.#page = options.owner === undefined ? pageOwner(newId()) : undefined
    this.owner = options.owner ?? this.#page?.owner ?? `runner-${newId()}`
    this.#store = store
    this.#sealer = sealer
    this.#starts = new ExecutionStarts(store, sealer, clock, newId)
    this.#migrator = new ExecutionMigrator(store, sealer, clock)
    this.#concurrency = concurrency
    this.#retention =
      options.retention === undefined ? undefined : milliseconds(options.retention, 'retention')
    this.#onError = options.onError
    const parts = {
      store,
      sealer,
      clock,
      timer: new SharedTimer(clock),
      random: options.random ?? Math.random,
      owner: this.owner,
      lease: leaseMs,
      grace: milliseconds(options.grace ?? '30s', 'grace'),
      timeout: limit(options.timeout ?? retry.timeout ?? '1d', 'timeout'),
      retry: plainRetryPolicy(retry),
      retryable: typeof retry.retryable === 'function' ? retry.retryable : undefined,
      onError: options.onError,
    }
    this.#runs = new ExecutionRuns(parts, flows.flatMap(definitionsOf), this, this.#migrator)
  }

  schedule<F extends AnyFlow>(
    flow: F,
    input: FlowGiven<F>,
    options?: ScheduleOptions,
  ): Promise<ExecutionId<F>>
  schedule(flow: string, input: Readonly<Record<string, unknown>>, options?: ScheduleOptions): Promise<string>
  async schedule(
    flow: AnyFlow | string,
    input: Readonly<Record<string, unknown>>,
    options: ScheduleOptions = {},
  ): Promise<string> {
    return this.#starts.start(this.#flow(flow), input, options)
  }

  run<F extends AnyFlow>(options: RunOptions & { readonly id: ExecutionId<F> }): Promise<FlowReport<F>>
  run(options: RunOptions & { readonly id: BareExecutionId }): Promise<PlainReport>
  run(options?: RunOptions): Promise<PlainReport | undefined>
  async run(options: RunOptions = {}): Promise<unknown> {
    const { id, status, signal } = options
    signal?.throwIfAborted()
    assertThat('status', "'scheduled' or 'rescheduled'", status === undefined || RUNNABLE.includes(status))
    await this.#begin()
    if (id !== undefined) return this.#runThis(id, signal)
    let [claimed] = await this.#runs.claim(1, status)
    if (claimed === undefined) {
      const { isAny, refused } = await this.#migrator.migrateWaiting([...this.flows.values()])
      if (isAny) [claimed] = await this.#runs.claim(1, status)
      if (claimed === undefined && refused.length > 0) throw refused[0]
    }
    return claimed && this.#untilEnded(await this.#runs.execute(claimed, signal), signal)
  }

  async work({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    await this.#begin()
    await this.#loop().untilAborted(signal)
  }

  async runUntilIdle({ signal }: { readonly signal?: AbortSignal } = {}): Promise<number | undefined> {
    await this.#begin()
    await this.#loop().untilIdle(signal)
    return this.nextDeadline()
  }

  async reschedule(id: string, { from }: { readonly from?: string } = {}): Promise<void> {
    const { flow: name } = await this.execution(id)
    const flow = this.flows.get(name)
    const find = (records: FlowRecords): Promise<Execution> => records.get(id)
    const act = async (records: FlowRecords, execution: Execution): Promise<void> => {
      const names = await taskNames(records, execution.flow, execution.fingerprint)
      await records.change(execution, rescheduled(execution, this.#clock.now(), names, from))
    }
    if (flow === undefined) await this.#store.write(async (records) => act(records, await find(records)))
    else await this.#migrator.under(flow, id, { from: ['failed', 'canceled'], find, act })
  }

  rerun<F extends AnyFlow>(id: ExecutionId<F>, options?: RerunOptions<TaskName<F>>): Promise<FlowReport<F>>
  rerun(id: BareExecutionId, options?: RerunOptions): Promise<PlainReport>
  async rerun(id: string, { from, anew = false, signal }: RerunOptions = {}): Promise<unknown> {
    signal?.throwIfAborted()
    const { flow: name } = await this.execution(id)
    const flow = this.#flow(name)
    if (!anew) {
      await this.reschedule(id, from === undefined ? {} : { from })
      return this.#runThis(id, signal)
    }
    assertThat('from', 'nothing with anew: it begins with the first task', from === undefined)
    return this.#runThis(await this.#starts.again(id, flow, this), signal)
  }

  recover({ owner }: { readonly owner?: string } = {}): Promise<readonly string[]> {
    const isHeld = (id: string): boolean => this.#runs.keeper.find(id) !== undefined
    return recoverExecutions(this.#store, this.#clock, owner, isHeld)
  }

  async cancel(id: string, { reason = '' }: { readonly reason?: string } = {}): Promise<void> {
    assertThat('reason', 'a text', typeof reason === 'string')
    return this.#change(id, (execution) => cancelAsked(execution, this.#clock.now(), reason.slice(0, 1000)))
  }

  pause(id: string): Promise<void> {
    return this.#change(id, (execution) => pauseAsked(execution, this.#clock.now()))
  }

  resume(id: string): Promise<void> {
    return this.#change(id, (execution) => resumed(execution, this.#clock.now()))
  }

  delete(id: string): Promise<void> {
    return this.#store.write(async (records) => {
      const execution = await records.get(id)
      if (isEnded(execution)) return records.delete(execution)
      const { status } = execution
      const message = `delete: the execution ${JSON.stringify(id)} is ${status}: cancel it first`
      throw new UnitflowError('illegal-transition', message, { execution: id, operation: 'delete', status })
    })
  }

  rescheduleAll(filter: FlowBulkFilter = {}): Promise<FlowBulkReport> {
    return forAllExecutions(
      this,
      { status: 'failed', ...filter },
      () => true,
      (id) => this.reschedule(id),
    )
  }

  cancelAll(
    filter: FlowBulkFilter = {},
    options: { readonly reason?: string } = {},
  ): Promise<FlowBulkReport> {
    return forAllExecutions(
      this,
      filter,
      (info) => !isEnded(info),
      (id) => this.cancel(id, options),
    )
  }

  async prune({ olderThan }: Parameters<FlowRunner['prune']>[0]): Promise<number> {
    const before = this.#clock.now() - milliseconds(olderThan, 'olderThan')
    const old = ({ updatedAt }: ExecutionInfo): boolean => updatedAt < before
    let count = 0
    for (const status of ['completed', 'failed', 'canceled'] as const) {
      const { done } = await forAllExecutions(this, { status, before }, old, (id) => this.delete(id))
      count += done.length
    }
    return count
  }

  nextDeadline(): Promise<number | undefined> {
    return this.#runs.due(0)
  }

  onEvents(listener: (committed: CommittedFlowEvents) => void): () => void {
    if (this.#sealer.isClear) return this.#store.listeners.add(listener)
    let told = Promise.resolve()
    return this.#store.listeners.add(({ execution, events }) => {
      const opened = this.#sealer.open(events)
      told = told.then(async () => listener({ execution, events: await opened }))
      told.catch((error: unknown) => this.#onError?.(error))
    })
  }

  close(): void {
    this.#runs.keeper.close()
    this.#release?.()
  }

  /** Of what this runner waits for alone: whether to keep a lock, and who cancels here. */
  #begin(): Promise<void> {
    return (this.#begun ??= this.#holdPage())
  }

  async #holdPage(): Promise<void> {
    this.#release = await this.#page?.hold()
  }

  #loop(): WorkLoop {
    return new WorkLoop({
      store: this.#store,
      clock: this.#clock,
      concurrency: this.#concurrency,
      onError: this.#onError,
      claim: (limit) => this.#runs.claim(limit),
      due: (after) => this.#runs.due(after),
      execute: (claimed, signal) => this.#runs.execute(claimed, signal),
      longestWait: this.#page === undefined ? 60_000 : 2000,
      idle: () => this.#idle(),
    })
  }

  /** What is done where nothing waits. */
  async #idle(): Promise<boolean> {
    if (this.#page !== undefined) await this.recover()
    const now = this.#clock.now()
    if (this.#retention !== undefined && now >= this.#prunedAt + PRUNE_EVERY) {
      this.#prunedAt = now
      await this.prune({ olderThan: this.#retention })
    }
    const { isAny, refused } = await this.#migrator.migrateWaiting([...this.flows.values()])
    for (const error of refused) {
      const told = isUnitflowError(error) ? error.message : String(error)
      if (!this.#told.has(told)) this.#onError?.(error)
      this.#told.add(told)
    }
    return isAny
  }

  async #runThis(id: string, signal: AbortSignal | undefined): Promise<PlainReport> {
    await this.#begin()
    const flow = this.#flow((await this.execution(id)).flow)
    const claimed = await this.#runs.claimThis(id, flow)
    if (claimed === undefined) return this.#runs.reportOf(id, flow)
    return this.#untilEnded(await this.#runs.execute(claimed, signal), signal)
  }

  /** Goes on after each retry, unless somebody else does. */
  async #untilEnded(first: PlainReport, signal: AbortSignal | undefined): Promise<PlainReport> {
    let report = first
    const isOver = (): boolean => signal?.aborted === true
    while (report.status === 'retrying' && !isOver()) {
      const { id, flow, due = 0 } = report
      const wait = { ...(signal !== undefined && { signal }) }
      await this.#clock.sleep(due - this.#clock.now(), wait).catch(() => undefined)
      if (isOver()) break
      const claimed = await this.#runs.claimAgain(id, this.#flow(flow), due)
      if (claimed === undefined) return this.#runs.reportOf(id, this.#flow(flow))
      report = await this.#runs.execute(claimed, signal)
    }
    return report
  }

  async #change(id: string, transition: (execution: Execution) => Transition): Promise<void> {
    const changed = await this.#store.write(async (records) => {
      const execution = await records.get(id)
      return records.change(execution, transition(execution))
    })
    const held = this.#runs.keeper.find(id)
    if (held !== undefined) this.#runs.keeper.see(changed, held)
  }

  /** @throws `unknown-flow` */
  #flow(of: AnyFlow | string): AnyFlow {
    const name = typeof of === 'string' ? of : of.name
    const flow = this.flows.get(name)
    if (flow !== undefined && (typeof of === 'string' || of.fingerprint === flow.fingerprint)) return flow
    const message = `this runner has no flow ${JSON.stringify(name)}${flow === undefined ? '' : ' of this definition'}`
    throw new UnitflowError('unknown-flow', message, { flow: name })
  }
}

const RUNNABLE: readonly string[] = ['scheduled', 'rescheduled']

function isFlows(flows: unknown): boolean {
  return (
    Array.isArray(flows) &&
    flows.every(
      (flow: unknown) => typeof flow === 'object' && flow !== null && 'type' in flow && flow.type === 'flow',
    )
  )
}

/** How often, in ms, `work` looks for what is older than its retention. */
const PRUNE_EVERY = 60_000
