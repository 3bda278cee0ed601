import type { MadeDecision } from '../history/index.js'
import type { ActivityType, Types, WorkflowType } from '../process/index.js'
import type { Needed } from './loaded-process.js'
import type { ProcessRecords } from './process-records.js'

/** What is open that decisions are judged by: all of it, where the process is to be closed. */
export function neededBy(decisions: readonly MadeDecision[]): Needed | 'all' {
  const needed = { activities: [] as string[], timers: [] as string[], children: [] as string[] }
  for (const decision of decisions) {
    switch (decision.type) {
      case 'schedule-activity':
      case 'cancel-activity':
        if (decision.id !== undefined) needed.activities.push(decision.id)
        break
      case 'start-timer':
      case 'cancel-timer':
        if (decision.id !== undefined) needed.timers.push(decision.id)
        break
      case 'start-child-process':
        if (decision.id !== undefined) needed.children.push(decision.id)
        break
      case 'complete-process':
      case 'fail-process':
      case 'cancel-process':
      case 'continue-as-new':
        return 'all'
      case 'record-marker':
      case 'signal-process':
      case 'request-cancel-process':
    }
  }
  return needed
}

export async function typesOf(processes: ProcessRecords, decisions: readonly MadeDecision[]): Promise<Types> {
  const activities = new Map<string, ActivityType>()
  const workflows = new Map<string, WorkflowType>()
  for (const decision of decisions) {
    if (decision.type === 'schedule-activity' && !activities.has(decision.activity)) {
      const type = await processes.activityType(decision.activity)
      if (type !== undefined) activities.set(type.name, type)
    } else if (decision.type === 'start-child-process' && !workflows.has(decision.workflow)) {
      const type = await processes.workflowType(decision.workflow)
      if (type !== undefined) workflows.set(type.name, type)
    }
  }
  return { activities, workflows }
}

export async function takenOf(
  processes: ProcessRecords,
  decisions: readonly MadeDecision[],
): Promise<Set<string>> {
  const taken = new Set<string>()
  for (const decision of decisions) {
    if (decision.type !== 'start-child-process' || decision.id === undefined) continue
    if ((await processes.find(decision.id)) !== undefined) taken.add(decision.id)
  }
  return taken
}
