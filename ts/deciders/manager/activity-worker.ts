import { errorToData, isUnitflowError, UnitflowError } from '../../errors/index.js'
import type { Value } from '../../values/index.js'
import type { ActivityTask } from '../backend/index.js'
import type { ActivityContext, AnyActivity } from '../definitions/index.js'
import type { ActivityResult } from '../history/index.js'
import { ActivityCanceled, ActivityFailed } from './activity-errors.js'
import { checkedCount } from './decision-worker.js'
import { valueFor } from './manager.js'
import type { Manager } from './manager-types.js'
import { TaskLoop } from './task-loop.js'

/** How an activity worker works. */
export interface ActivityWorkerOptions {
  /** The queues that it polls. @default those of the manager's activities */
  readonly categories?: readonly string[]
  /** Who it is, for people. */
  readonly identity?: string
  /** So many activities at once. @default 1 */
  readonly concurrency?: number
  /** Gives a sign of life of its own, so often (ms), while an activity runs (D40). @default none */
  readonly heartbeatEvery?: number
  /** How long (ms) what runs may go on when the worker is to end; then its signals are aborted. @default 30000 */
  readonly grace?: number
}

/** Does activities, whose functions it knows by its manager (D61, D62). */
export interface ActivityWorker {
  /** Does what waits now, as many as it does at once, and waits for them. @returns whether there was anything */
  step(): Promise<boolean>
  /** Does activities until the signal is aborted, and then waits for what runs. */
  run(options: { readonly signal: AbortSignal }): Promise<void>
}

const GRACE = 30_000

/** @throws `bad-argument` */
export function createActivityWorker(manager: Manager, options: ActivityWorkerOptions = {}): ActivityWorker {
  return new ManagedActivityWorker(manager, options)
}

class ManagedActivityWorker implements ActivityWorker {
  readonly #manager: Manager
  readonly #options: ActivityWorkerOptions
  readonly #loop: TaskLoop<ActivityTask>
  readonly #stops = new Set<AbortController>()

  constructor(manager: Manager, options: ActivityWorkerOptions) {
    this.#manager = manager
    this.#options = options
    this.#loop = new TaskLoop({
      clock: manager.clock,
      categories: options.categories ?? [
        ...new Set([...manager.activities.values()].map(({ category }) => category)),
      ],
      identity: options.identity,
      concurrency: checkedCount('concurrency', options.concurrency ?? 1),
      ready: () => manager.ready(),
      poll: (poll) => manager.backend.pollActivityTasks(poll),
      work: (task) => this.#work(task),
    })
  }

  step(): Promise<boolean> {
    return this.#loop.step()
  }

  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    await this.#loop.run(signal)
    await this.#drain()
  }

  async #drain(): Promise<void> {
    const cancel = this.#manager.clock.setTimer(() => {
      for (const stop of this.#stops) stop.abort(new ActivityCanceled({ reason: 'the worker is to end' }))
    }, this.#options.grace ?? GRACE)
    await this.#loop.settled()
    cancel()
  }

  async #work(task: ActivityTask): Promise<void> {
    const { backend, activities } = this.#manager
    const activity = activities.get(task.activity)
    const stop = new AbortController()
    this.#stops.add(stop)
    const beats = new Heartbeats(this.#manager, task, stop, this.#options.heartbeatEvery)
    try {
      const { result, retry } = await execute(activity, task, this.#context(task, stop, beats))
      await beats.end()
      if (result !== undefined) await backend.completeActivityTask(task.token, result, { retry })
    } catch (error) {
      // It has ended otherwise: timed out, canceled, or completed by its token.
      if (!isUnitflowError(error, 'unknown-activity')) await this.#report(task, error)
    } finally {
      await beats.end()
      this.#stops.delete(stop)
    }
  }

  /** What it gave cannot be stored: that is how it ends. What cannot be told either, times out. */
  async #report(task: ActivityTask, error: unknown): Promise<void> {
    const result = { type: 'failed', error: errorToData(error) } as const
    await this.#manager.backend
      .completeActivityTask(task.token, result, { retry: false })
      .catch(() => undefined)
  }

  #context(task: ActivityTask, stop: AbortController, beats: Heartbeats): ActivityContext {
    const manager = this.#manager
    return {
      token: task.token,
      signal: stop.signal,
      idempotencyKey: task.idempotencyKey,
      attempt: task.attempt,
      lastDetails: task.details,
      processId: task.process,
      heartbeat: (details) => beats.beat(details),
      signalProcess: (process: string, name: string, data?: unknown) => {
        // Nobody waits for it; a process that is closed or unknown is not reached.
        manager.signal(process, name, data).catch(() => undefined)
      },
    }
  }
}

interface Executed {
  /** Missing where somebody else ends it. */
  readonly result: ActivityResult | undefined
  readonly retry: boolean
}

/** Runs an activity's function; never rejects. */
async function execute(
  activity: AnyActivity | undefined,
  task: ActivityTask,
  context: ActivityContext,
): Promise<Executed> {
  try {
    if (activity?.execute === undefined) {
      const name = task.activity
      const message = `this worker cannot do the activity ${JSON.stringify(name)}`
      throw new UnitflowError('unknown-type', message, { kind: 'activity', name })
    }
    const given = await activity.execute(task.input, context)
    if (activity.completion === 'manual') return { result: undefined, retry: true }
    const subject = `result of activity '${activity.name}'`
    const result = await valueFor(activity.result, given, subject)
    return { result: { type: 'completed', result }, retry: true }
  } catch (error) {
    return thrown(error, activity, context.signal)
  }
}

function thrown(error: unknown, activity: AnyActivity | undefined, signal: AbortSignal): Executed {
  if (error instanceof ActivityCanceled || (signal.aborted && isAbort(error, signal))) {
    const { reason, details } = error instanceof ActivityCanceled ? error : whyAborted(signal)
    return { result: { type: 'canceled', ...known({ reason, details }) }, retry: false }
  }
  const data = errorToData(error)
  const why = error instanceof ActivityFailed ? known(error) : {}
  const retry = activity?.retryable?.(data) ?? true
  return { result: { type: 'failed', reason: data.message, ...why, error: data }, retry }
}

/** What was thrown is the signal's reason, or what functions that take a signal throw. */
function isAbort(error: unknown, { reason }: AbortSignal): boolean {
  return error === reason || (error instanceof Error && error.name === 'AbortError')
}

function whyAborted({ reason }: AbortSignal): {
  readonly reason: string | undefined
  readonly details: Value
} {
  return reason instanceof ActivityCanceled ? reason : { reason: undefined, details: undefined }
}

function known({ reason, details }: { readonly reason: string | undefined; readonly details: Value }): {
  readonly reason?: string
  readonly details?: Value
} {
  return { ...(reason !== undefined && { reason }), ...(details !== undefined && { details }) }
}

/** Sends signs of life, one after the other: of many that come while one is under way the last is sent (D40, D41). */
class Heartbeats {
  readonly #manager: Manager
  readonly #task: ActivityTask
  readonly #stop: AbortController
  readonly #cancel: () => void
  #under: Promise<void> | undefined
  #next: { readonly details: Value } | undefined
  #isOver = false

  constructor(manager: Manager, task: ActivityTask, stop: AbortController, every: number | undefined) {
    this.#manager = manager
    this.#task = task
    this.#stop = stop
    this.#cancel = every === undefined ? () => undefined : this.#beatEvery(every)
  }

  beat(details: unknown): void {
    // Whether it can be stored is asked where it is.
    this.#next = { details: details as Value }
    this.#under ??= this.#send().finally(() => (this.#under = undefined))
  }

  /** Sends what has not been sent: the next attempt is handed the last details. */
  async end(): Promise<void> {
    this.#cancel()
    await this.#under
    this.#isOver = true
  }

  async #send(): Promise<void> {
    while (this.#next !== undefined && !this.#isOver) {
      const { details } = this.#next
      this.#next = undefined
      try {
        const { cancelRequested } = await this.#manager.backend.heartbeat(this.#task.token, details)
        if (cancelRequested) this.#abort('it was asked to end')
      } catch (error) {
        // A store that is busy, or a wire that is down, is no reason to give up: the next one may get through.
        if (isUnitflowError(error, 'unknown-activity')) this.#abort('it has timed out, or was canceled')
      }
    }
  }

  #abort(reason: string): void {
    this.#stop.abort(new ActivityCanceled({ reason }))
  }

  #beatEvery(ms: number): () => void {
    let cancel = (): void => undefined
    const again = (): void => {
      this.beat(undefined)
      cancel = this.#manager.clock.setTimer(again, ms, { keepAlive: false })
    }
    cancel = this.#manager.clock.setTimer(again, ms, { keepAlive: false })
    return () => cancel()
  }
}
