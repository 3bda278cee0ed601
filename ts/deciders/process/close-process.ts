import type { ProcessResult } from '../history/index.js'
import type { Step } from './step.js'

/**
 * Closes a process: what waits or runs in it is dropped, its timers die with it (D52), its children are treated as their
 * policies say (D50), and its parent is told (D49). Needs all that is open.
 */
export function closeProcess(step: Step, result: ProcessResult): void {
  step.append({ type: 'process-closed', result })
  step.change({ closed: { at: step.now, result }, decision: { status: 'none' } })
  for (const { id } of step.openActivities()) step.setActivity(id, undefined)
  for (const { id } of step.openTimers()) step.setTimer(id, undefined)
  for (const { id, childPolicy } of step.openChildren()) {
    step.setChild(id, undefined)
    const reason = `its parent ${step.state.id} has closed`
    if (childPolicy === 'terminate') step.tell({ type: 'terminate', process: id, reason })
    if (childPolicy === 'request-cancel') step.tell({ type: 'request-cancel', process: id, reason })
  }
  const { parent, workflow, tags } = step.state
  // Whoever goes on in its place will tell.
  if (parent === undefined || result.type === 'continued') return
  const { process, scheduled, child } = parent
  step.tell({ type: 'child-closed', process, scheduled, child, workflow, tags, result })
}
