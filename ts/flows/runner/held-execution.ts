import type { Clock, SharedTimer } from '../../clock/index.js'
import { isUnitflowError } from '../../errors/index.js'
import type { PlainRetryPolicy } from '../../retry/index.js'
import { delayAfter } from '../../retry/index.js'
import type { ErrorData } from '../../errors/index.js'
import type { Value } from '../../values/index.js'
import type { AnyFlow, AnyTask, TaskContext } from '../definitions/index.js'
import type { Execution, TaskFailure, Transition } from '../execution/index.js'
import { assertHeld, isEnded, released, renewed, taskCompleted, taskFailed } from '../execution/index.js'
import type { FlowStore, PayloadSealer } from '../records/index.js'
import type { HeldValues } from './held-values.js'
import type { TaskEnd } from './run-task.js'
import { runTask } from './run-task.js'
import { Stop } from './stop.js'
import { storableError } from '../../outcome/index.js'
import { TaskSigns } from './task-signs.js'

/** What all executions of a runner are run with. */
export interface RunnerParts {
  readonly store: FlowStore
  readonly sealer: PayloadSealer
  readonly clock: Clock
  readonly timer: SharedTimer
  readonly random: () => number
  readonly owner: string
  /** How long (ms) a lease lasts. */
  readonly lease: number
  /** How long (ms) a task may go on when the runner is to end. */
  readonly grace: number
  /** How long (ms) an attempt of a task may take that does not say. */
  readonly timeout: number
  readonly retry: PlainRetryPolicy
  readonly retryable: ((error: ErrorData) => boolean) | undefined
  /** Told of what goes wrong between the runner and its store, which it waits out. */
  readonly onError: ((error: unknown) => void) | undefined
}

/** Before a result that could not be stored is stored again: first, and at most, in ms; each wait is twice as long. */
const FIRST_DELAY = 500
const LONGEST_DELAY = 30_000
const RELEASED: TaskEnd = { type: 'released' }

/** An execution that a runner was given: runs its tasks, one after the other. */
export class HeldExecution {
  readonly values: HeldValues
  readonly #parts: RunnerParts
  readonly #flow: AnyFlow
  #execution: Execution
  /** Its record, as this runner knows it: as long as it is the same, nobody else has done anything. */
  #head: Execution
  #lastDetails: Value
  #stop = new Stop()
  /** Something that tasks have said is stored. */
  #hasSaid: boolean
  #isToEnd = false
  /** As far as is known here (ms since 1970). */
  leasedUntil: number

  /** @param said what was stored of the attempt before */
  constructor(
    parts: RunnerParts,
    flow: AnyFlow,
    execution: Execution,
    values: HeldValues,
    said: { readonly details: Value } | undefined,
  ) {
    this.#parts = parts
    this.#flow = flow
    this.#execution = execution
    this.#head = execution
    this.values = values
    this.#lastDetails = said?.details
    this.#hasSaid = said !== undefined
    this.leasedUntil = execution.lease?.until ?? 0
  }

  get id(): string {
    return this.#execution.id
  }

  get token(): number {
    return this.#execution.token
  }

  /** Ends the task that runs. */
  get stop(): Stop {
    return this.#stop
  }

  /** Begins no other task; the one that runs may end. */
  end(): void {
    this.#isToEnd = true
  }

  /**
   * Runs tasks until the flow has ended or waits.
   *
   * @returns where it is then
   * @throws (by rejecting) `lease-lost`, and what the store throws that cannot be waited out
   */
  async run(): Promise<Execution> {
    for (;;) {
      const task = this.#flow.tasks[this.#execution.next]
      if (task === undefined) throw new RangeError(`the flow '${this.#flow.name}' has no such task`)
      // A process that stood still, or a slow store: somebody else may run it by now.
      if (this.#parts.clock.now() >= this.leasedUntil) await this.#renew()
      const end = this.#isToEnd ? RELEASED : await this.#runTask(task)
      if (end.type === 'lost')
        throw this.#stop.error ?? new RangeError('an execution was lost without a reason')
      this.#execution = await this.#store(task, end)
      if (end.type === 'completed') this.values.add(end.outputs)
      if (this.#execution.status !== 'running') return this.#execution
      this.#lastDetails = undefined
      this.#stop = new Stop()
    }
  }

  async #renew(): Promise<void> {
    const { store, clock, lease } = this.#parts
    const until = clock.now() + lease
    await store.write(async (records) => {
      const head = await records.head(this.id)
      assertHeld(head, this.token)
      return records.change(head, { execution: renewed(head, until), events: [] })
    })
    this.leasedUntil = until
  }

  async #runTask(task: AnyTask): Promise<TaskEnd> {
    const { clock, timer } = this.#parts
    const [execution, stop] = [this.#execution, this.#stop]
    let signs: TaskSigns | undefined
    let isOver = false
    const signsOf = (): TaskSigns => {
      if (signs !== undefined) return signs
      signs = new TaskSigns(this.#parts, stop, execution, task.heartbeat)
      // A task that goes on though it has timed out is heard by nobody.
      if (isOver) void signs.end()
      return signs
    }
    if (task.heartbeat !== undefined) signsOf()
    const context = new HeldTaskContext(execution, stop, this.#lastDetails, signsOf)
    const timeout = task.timeout ?? this.#parts.timeout
    const inputs = this.values.inputsOf(task)
    const end = await runTask({ task, inputs, context, stop, clock, timer, timeout })
    isOver = true
    await signs?.end()
    if (signs?.isStored === true) this.#hasSaid = true
    return end
  }

  /** Stores how a task has ended. While that does not succeed it is tried again, for the task would be run again. */
  async #store(task: AnyTask, ended: TaskEnd): Promise<Execution> {
    const at = this.#parts.clock.now()
    let transition = await this.#transitionOf(task, ended, at)
    for (let delay = FIRST_DELAY; ; delay = Math.min(LONGEST_DELAY, delay * 2)) {
      try {
        const { execution, head } = await this.#commit(transition)
        this.#head = head
        return execution
      } catch (error) {
        if (!isUnitflowError(error) || error.code === 'lease-lost' || error.code === 'store-closed')
          throw error
        if (!error.code.startsWith('store-')) {
          if (ended.type !== 'completed') throw error
          // What it gave cannot be stored: that is how it ends, and would end again.
          transition = await this.#failure('failed', error, at, undefined)
          continue
        }
        if (this.#isToEnd || this.#stop.reason === 'lost') throw error
        this.#parts.onError?.(error)
        await this.#parts.clock.sleep(delay)
      }
    }
  }

  #commit(transition: (execution: Execution) => Transition): Promise<Committed> {
    return this.#parts.store.write(async (records) => {
      const head = await records.head(this.id)
      if (head !== undefined && hasEndedHere(head, this.token)) return { execution: head, head }
      assertHeld(head, this.token)
      const execution = head === this.#head ? this.#execution : await records.sinceHead(head)
      if (execution.next !== this.#execution.next) return { execution, head }
      const next = transition(execution)
      if (this.#hasSaid && isEnded(next.execution)) records.clearProgress(next.execution)
      return { execution: await records.change(execution, next), head }
    })
  }

  async #transitionOf(
    task: AnyTask,
    ended: TaskEnd,
    at: number,
  ): Promise<(execution: Execution) => Transition> {
    const { sealer } = this.#parts
    switch (ended.type) {
      case 'completed': {
        const { outputs } = ended
        const payload = sealer.isClear ? { outputs } : await sealer.seal({ outputs })
        const following = this.#flow.tasks[this.#execution.next + 1]?.name
        return (execution) => taskCompleted(execution, timeOf(execution, at), payload, following)
      }
      case 'failed':
      case 'timed-out':
        return this.#failure(ended.type, ended.error, at, task)
      case 'canceled':
        return this.#failure(ended.type, ended.error, at, undefined)
      case 'released':
      case 'lost':
        return (execution) => released(execution, timeOf(execution, at))
    }
  }

  /** @param task missing where it is not to be tried again */
  async #failure(
    status: TaskFailure['status'],
    thrown: unknown,
    at: number,
    task: AnyTask | undefined,
  ): Promise<(execution: Execution) => Transition> {
    const { sealer } = this.#parts
    const data = storableError(thrown)
    const delay = task && this.#delay(task, data)
    const failure = {
      status,
      error: await sealer.seal({ error: data }),
      ...(delay !== undefined && { delay }),
    }
    return (execution) => taskFailed(execution, timeOf(execution, at), failure)
  }

  /** How long (ms) to wait before another attempt; `undefined` where there is to be none. */
  #delay(task: AnyTask, error: ErrorData): number | undefined {
    const { retry, retryable, random } = this.#parts
    const [policy, isWorthIt] = task.retry === undefined ? [retry, retryable] : [task.retry, task.retryable]
    try {
      if (isWorthIt?.(error) === false) return undefined
      return delayAfter(policy, this.#execution.attempt, error, random)
    } catch (thrown) {
      // A function of the user's that says whether another attempt is worth it: the task has failed all the same.
      this.#parts.onError?.(thrown)
      return undefined
    }
  }
}

/**
 * Whether the runner with this token has committed the end of its last task already, though it was not told: an answer was
 * lost.
 */
function hasEndedHere({ token, status }: Execution, own: number): boolean {
  return token === own && (status === 'completed' || status === 'failed' || status === 'retrying')
}

/** A task has ended when it has, however long that takes to be stored; but not before what happened last. */
function timeOf(execution: Execution, at: number): number {
  return Math.max(execution.at, at)
}

interface Committed {
  readonly execution: Execution
  readonly head: Execution
}

/** What a task is handed; what most tasks never look at is made when they do. */
class HeldTaskContext implements TaskContext {
  readonly executionId: string
  readonly attempt: number
  readonly lastDetails: Value
  readonly #task: string
  readonly #stop: Stop
  readonly #signs: () => TaskSigns

  constructor({ id, attempt, task }: Execution, stop: Stop, lastDetails: Value, signs: () => TaskSigns) {
    this.executionId = id
    this.attempt = attempt
    this.lastDetails = lastDetails
    this.#task = task
    this.#stop = stop
    this.#signs = signs
  }

  get idempotencyKey(): string {
    // Of no two tasks and executions the same, whatever they are called.
    return `${encodeURIComponent(this.executionId)}/${encodeURIComponent(this.#task)}`
  }

  get signal(): AbortSignal {
    return this.#stop.signal
  }

  get isPauseAsked(): boolean {
    return this.#stop.isPauseAsked
  }

  get progress(): TaskContext['progress'] {
    return this.#signs().progress
  }

  get heartbeat(): TaskContext['heartbeat'] {
    return this.#signs().heartbeat
  }
}
