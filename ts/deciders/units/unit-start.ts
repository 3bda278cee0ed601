import { UnitflowError } from '../../errors/index.js'
import type { Value } from '../../values/index.js'
import { unsupportedElement } from './run-errors.js'
import { isData } from './unit-data.js'
import type { UnitStart } from './unit-workflow.js'

/**
 * What the history of a process says that it was started with.
 *
 * @throws `bad-history` where that is no start of a unit
 */
export function unitStart(process: string, input: unknown): UnitStart {
  if (isData(input)) {
    const { processId, version, data, depth } = input
    if (
      typeof processId === 'string' &&
      typeof version === 'string' &&
      typeof depth === 'number' &&
      isData(data)
    ) {
      return { processId, version, data, depth, ...callerOf(input['caller']) }
    }
  }
  const expected = 'the start of a unit'
  const message = `history of process '${process}': expected ${expected}: it was started by another workflow of this name`
  throw new UnitflowError('bad-history', message, { process, seq: 1, expected })
}

function callerOf(caller: Value): Pick<UnitStart, 'caller'> {
  if (!isData(caller)) return {}
  const { process, element, name } = caller
  if (typeof process !== 'string' || typeof element !== 'string') return {}
  return { caller: { process, element, ...(typeof name === 'string' && { name }) } }
}

/** Why a process that its version does not hold fails: of one that was called, by which element. */
export function notHeld(
  error: UnitflowError<'unknown-process'>,
  caller: UnitStart['caller'],
): UnitflowError<'unknown-process' | 'unsupported-element'> {
  if (caller === undefined) return error
  const problem = `it calls ${JSON.stringify(error.fields.processId)}, which the workflow does not hold`
  return unsupportedElement(caller, problem)
}
