import type { Clock } from '../../clock/index.js'
import type { ErrorData } from '../../errors/index.js'
import { UnitflowError } from '../../errors/index.js'
import { storableError } from '../../outcome/index.js'
import type { PlainRetryPolicy } from '../../retry/index.js'
import { delayAfter } from '../../retry/index.js'
import { Stop, untilStopped } from '../../stop/index.js'
import type { ResultKey } from '../cache/index.js'
import type { HeldValue } from '../values/index.js'
import { isPromise } from '../../promises/index.js'
import { inputsOf, outputsOf } from './model-values.js'
import type { ModelStop } from './step-call.js'
import type { StepListener } from './step-event.js'
import { tell } from './step-event.js'
import { StepCall } from './step-call.js'
import type { WiredStep } from './wiring.js'

/** What all steps of a run are run with. */
export interface ModelSettings {
  readonly clock: Clock
  readonly random: () => number
  /** How long (ms) an attempt of a model may take that does not say. */
  readonly timeout: number
  readonly retry: PlainRetryPolicy
  readonly retryable: ((error: ErrorData) => boolean) | undefined
}

/** The run that steps are of. */
export interface ModelHost {
  readonly settings: ModelSettings
  /** Ends what is under way when it is called off. */
  readonly stopping: { onStop(stop: ModelStop): () => void }
  readonly onEvent: StepListener | undefined
}

/** One step of it. */
interface ModelRun extends ModelHost {
  readonly wired: WiredStep
  /** The same for all attempts. */
  readonly key: ResultKey
  readonly values: readonly HeldValue[]
}

/** How a step has ended. */
export type ModelEnd =
  | { readonly type: 'ran'; readonly outputs: readonly HeldValue[]; readonly attempts: number }
  | {
      readonly type: 'failed' | 'timed-out' | 'canceled'
      readonly error: unknown
      readonly attempts: number
    }

/** Runs the model of a step, again where its policy says so; never rejects. What settles at once is told at once. */
export function runModel(
  host: ModelHost,
  wired: WiredStep,
  key: ResultKey,
  values: readonly HeldValue[],
): ModelEnd | Promise<ModelEnd> {
  const end = attempt(host, wired, key, values, 1)
  return !isPromise(end) && end.type === 'ran' ? end : goOn({ ...host, wired, key, values }, end)
}

async function goOn(run: ModelRun, first: ModelEnd | Promise<ModelEnd>): Promise<ModelEnd> {
  for (let end = await first; ;) {
    if (end.type === 'ran' || end.type === 'canceled') return end
    const { attempts, error } = end
    const delay = delayOf(run, attempts, error)
    if (delay === undefined) return end
    tellRetry(run, attempts, error, delay)
    const stopped = await pause(run, delay)
    if (stopped !== undefined) return { type: 'canceled', error: stopped, attempts }
    end = await attempt(run, run.wired, run.key, run.values, attempts + 1)
  }
}

function attempt(
  host: ModelHost,
  wired: WiredStep,
  key: ResultKey,
  values: readonly HeldValue[],
  attempts: number,
): ModelEnd | Promise<ModelEnd> {
  const { name, model } = wired.step
  const call = new StepCall(name, attempts, key, host.onEvent)
  try {
    const inputs = inputsOf(wired, values)
    const given = isPromise(inputs) ? inputs.then((made) => model.run(made, call)) : model.run(inputs, call)
    const outputs = isPromise(given)
      ? Promise.resolve(given).then((there) => outputsOf(wired, there))
      : outputsOf(wired, given)
    return isPromise(outputs) ? awaited(host, wired, call, outputs) : { type: 'ran', outputs, attempts }
  } catch (error) {
    return thrown(call, error)
  }
}

async function awaited(
  { settings, stopping }: ModelHost,
  { step: { name, model } }: WiredStep,
  call: StepCall,
  outputs: Promise<readonly HeldValue[]>,
): Promise<ModelEnd> {
  const { stop, attempt: attempts } = call
  const timeout = model.timeout ?? settings.timeout
  const ending = outputs.then<ModelEnd, ModelEnd>(
    (given) => ({ type: 'ran', outputs: given, attempts }),
    (error: unknown) => thrown(call, error),
  )
  const end = stopping.onStop(stop)
  try {
    return await untilStopped<'canceled' | 'timed-out', ModelEnd>(ending, {
      stop,
      clock: settings.clock,
      timeout,
      tooLong: () => stop.abort('timed-out', tooLong(name, timeout)),
      isLeft: (reason) => reason === 'timed-out',
      stopped: () => stoppedBy(call),
    })
  } finally {
    end()
  }
}

function thrown(call: StepCall, error: unknown): ModelEnd {
  return call.stop.hasThrown(error) ? stoppedBy(call) : { type: 'failed', error, attempts: call.attempt }
}

function stoppedBy({ stop, attempt: attempts }: StepCall): ModelEnd {
  return { type: stop.reason ?? 'failed', error: stop.error, attempts }
}

function delayOf({ wired, settings }: ModelRun, attempts: number, thrownError: unknown): number | undefined {
  const { model } = wired.step
  const policy = model.retry ?? settings.retry
  if (attempts >= (policy.attempts ?? Infinity)) return undefined
  const error = storableError(thrownError)
  const isWorthIt = model.retry === undefined ? settings.retryable : model.retryable
  try {
    if (isWorthIt !== undefined && !isWorthIt(error)) return undefined
  } catch {
    // A function of the user's that is to say whether another attempt is worth it: the step has failed all the same.
    return undefined
  }
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

function tellRetry({ wired, onEvent }: ModelRun, attempt: number, thrownError: unknown, delay: number): void {
  if (onEvent === undefined) return
  const error = storableError(thrownError)
  tell(onEvent, { type: 'step-retrying', step: wired.step.name, attempt, error, delay })
}

function tooLong(name: string, ms: number): UnitflowError<'timed-out'> {
  const message = `step '${name}' took longer than ${ms} ms: give its model a longer \`timeout\`, if it may`
  return new UnitflowError('timed-out', message, { milliseconds: ms })
}
