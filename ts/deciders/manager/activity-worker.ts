import { SharedTimer } from '../../clock/index.js'
import { errorToData, isUnitflowError, UnitflowError } from '../../errors/index.js'
import type { Value } from '../../values/index.js'
import { encodeValue } from '../../values/index.js'
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
  /**
   * Told of what goes wrong between it and the backend, which it waits out: a busy store, a wire that is down, a key that it
   * does not have.
   */
  readonly onError?: (error: unknown) => void
  /** So many activities at once. @default 1 */
  readonly concurrency?: number
  /** Gives a sign of life of its own, so often (ms), while an activity runs (D40). @default none */
  readonly heartbeatEvery?: number
  /**
   * How long (ms) what runs may go on when the worker is to end; then its signals are aborted, and what ends by that is
   * given back for others to do. What ignores its signal is left to itself five seconds later.
   *
   * @default 30000
   */
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
/** How long (ms) activities are waited for whose signals were aborted. */
const LAST_GRACE = 5000
/** Before a result that could not be told is told again: first, and at most, in ms; each wait is twice as long. */
const FIRST_DELAY = 1000
const LONGEST_DELAY = 30_000

/** @throws `bad-argument` */
export function createActivityWorker(manager: Manager, options: ActivityWorkerOptions = {}): ActivityWorker {
  return new ManagedActivityWorker(manager, options)
}

class ManagedActivityWorker implements ActivityWorker {
  readonly #manager: Manager
  readonly #options: ActivityWorkerOptions
  readonly #loop: TaskLoop<ActivityTask>
  readonly #timer: SharedTimer
  readonly #stops = new Set<Stop>()

  constructor(manager: Manager, options: ActivityWorkerOptions) {
    this.#manager = manager
    this.#options = options
    this.#timer = new SharedTimer(manager.clock)
    this.#loop = new TaskLoop({
      clock: manager.clock,
      categories: options.categories ?? [
        ...new Set([...manager.activities.values()].map(({ category }) => category)),
      ],
      identity: options.identity,
      concurrency: checkedCount('concurrency', options.concurrency ?? 1),
      onError: options.onError,
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
    const { clock } = this.#manager
    const isOver = new AbortController()
    const settled = this.#loop.settled().then(() => isOver.abort())
    const wait = (ms: number): Promise<void> =>
      clock.sleep(ms, { signal: isOver.signal }).catch(() => undefined)
    await wait(this.#options.grace ?? GRACE)
    for (const stop of this.#stops) stop.abort('its worker is to end', 'released')
    // What does not heed its signal is left to itself: it has a token, and is done again when its time is over.
    if (!isOver.signal.aborted) await Promise.race([settled, wait(LAST_GRACE)])
  }

  async #work(task: ActivityTask): Promise<void> {
    const { activities } = this.#manager
    const stop = new Stop()
    this.#stops.add(stop)
    const inTime = this.#timer.add(task.deadline, () => stop.abort('it has taken too long', 'open'))
    const beats = new Heartbeats(this.#manager, task, stop, this.#options.heartbeatEvery)
    try {
      const ended = await execute(activities.get(task.activity), task, this.#context(task, stop, beats), stop)
      await beats.end()
      await this.#tell(task, ended, stop)
    } finally {
      inTime()
      await beats.end()
      this.#stops.delete(stop)
    }
  }

  /**
   * Tells how it has ended. While that does not arrive it is told again, for it would be done again; until its time is over,
   * or its worker's.
   */
  async #tell(task: ActivityTask, ended: Executed, stop: Stop): Promise<void> {
    let told = ended
    for (let delay = FIRST_DELAY; ; delay = Math.min(LONGEST_DELAY, delay * 2)) {
      try {
        await this.#tellOnce(task, told)
        return
      } catch (error) {
        // It has ended otherwise: timed out, canceled, or completed by its token.
        if (isUnitflowError(error, 'unknown-activity')) return
        if ((isRefusal(error) || cannotBeTold(ended)) && told === ended && ended.type === 'ended') {
          // What it gave cannot be stored: that is how it ends.
          told = { type: 'ended', result: { type: 'failed', error: errorToData(error) }, retry: false }
          continue
        }
        if (isRefusal(error) || isUnitflowError(error, 'store-closed') || stop.end !== 'canceled') throw error
        this.#options.onError?.(error)
        const sleep = stop.reason === undefined ? { signal: stop.signal } : {}
        await this.#manager.clock.sleep(delay, sleep).catch(() => undefined)
      }
    }
  }

  async #tellOnce({ token }: ActivityTask, ended: Executed): Promise<void> {
    const { backend } = this.#manager
    if (ended.type === 'released') await backend.releaseActivityTask(token)
    if (ended.type === 'ended') {
      await backend.completeActivityTask(token, ended.result, { retry: ended.retry })
    }
  }

  #context(task: ActivityTask, stop: Stop, beats: Heartbeats): ActivityContext {
    const manager = this.#manager
    return {
      token: task.token,
      // Most activities never look at it, and one costs more than all the rest of this.
      get signal() {
        return stop.signal
      },
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

/** How an activity's function has ended. */
type Executed =
  | { readonly type: 'ended'; readonly result: ActivityResult; readonly retry: boolean }
  /** Somebody else ends it, or time does. */
  | { readonly type: 'open' }
  /** Its worker is to end: others go on with it. */
  | { readonly type: 'released' }

/** Runs an activity's function; never rejects. */
async function execute(
  activity: AnyActivity | undefined,
  task: ActivityTask,
  context: ActivityContext,
  stop: Stop,
): Promise<Executed> {
  const isManual = activity?.completion === 'manual'
  try {
    // There is nothing to set going: it only waits for whoever ends it.
    if (isManual && activity.execute === undefined) return { type: 'open' }
    if (activity?.execute === undefined) {
      const name = task.activity
      const message = `this worker cannot do the activity ${JSON.stringify(name)}`
      throw new UnitflowError('unknown-type', message, { kind: 'activity', name })
    }
    const given = await activity.execute(task.input, context)
    if (isManual) return { type: 'open' }
    const result = await valueFor(activity.result, given, `result of activity '${activity.name}'`)
    return { type: 'ended', result: { type: 'completed', result }, retry: true }
  } catch (error) {
    return thrown(error, activity, stop)
  }
}

function thrown(error: unknown, activity: AnyActivity | undefined, stop: Stop): Executed {
  if (error instanceof ActivityCanceled && error !== stop.reason) {
    return { type: 'ended', result: { type: 'canceled', ...known(error) }, retry: false }
  }
  if (stop.reason !== undefined && isAbort(error, stop.reason)) {
    if (stop.end !== 'canceled') return { type: stop.end }
    return { type: 'ended', result: { type: 'canceled', ...known(stop.reason) }, retry: false }
  }
  const data = errorToData(error)
  const why = error instanceof ActivityFailed ? known(error) : {}
  const retry = activity?.retryable?.(data) ?? true
  return { type: 'ended', result: { type: 'failed', reason: data.message, ...why, error: data }, retry }
}

/** Whether what it gave throws where it is looked at: a getter, a proxy. */
function cannotBeTold(ended: Executed): boolean {
  try {
    encodeValue(ended)
    return false
  } catch {
    return true
  }
}

/** It would be refused again: all but what goes wrong in the store, or on the way to it. */
function isRefusal(error: unknown): boolean {
  return isUnitflowError(error) && !error.code.startsWith('store-')
}

/** What was thrown is the signal's reason, or what functions that take a signal throw. */
function isAbort(error: unknown, reason: ActivityCanceled): boolean {
  return error === reason || (error instanceof Error && error.name === 'AbortError')
}

type StopEnd = 'canceled' | 'released' | 'open'

/** What ends an activity's function before it has: its signal is made when somebody asks for it. */
class Stop {
  #controller: AbortController | undefined
  #reason: ActivityCanceled | undefined
  #end: StopEnd = 'canceled'

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#reason !== undefined) this.#controller.abort(this.#reason)
    return this.#controller.signal
  }

  /** Why it was to end; nothing where it was not. */
  get reason(): ActivityCanceled | undefined {
    return this.#reason
  }

  /** How the activity has ended where its function ends by this. */
  get end(): StopEnd {
    return this.#end
  }

  abort(why: string, end: StopEnd): void {
    // One that was asked to end may still come to run out of time, or of its worker.
    if (this.#end === 'canceled') this.#end = end
    if (this.#reason !== undefined) return
    this.#reason = new ActivityCanceled({ reason: why })
    this.#controller?.abort(this.#reason)
  }
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
  readonly #stop: Stop
  readonly #cancel: () => void
  #under: Promise<void> | undefined
  #next: { readonly details: Value } | undefined
  #isOver = false

  constructor(manager: Manager, task: ActivityTask, stop: Stop, every: number | undefined) {
    this.#manager = manager
    this.#task = task
    this.#stop = stop
    this.#cancel = every === undefined ? () => undefined : this.#beatEvery(every)
  }

  beat(details: unknown): void {
    // A bare sign of life takes nothing away. Whether details can be stored is asked where they are.
    if (details !== undefined || this.#next === undefined) this.#next = { details: details as Value }
    this.#under ??= this.#send()
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
        if (cancelRequested) this.#stop.abort('it was asked to end', 'canceled')
      } catch (error) {
        // A store that is busy, or a wire that is down, is no reason to give up: the next one may get through.
        if (!isUnitflowError(error, 'unknown-activity')) continue
        this.#stop.abort('it has timed out, or was canceled', 'open')
      }
    }
    // In the same turn in which it has seen that there is no more: what comes now would be sent by nobody.
    this.#under = undefined
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
