import type { Clock, SharedTimer } from '../../clock/index.js'
import { UnitflowError } from '../../errors/index.js'
import type { AnyTask, TaskContext } from '../definitions/index.js'
import type { Context } from '../execution/index.js'
import { checkedOutputs } from '../../fields/index.js'
import { isPromise } from '../../promises/index.js'
import type { Stop } from './stop.js'

/** How a task has ended. */
export type TaskEnd =
  | { readonly type: 'completed'; readonly outputs: Context }
  | { readonly type: 'failed' | 'timed-out' | 'canceled'; readonly error: unknown }
  /** Its runner is to end: it is run again. */
  | { readonly type: 'released' }
  /** Somebody else has the execution. */
  | { readonly type: 'lost' }

/** What a task is run with. */
export interface TaskRun {
  readonly task: AnyTask
  readonly inputs: Context
  readonly context: TaskContext
  readonly stop: Stop
  readonly clock: Clock
  readonly timer: SharedTimer
  /** How long it may take, in ms. */
  readonly timeout: number
}

/** How long (ms) a task whose signal was aborted is waited for. */
const LAST_GRACE = 5000

/**
 * Runs a task; never rejects. What settles at once is told at once: most of what a trivial task costs is waiting for it.
 */
export function runTask(run: TaskRun): TaskEnd | Promise<TaskEnd> {
  const { task, inputs, context, stop } = run
  try {
    const given = task.run(inputs, context)
    const end = isPromise(given)
      ? Promise.resolve(given).then(
          (value) => endOf(task, value),
          (error: unknown) => thrown(stop, error),
        )
      : endOf(task, given)
    return isPromise(end) ? awaited(run, end) : end
  } catch (error) {
    return thrown(stop, error)
  }
}

async function awaited(
  { task, stop, clock, timer, timeout }: TaskRun,
  ending: Promise<TaskEnd>,
): Promise<TaskEnd> {
  let end: (end: TaskEnd) => void = () => undefined
  const ended = new Promise<TaskEnd>((resolve) => (end = resolve))
  // It never rejects. What comes after the task was stopped is not looked at any more.
  void ending.then((given) => end(given))
  const inTime =
    timeout === Infinity
      ? undefined
      : timer.add(clock.now() + timeout, () => stop.abort('timed-out', tooLong(task, timeout)))
  stop.onAbort(() => {
    if (stop.reason === 'timed-out' || stop.reason === 'lost') end(stoppedBy(stop))
    else clock.setTimer(() => end(stoppedBy(stop)), LAST_GRACE, { keepAlive: false })
  })
  try {
    return await ended
  } finally {
    inTime?.()
  }
}

function endOf(task: AnyTask, given: unknown): TaskEnd | Promise<TaskEnd> {
  try {
    const outputs = checkedOutputs(`task '${task.name}'`, task.outputs, given)
    return isPromise(outputs) ? outputs.then(completed, failed) : completed(outputs)
  } catch (error) {
    return failed(error)
  }
}

function completed(outputs: Context): TaskEnd {
  return { type: 'completed', outputs }
}

function failed(error: unknown): TaskEnd {
  return { type: 'failed', error }
}

function thrown(stop: Stop, error: unknown): TaskEnd {
  return stop.hasThrown(error) ? stoppedBy(stop) : failed(error)
}

function stoppedBy({ reason, error }: Stop): TaskEnd {
  switch (reason) {
    case 'timed-out':
    case 'canceled':
      return { type: reason, error }
    case 'released':
    case 'lost':
      return { type: reason }
    case undefined:
      return failed(error)
  }
}

function tooLong({ name }: AnyTask, ms: number): UnitflowError<'timed-out'> {
  const message = `task '${name}' took longer than ${ms} ms: give it a longer \`timeout\`, if it may`
  return new UnitflowError('timed-out', message, { milliseconds: ms })
}
