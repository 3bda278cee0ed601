import { UnitflowError } from '../errors/index.js'
import type { ElementUnit, UnitSpec } from './element-unit.js'
import { own } from './json-reading.js'

/**
 * The spec of a process that a unit must hold.
 *
 * @throws `unknown-process` with an empty `cacheKey`
 */
export function specOf({ processId: of, specs }: ElementUnit, processId: string): UnitSpec {
  const spec = own(specs, processId)
  if (spec !== undefined) return spec
  const message = `the unit of '${of}' does not hold process '${processId}'`
  throw new UnitflowError('unknown-process', message, { cacheKey: '', processId })
}
