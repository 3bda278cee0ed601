import type { Clock } from '../../clock/index.js'
import { systemClock } from '../../clock/index.js'
import { errorToData, UnitflowError } from '../../errors/index.js'
import type { Outcome } from '../../outcome/index.js'
import type { Schema } from '../../schema/index.js'
import { validate } from '../../schema/index.js'
import type { Value } from '../../values/index.js'
import type {
  ForkProcess,
  ProcessFilter,
  ProcessInfo,
  ProcessPage,
  ProcessWait,
  WaitingActivity,
  WorkflowBackend,
} from '../backend/index.js'
import type {
  ActiveElement,
  ActivityReturned,
  AnyActivity,
  AnyWorkflow,
  BareProcessId,
  PlainWorkflow,
  ProcessId,
  WorkflowGiven,
  WorkflowResult,
} from '../definitions/index.js'
import type { HistoryEvent } from '../history/index.js'
import type { BulkFilter, BulkReport } from './for-all-processes.js'
import { forAllProcesses } from './for-all-processes.js'
import { outcomeOf } from './process-outcome.js'
import type { Manager, ManagerOptions, WaitingFor } from './manager-types.js'
import { retryPoint } from './retry-point.js'

const PAGE = 1000
/** How long one call waits at most for what is yet to happen, in ms: then there is another. */
export const LONGEST_WAIT = 30_000

/**
 * Makes workflows and their activities known to a backend, and is what a program talks to (D54-D58, D80, D81).
 *
 * @throws `bad-argument` for two workflows or two activities of one name
 */
export function createManager({ backend, workflows, clock = systemClock }: ManagerOptions): Manager {
  return new BackendManager(backend, workflows, clock)
}

class BackendManager implements Manager {
  readonly backend: WorkflowBackend
  readonly clock: Clock
  readonly workflows: ReadonlyMap<string, PlainWorkflow>
  readonly activities: ReadonlyMap<string, AnyActivity>
  #registered: Promise<void> | undefined

  constructor(backend: WorkflowBackend, workflows: readonly AnyWorkflow[], clock: Clock) {
    this.backend = backend
    this.clock = clock
    this.workflows = byName('workflow', withChildren(workflows))
    this.activities = byName(
      'activity',
      [...this.workflows.values()].flatMap(({ activities }) => activities),
    )
  }

  ready(): Promise<void> {
    // Tried again by the next call where it has failed.
    return (this.#registered ??= this.#register().catch((error: unknown) => {
      this.#registered = undefined
      throw error
    }))
  }

  start<W extends AnyWorkflow>(
    workflow: W,
    input: WorkflowGiven<W>,
    options?: { readonly id?: string; readonly tags?: readonly string[] },
  ): Promise<ProcessId<W>>
  async start(
    workflow: AnyWorkflow,
    input: unknown,
    { id, tags = [] }: { readonly id?: string; readonly tags?: readonly string[] } = {},
  ): Promise<string> {
    await this.ready()
    const { name } = workflow
    const given = await valueFor(workflow.input, input, `input of workflow '${name}'`)
    return this.backend.startProcess({ workflow: name, input: given, tags, ...(id !== undefined && { id }) })
  }

  async signal(id: string, name: string, data?: unknown): Promise<void> {
    const { workflow } = await this.#info(id)
    const signals = this.workflows.get(workflow)?.signals ?? {}
    const schema = Object.hasOwn(signals, name) ? signals[name] : undefined
    const sent = schema === undefined ? (data as Value) : await valueFor(schema, data, `signal '${name}'`)
    await this.backend.signalProcess(id, { name, data: sent })
  }

  cancel(
    id: string,
    options?: { readonly reason?: string; readonly details?: Value; readonly request?: boolean },
  ): Promise<void> {
    return this.backend.cancelProcess(id, options)
  }

  complete<A extends AnyActivity>(activity: A, token: string, result: ActivityReturned<A>): Promise<void>
  complete(token: string, result: unknown): Promise<void>
  async complete(
    ...args: readonly [string, unknown] | readonly [AnyActivity, string, unknown]
  ): Promise<void> {
    if (args.length === 2) {
      await this.backend.completeActivityTask(args[0], { type: 'completed', result: args[1] as Value })
      return
    }
    const [activity, token, result] = args
    const value = await valueFor(activity.result, result, `result of activity '${activity.name}'`)
    await this.backend.completeActivityTask(token, { type: 'completed', result: value })
  }

  fail(token: string, why: Error | { readonly reason?: string; readonly details?: Value }): Promise<void> {
    return this.backend.completeActivityTask(
      token,
      why instanceof Error
        ? { type: 'failed', reason: why.message, error: errorToData(why) }
        : { type: 'failed', ...why },
    )
  }

  result<W extends AnyWorkflow>(
    id: ProcessId<W>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<Outcome<WorkflowResult<W>>>
  result(id: BareProcessId, options?: { readonly signal?: AbortSignal }): Promise<Outcome>
  async result(id: string, { signal }: { readonly signal?: AbortSignal } = {}): Promise<Outcome<unknown>> {
    for (let process = id; ;) {
      const { closed } = await this.#info(process, until('closed', signal))
      signal?.throwIfAborted()
      if (closed?.result.type === 'continued') process = closed.result.process
      else if (closed !== undefined) return outcomeOf(closed.result)
    }
  }

  async *watch(
    id: string,
    { signal, after = 0 }: { readonly signal?: AbortSignal; readonly after?: number } = {},
  ): AsyncGenerator<HistoryEvent> {
    for (let seq = after; signal?.aborted !== true;) {
      const events = await this.backend.history(id, { after: seq, limit: PAGE })
      for (const event of events) {
        yield event
        seq = event.seq
        if (event.type === 'process-closed') return
      }
      if (events.length > 0) continue
      const { closed, lastSeq } = await this.#info(id, until(seq, signal))
      if (closed !== undefined && lastSeq <= seq) return
    }
  }

  async active(id: string): Promise<readonly ActiveElement[]> {
    const { workflow } = await this.#info(id)
    return (await this.workflows.get(workflow)?.active?.((process) => this.history(process), id)) ?? []
  }

  list(filter?: ProcessFilter): Promise<ProcessPage> {
    return this.backend.processes(filter)
  }

  process(id: string): Promise<ProcessInfo> {
    return this.#info(id)
  }

  async history(id: string): Promise<readonly HistoryEvent[]> {
    const events: HistoryEvent[] = []
    for (;;) {
      const page = await this.backend.history(id, { after: events.length, limit: PAGE })
      events.push(...page)
      if (page.length < PAGE) return events
    }
  }

  waiting<A extends AnyActivity>(filter: {
    readonly activity: A
    readonly workflow?: AnyWorkflow | string
  }): Promise<readonly WaitingFor<A>[]>
  waiting(filter?: {
    readonly activity?: AnyActivity | string
    readonly workflow?: AnyWorkflow | string
  }): Promise<readonly WaitingActivity[]>
  async waiting({
    activity,
    workflow,
  }: { readonly activity?: AnyActivity | string; readonly workflow?: AnyWorkflow | string } = {}): Promise<
    readonly WaitingActivity[]
  > {
    const name = nameOf(activity)
    const of = nameOf(workflow)
    const found: WaitingActivity[] = []
    for (let after: string | undefined; ;) {
      const page = await this.backend.waitingActivities({
        ...(name !== undefined && { activity: name }),
        ...(after !== undefined && { after }),
        limit: PAGE,
      })
      found.push(...page.activities.filter(({ workflow: one }) => of === undefined || one === of))
      after = page.next
      if (after === undefined) return found
    }
  }

  fork<W extends AnyWorkflow>(id: ProcessId<W>, fork: ForkProcess): Promise<ProcessId<W>>
  fork(id: BareProcessId, fork: ForkProcess): Promise<string>
  async fork(id: string, fork: ForkProcess): Promise<string> {
    await this.ready()
    return this.backend.forkProcess(id, fork)
  }

  retry<W extends AnyWorkflow>(id: ProcessId<W>): Promise<ProcessId<W>>
  retry(id: BareProcessId): Promise<string>
  async retry(id: string): Promise<string> {
    const { closed } = await this.#info(id)
    if (closed === undefined) {
      throw new UnitflowError('process-open', `the process ${id} is open: it goes on by itself`, {
        process: id,
      })
    }
    return this.fork(id as BareProcessId, { at: retryPoint(await this.history(id)) })
  }

  cancelAll(filter: BulkFilter, options?: Parameters<Manager['cancelAll']>[1]): Promise<BulkReport> {
    return forAllProcesses(this.backend, { ...filter, status: 'open' }, isAny, async (id) => {
      await this.cancel(id, options)
      return {}
    })
  }

  signalAll(filter: BulkFilter, name: string, data?: unknown): Promise<BulkReport> {
    return forAllProcesses(this.backend, { ...filter, status: 'open' }, isAny, async (id) => {
      await this.signal(id, name, data)
      return {}
    })
  }

  retryAll(filter: BulkFilter): Promise<BulkReport> {
    return forAllProcesses(this.backend, { ...filter, status: 'closed' }, hasFailed, async (id) => ({
      fork: await this.retry(id as BareProcessId),
    }))
  }

  async #info(id: string, wait?: ProcessWait): Promise<ProcessInfo> {
    const info = await this.backend.process(id, wait)
    if (info !== undefined) return info
    throw new UnitflowError('no-such-process', `there is no process ${JSON.stringify(id)}`, { process: id })
  }

  async #register(): Promise<void> {
    for (const {
      name,
      version,
      category,
      timeout,
      decisionTimeout,
      childPolicy,
      retention,
    } of this.workflows.values()) {
      await this.backend.registerWorkflow({
        ...{ name, version, category, timeout, decisionTimeout, childPolicy },
        ...(retention !== undefined && { retention }),
      })
    }
    for (const activity of this.activities.values()) {
      const { name, category, priority, scheduleToStart, startToClose, scheduleToClose, heartbeat } = activity
      const { retry, limits, completion } = activity
      await this.backend.registerActivity({
        ...{ name, category, priority, scheduleToStart, startToClose, scheduleToClose, heartbeat, retry },
        ...(completion === 'manual' && { manual: true }),
        ...(Object.keys(limits).length > 0 && { limits }),
      })
    }
  }
}

/** What a schema makes of a value, where it enters. */
export async function valueFor(schema: Schema | undefined, value: unknown, subject: string): Promise<Value> {
  // What it gives is stored, and whether that can be is asked there.
  return (schema === undefined ? value : await validate(schema, value, subject)) as Value
}

function until(what: ProcessWait['until'], signal: AbortSignal | undefined): ProcessWait {
  return { until: what, wait: LONGEST_WAIT, ...(signal !== undefined && { signal }) }
}

function isAny(): boolean {
  return true
}

function hasFailed({ closed }: ProcessInfo): boolean {
  return closed?.result.type === 'failed' || closed?.result.type === 'timed-out'
}

function nameOf(definition: { readonly name: string } | string | undefined): string | undefined {
  return typeof definition === 'object' ? definition.name : definition
}

/** And all workflows that these start. */
function withChildren(workflows: readonly PlainWorkflow[]): readonly PlainWorkflow[] {
  const found = new Set<PlainWorkflow>(workflows)
  for (const workflow of found) for (const child of workflow.children) found.add(child)
  return [...found]
}

function byName<T extends { readonly name: string }>(
  kind: 'workflow' | 'activity',
  definitions: readonly T[],
): ReadonlyMap<string, T> {
  const found = new Map<string, T>()
  for (const definition of definitions) {
    const known = found.get(definition.name)
    if (known !== undefined && known !== definition) {
      const expected = `one ${kind} of the name ${JSON.stringify(definition.name)}`
      throw new UnitflowError('bad-argument', `workflows: expected ${expected}, found two`, {
        argument: 'workflows',
        expected,
      })
    }
    found.set(definition.name, definition)
  }
  return found
}
