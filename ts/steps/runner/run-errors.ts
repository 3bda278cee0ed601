import { UnitflowError } from '../../errors/index.js'
import { storableError } from '../../outcome/index.js'
import type { WiredStep } from './wiring.js'

/** Why a run was called off. */
export function canceledBy(signal: AbortSignal | undefined): UnitflowError<'canceled'> {
  // It may be anything, and nothing that can be read.
  const { message: shown } = storableError(signal?.reason)
  return new UnitflowError('canceled', `the run was canceled: ${shown}`, { reason: shown })
}

/** A step cannot run, for an input has no value. */
export function noSuchInput(
  { step, fields, inputNames }: WiredStep,
  at: number,
): UnitflowError<'no-such-state'> {
  const name = inputNames[at] ?? ''
  const message = `step '${step.name}': its input '${fields[at] ?? ''}' is the state '${name}', which has no value`
  return new UnitflowError('no-such-state', message, { name })
}

/** A run has given up. */
export function keepsChanging(workflow: string, rounds: number): UnitflowError<'state-keeps-changing'> {
  const message = `workflow '${workflow}': the state was changed under each of ${rounds} goes through it`
  return new UnitflowError('state-keeps-changing', message, { workflow, rounds })
}

/** A run ends because what it keeps its results in does not take them. */
export function storeFailed(): UnitflowError<'canceled'> {
  const reason = 'the state or the cache has failed'
  return new UnitflowError('canceled', `the run was canceled: ${reason}`, { reason })
}
