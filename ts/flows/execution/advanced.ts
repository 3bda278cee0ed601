import type { Execution } from './execution.js'
import type { FlowEvent } from './flow-event.js'

/** An execution that runs, after more of its tasks: as `taskCompleted` has made it. */
export function advanced(execution: Execution, events: readonly FlowEvent[]): Execution {
  let { task, next, attempt, lost, begun, step, at } = execution
  const values = [...execution.values]
  for (const event of events) {
    // A record begins with what was pending.
    if (event.step <= execution.step) continue
    if (event.type === 'task-completed') {
      values.push(event.step)
      next++
      lost = 0
    }
    if (event.type === 'task-started') {
      task = event.task
      attempt = event.attempt
      begun = event.at
    }
    step = event.step
    at = event.at
  }
  return { ...execution, task, next, attempt, lost, begun, step, at, values, pending: [] }
}
