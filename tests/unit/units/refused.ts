import { isUnitflowError } from 'unitflow'
import type { AnyUnitflowError } from 'unitflow'

/** The typed error of work that must be refused; anything else it throws goes on. */
export async function refused(work: Promise<unknown> | (() => unknown)): Promise<AnyUnitflowError> {
  const error = await outcome(work)
  if (isUnitflowError(error)) return error
  throw new Error(`expected a refusal, got ${String(error)}`, { cause: error })
}

/** What work gives, or the typed error that it throws; any other error goes on. */
export async function outcome(work: Promise<unknown> | (() => unknown)): Promise<unknown> {
  try {
    return await (typeof work === 'function' ? work() : work)
  } catch (error) {
    if (isUnitflowError(error)) return error
    throw error
  }
}
