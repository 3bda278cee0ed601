import type { Clock, SharedTimer } from '../../clock/index.js'
import type { ErrorData } from '../../errors/index.js'
import { errorToData, UnitflowError } from '../../errors/index.js'
import type { PlainRetryPolicy } from '../../retry/index.js'
import { delayAfter } from '../../retry/index.js'
import { Stop, untilStopped } from '../../stop/index.js'
import type { HeldValue } from '../values/index.js'
import { isPromise } from '../../promises/index.js'
import { inputsOf, outputsOf } from './model-values.js'
import { StepCall } from './step-call.js'
import type { WiredStep } from './wiring.js'

/** What all steps of a run are run with. */
export interface ModelSettings {
  readonly clock: Clock
  readonly timer: SharedTimer
  readonly random: () => number
  /** How long (ms) an attempt of a model may take that does not say. */
  readonly timeout: number
  readonly retry: PlainRetryPolicy
  readonly retryable: ((error: ErrorData) => boolean) | undefined
}

/** One step of one run. */
export interface ModelRun {
  readonly wired: WiredStep
  readonly values: readonly HeldValue[]
  /** The same for all attempts. */
  readonly key: string
  readonly settings: ModelSettings
  /** Of the run: ends it. */
  readonly stopping: { onStop(stop: ModelStop): () => void }
  readonly onProgress?: (percent: number, message: string | undefined) => void
  readonly onRetry?: (attempt: number, error: unknown, delay: number) => void
}

/** Ends an attempt: the run was called off, or it takes too long. */
export type ModelStop = Stop<'canceled' | 'timed-out'>

/** How a step has ended. */
export type ModelEnd =
  | { readonly type: 'ran'; readonly outputs: readonly HeldValue[]; readonly attempts: number }
  | {
      readonly type: 'failed' | 'timed-out' | 'canceled'
      readonly error: unknown
      readonly attempts: number
    }

/** How one attempt has ended. */
type AttemptEnd =
  | { readonly type: 'ran'; readonly outputs: readonly HeldValue[] }
  | { readonly type: 'failed' | 'timed-out' | 'canceled'; readonly error: unknown }

/** Runs the model of a step, again where its policy says so; never rejects. What settles at once is told at once. */
export function runModel(run: ModelRun): ModelEnd | Promise<ModelEnd> {
  const end = attempt(run, 1)
  if (!isPromise(end) && end.type === 'ran') return { type: 'ran', outputs: end.outputs, attempts: 1 }
  return goOn(run, end)
}

async function goOn(run: ModelRun, first: AttemptEnd | Promise<AttemptEnd>): Promise<ModelEnd> {
  let end = await first
  for (let attempts = 1; ; attempts++) {
    if (end.type === 'ran') return { type: 'ran', outputs: end.outputs, attempts }
    const delay = end.type === 'canceled' ? undefined : delayOf(run, attempts, end.error)
    if (delay === undefined) return { type: end.type, error: end.error, attempts }
    run.onRetry?.(attempts, end.error, delay)
    const stopped = await pause(run, delay)
    if (stopped !== undefined) return { type: 'canceled', error: stopped, attempts }
    end = await attempt(run, attempts + 1)
  }
}

function attempt(run: ModelRun, count: number): AttemptEnd | Promise<AttemptEnd> {
  const { wired, values } = run
  const { model } = wired.step
  const stop: ModelStop = new Stop()
  const call = new StepCall(wired.step.name, count, stop, run.key, run.onProgress)
  try {
    const inputs = inputsOf(wired, values)
    const given = isPromise(inputs) ? inputs.then((made) => model.run(made, call)) : model.run(inputs, call)
    if (isPromise(given)) return awaited(run, stop, given)
    const outputs = outputsOf(wired, given)
    return isPromise(outputs) ? awaited(run, stop, given) : { type: 'ran', outputs }
  } catch (error) {
    return thrown(stop, error)
  }
}

async function awaited(run: ModelRun, stop: ModelStop, given: unknown): Promise<AttemptEnd> {
  const { wired, settings } = run
  const { name, model } = wired.step
  const timeout = model.timeout ?? settings.timeout
  const ending = (async (): Promise<AttemptEnd> => {
    try {
      return { type: 'ran', outputs: await outputsOf(wired, await given) }
    } catch (error) {
      return thrown(stop, error)
    }
  })()
  const end = run.stopping.onStop(stop)
  try {
    return await untilStopped<'canceled' | 'timed-out', AttemptEnd>(ending, {
      stop,
      clock: settings.clock,
      timer: settings.timer,
      timeout,
      tooLong: () => stop.abort('timed-out', tooLong(name, timeout)),
      isLeft: (reason) => reason === 'timed-out',
      stopped: () => stoppedBy(stop),
    })
  } finally {
    end()
  }
}

function thrown(stop: ModelStop, error: unknown): AttemptEnd {
  return stop.hasThrown(error) ? stoppedBy(stop) : { type: 'failed', error }
}

function stoppedBy({ reason, error }: ModelStop): AttemptEnd {
  return { type: reason ?? 'failed', error }
}

function delayOf({ wired, settings }: ModelRun, attempts: number, thrownError: unknown): number | undefined {
  const { model } = wired.step
  const policy = model.retry ?? settings.retry
  if (attempts >= (policy.attempts ?? Infinity)) return undefined
  const error = errorToData(thrownError)
  const isWorthIt = model.retry === undefined ? settings.retryable : model.retryable
  if (isWorthIt !== undefined && !isWorthIt(error)) return undefined
  return delayAfter(policy, attempts, error, settings.random)
}

/** @returns why it was called off meanwhile */
async function pause({ stopping, settings }: ModelRun, delay: number): Promise<Error | undefined> {
  const stop: ModelStop = new Stop()
  await new Promise<void>((resolve) => {
    const cancel = settings.clock.setTimer(() => {
      end()
      resolve()
    }, delay)
    stop.onAbort(() => {
      cancel()
      resolve()
    })
    const end = stopping.onStop(stop)
  })
  return stop.error
}

function tooLong(name: string, ms: number): UnitflowError<'timed-out'> {
  const message = `step '${name}' took longer than ${ms} ms: give its model a longer \`timeout\`, if it may`
  return new UnitflowError('timed-out', message, { milliseconds: ms })
}
