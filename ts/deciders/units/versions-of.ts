import type { Manager } from '../manager/index.js'
import { allProcesses } from '../manager/for-all-processes.js'
import { unitStart } from './unit-start.js'
import type { UnitWorkflow } from './unit-workflow.js'

/**
 * The versions of cached workflows that runs are on, for `prune(store, { held })` (U38): of all that are open, and of those that
 * have failed or timed out, since they can be tried again. Ask each backend whose processes are runs of units in the store.
 *
 * @param workflows whose processes are looked at
 * @throws (by rejecting) what the backend throws
 */
export async function versionsOf(
  { backend }: Pick<Manager, 'backend'>,
  workflows: readonly Pick<UnitWorkflow, 'name'>[],
): Promise<readonly string[]> {
  const versions = new Set<string>()
  for (const { name: workflow } of workflows) {
    for await (const { id, parent, closed } of allProcesses(backend, { workflow })) {
      // What was called is on the version of its caller.
      if (parent !== undefined || closed?.result.type === 'completed' || closed?.result.type === 'canceled')
        continue
      const [started] = await backend.history(id, { after: 0, limit: 1 })
      if (started?.type === 'process-started') versions.add(unitStart(id, started.input).version)
    }
  }
  return [...versions].sort()
}
