import type { Clock, Duration, ManualClock } from '../../clock/index.js'
import { createManualClock, milliseconds } from '../../clock/index.js'
import { UnitflowError } from '../../errors/index.js'
import { createCountedIds } from '../../ids/index.js'
import type { Outcome } from '../../outcome/index.js'
import { createMemoryRecords } from '../../records/memory/index.js'
import type { Value } from '../../values/index.js'
import type { WaitingActivity, WorkflowBackend } from '../backend/index.js'
import { createBackend } from '../backend/index.js'
import type {
  ActivityReturned,
  AnyActivity,
  AnyWorkflow,
  BareProcessId,
  ProcessId,
  SignalArguments,
  SignalData,
  SignalName,
  WorkflowGiven,
  WorkflowResult,
} from '../definitions/index.js'
import type { HistoryEvent } from '../history/index.js'
import type { ActivityWorker, DecisionWorker, Manager, WaitingFor } from '../manager/index.js'
import { createActivityWorker, createDecisionWorker, createManager } from '../manager/index.js'
import type { Fake } from './fake.js'
import { withFakes } from './fake.js'
import { SleepersClock } from './sleepers-clock.js'

/** What a harness runs. */
export interface ProcessHarnessOptions {
  /** Their children come with them. */
  readonly workflows: readonly AnyWorkflow[]
  /** What stands in for activities, each made by {@link fake}; the others do what they do. */
  readonly fakes?: readonly Fake[]
  /**
   * When it begins, in ms since 1970.
   *
   * @default 0
   */
  readonly at?: number
}

/** Which of several open executions: the oldest that fits. */
export interface OpenExecutionFilter {
  readonly process?: string
  readonly id?: string
}

/**
 * Runs processes in virtual time. Nothing is done until it is asked for: by {@link settle}, by {@link advance}, and by all
 * that asks how things are.
 */
export interface ProcessHarness {
  /** Time, also for fakes: one that sleeps by it goes on when time does. */
  readonly clock: Clock
  readonly backend: WorkflowBackend
  readonly manager: Manager
  /** Starts a process. @throws (by rejecting) `invalid-value`, `process-exists`, `unsupported-value`, `value-too-large` */
  start<W extends AnyWorkflow>(
    workflow: W,
    input: WorkflowGiven<W>,
    options?: { readonly id?: string; readonly tags?: readonly string[] },
  ): Promise<ProcessId<W>>
  /** Signals a process. @throws (by rejecting) `invalid-value`, `no-such-process`, `process-closed` */
  signal<W extends AnyWorkflow, K extends SignalName<W>>(
    id: ProcessId<W>,
    name: K,
    ...data: SignalArguments<SignalData<W, K>>
  ): Promise<void>
  signal(id: BareProcessId, name: string, data?: unknown): Promise<void>
  /** Closes a process as canceled, or asks it to cancel itself. @throws (by rejecting) `no-such-process`, `process-closed` */
  cancel(id: string, options?: { readonly reason?: string; readonly request?: boolean }): Promise<void>
  /**
   * Completes an activity that waits for somebody outside, or that nobody does ({@link fake} without a function): the oldest
   * one.
   *
   * @throws (by rejecting) `bad-argument` where none is open, `invalid-value`
   */
  complete<A extends AnyActivity>(
    activity: A,
    result: ActivityReturned<A>,
    which?: OpenExecutionFilter,
  ): Promise<void>
  /** Fails one. @throws (by rejecting) `bad-argument` where none is open */
  fail(
    activity: AnyActivity,
    why: Error | { readonly reason?: string; readonly details?: Value },
    which?: OpenExecutionFilter,
  ): Promise<void>
  /** Decides and does activities until there is nothing to do at this time. */
  settle(): Promise<void>
  /**
   * Goes on by so long, from one deadline to the next, and settles at each: a timer, a limit, a retry, a fake that sleeps.
   *
   * @throws (by rejecting) `bad-argument`
   */
  advance(duration: Duration): Promise<void>
  /**
   * What a process has come to, or the one that goes on in its place.
   *
   * @throws (by rejecting) `no-such-process`; `process-open` where it is open when all is settled
   */
  result<W extends AnyWorkflow>(id: ProcessId<W>): Promise<Outcome<WorkflowResult<W>>>
  result(id: BareProcessId): Promise<Outcome>
  /** All events of a process. @throws (by rejecting) `no-such-process` */
  history(id: string): Promise<readonly HistoryEvent[]>
  /** Activities that wait for somebody outside. */
  waiting<A extends AnyActivity>(activity: A): Promise<readonly WaitingFor<A>[]>
  waiting(): Promise<readonly WaitingActivity[]>
}

/**
 * Makes a backend in memory, a clock that stands still and a worker of each kind, to run processes in a test: a year of
 * timers takes milliseconds, and every run of a test is the same.
 *
 * @example
 * const harness = createProcessHarness({ workflows: [checkout], fakes: [fake(charge, () => receipt)] })
 * const id = await harness.start(checkout, order)
 * await harness.advance('30d')
 * expect(await harness.result(id)).toMatchObject({ status: 'completed' })
 * @throws `bad-argument` for two workflows or two activities of one name
 */
export function createProcessHarness(options: ProcessHarnessOptions): ProcessHarness {
  return new Harness(options)
}

const PAGE = 1000

class Harness implements ProcessHarness {
  readonly clock: SleepersClock
  readonly #time: ManualClock
  readonly backend: WorkflowBackend
  readonly manager: Manager
  readonly #decisions: DecisionWorker
  readonly #activities: ActivityWorker
  /** Activities that have begun and not ended: fakes that sleep, and what awaits the outside. */
  readonly #running = new Set<Promise<void>>()

  constructor({ workflows, fakes = [], at = 0 }: ProcessHarnessOptions) {
    this.#time = createManualClock(at)
    this.clock = new SleepersClock(this.#time)
    // What is left to chance elsewhere is the same in every run.
    const [newId, random] = [createCountedIds(), (): number => 0.5]
    this.backend = createBackend({ records: createMemoryRecords(), clock: this.#time, newId, random })
    this.manager = createManager({
      backend: this.backend,
      workflows: withFakes(workflows, fakes),
      clock: this.#time,
    })
    this.#decisions = createDecisionWorker(this.manager)
    this.#activities = createActivityWorker(this.manager)
  }

  start<W extends AnyWorkflow>(
    workflow: W,
    input: WorkflowGiven<W>,
    options?: { readonly id?: string; readonly tags?: readonly string[] },
  ): Promise<ProcessId<W>> {
    return this.manager.start(workflow, input, options)
  }

  signal<W extends AnyWorkflow, K extends SignalName<W>>(
    id: ProcessId<W>,
    name: K,
    ...data: SignalArguments<SignalData<W, K>>
  ): Promise<void>
  signal(id: BareProcessId, name: string, data?: unknown): Promise<void>
  signal(id: string, name: string, data?: unknown): Promise<void> {
    return this.manager.signal(id, name, data)
  }

  cancel(id: string, options?: { readonly reason?: string; readonly request?: boolean }): Promise<void> {
    return this.manager.cancel(id, options)
  }

  async complete<A extends AnyActivity>(
    activity: A,
    result: ActivityReturned<A>,
    which?: OpenExecutionFilter,
  ): Promise<void> {
    await this.manager.complete(activity, await this.#tokenOf(activity, which), result)
  }

  async fail(
    activity: AnyActivity,
    why: Error | { readonly reason?: string; readonly details?: Value },
    which?: OpenExecutionFilter,
  ): Promise<void> {
    await this.manager.fail(await this.#tokenOf(activity, which), why)
  }

  async settle(): Promise<void> {
    for (;;) {
      const hasDecided = await this.#decisions.step()
      const hasBegun = await this.#beginActivity()
      if (hasDecided || hasBegun) continue
      // A fake that sleeps goes on when time does; what awaits the outside is waited for.
      if (this.#running.size === 0 || this.clock.sleepers > 0) return
      await Promise.race(this.#running)
    }
  }

  async advance(duration: Duration): Promise<void> {
    const until = this.#time.now() + milliseconds(duration, 'duration')
    for (;;) {
      await this.settle()
      const due = (await this.backend.nextDeadline()) ?? Infinity
      const next = Math.min(due, this.#time.nextTimer() ?? Infinity)
      if (next > until) break
      await this.#time.advance(Math.max(0, next - this.#time.now()))
    }
    await this.#time.advance(until - this.#time.now())
  }

  result<W extends AnyWorkflow>(id: ProcessId<W>): Promise<Outcome<WorkflowResult<W>>>
  result(id: BareProcessId): Promise<Outcome>
  async result(id: string): Promise<Outcome<unknown>> {
    await this.settle()
    for (let process = id; ;) {
      const info = await this.backend.process(process)
      // Of one that is not there the manager tells.
      if (info === undefined) break
      const { closed, failures } = info
      if (closed === undefined) {
        const why = failures?.error === undefined ? '' : `; deciding failed: ${failures.error.message}`
        throw new UnitflowError('process-open', `the process ${process} is open${why}`, { process })
      }
      if (closed.result.type !== 'continued') break
      process = closed.result.process
    }
    return this.manager.result(id)
  }

  async history(id: string): Promise<readonly HistoryEvent[]> {
    await this.settle()
    const events: HistoryEvent[] = []
    for (;;) {
      const page = await this.backend.history(id, { after: events.length, limit: PAGE })
      events.push(...page)
      if (page.length < PAGE) return events
    }
  }

  waiting<A extends AnyActivity>(activity: A): Promise<readonly WaitingFor<A>[]>
  waiting(): Promise<readonly WaitingActivity[]>
  async waiting(activity?: AnyActivity): Promise<readonly WaitingActivity[]> {
    await this.settle()
    return this.manager.waiting(activity === undefined ? {} : { activity: activity.name })
  }

  /** @returns whether there was one */
  async #beginActivity(): Promise<boolean> {
    let found: boolean | undefined
    const step = this.#activities.step().then((isFound) => {
      found = isFound
    })
    this.#running.add(step)
    const end = (): void => void this.#running.delete(step)
    step.then(end, end)
    // A turn of the event loop, in which all happens that waits for neither time nor the outside.
    await this.#time.advance(0)
    if (found === undefined) return true
    await step
    return found
  }

  async #tokenOf(activity: AnyActivity, { process, id }: OpenExecutionFilter = {}): Promise<string> {
    const open = (await this.waiting(activity)).find(
      (one) => (process ?? one.process) === one.process && (id ?? one.id) === one.id,
    )
    if (open?.token !== undefined) return open.token
    const expected = `'${activity.name}' to be open, and to wait for somebody outside`
    throw new UnitflowError('bad-argument', `activity: expected ${expected}`, {
      argument: 'activity',
      expected,
    })
  }
}
