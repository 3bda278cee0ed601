import { UnitflowError } from '../../errors/index.js'
import type { Execution } from './run-state.js'

/** What is wrong with what an element takes, does or gives; nothing in the process is there for that. */
export function elementFailed(
  { scope, node }: Pick<Execution, 'scope' | 'node'>,
  reason: string,
  codes?: readonly string[],
): UnitflowError<'element-failed'> {
  const [process, element] = [scope.plan.processId, node.element.id]
  return new UnitflowError('element-failed', `${element} in ${process}: ${reason}`, {
    process,
    element,
    reason,
    ...(codes !== undefined && { codes }),
  })
}
