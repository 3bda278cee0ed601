import type { ActiveElement } from '../../units/reading.js'
import type { HistoryEvent } from '../history/index.js'
import type { Execution, Scope } from './run-state.js'
import type { UnitRun } from './unit-run.js'
import type { CompletedUnitElement } from './unit-workflow.js'

/** A run gone through again, and the processes that it has called, by the `seq` of the decisions. */
export interface ReplayedRun {
  readonly run: UnitRun
  readonly called: ReadonlyMap<number, string>
}

/** Goes through the history of a process; nothing where there is none any more. */
export type Replay = (process: string) => Promise<ReplayedRun | undefined>

/** The processes that the history says were called, by the `seq` of the decisions. */
export function calledIn(events: readonly HistoryEvent[]): ReadonlyMap<number, string> {
  const called = new Map<number, string>()
  for (const event of events) {
    if (event.type === 'decision' && event.decision.type === 'start-child-process') {
      called.set(event.seq, event.decision.id)
    }
    // One that went on as a new process is that one now.
    if (event.type === 'child-process' && event.result.type === 'continued') {
      called.set(event.scheduled, event.result.process)
    }
  }
  return called
}

/** The elements that a run has completed, in order: those of a process that it called before the call itself (U37). */
export async function completedElements(
  replay: Replay,
  process: string,
): Promise<readonly CompletedUnitElement[]> {
  const replayed = await replay(process)
  if (replayed === undefined) return []
  const { run, called } = replayed
  const open = new Map(called)
  const completed: CompletedUnitElement[] = []
  for (const one of run.engine.completed) {
    const child = one.called === undefined ? undefined : open.get(one.called)
    if (one.called !== undefined && child !== undefined) {
      completed.push(...(await completedElements(replay, child)))
      open.delete(one.called)
    }
    const { id, name } = one.node.element
    completed.push({
      process: one.plan.processId,
      element: id,
      ...(name !== undefined && { name }),
      ...(one.isTurn && { turn: true as const }),
    })
  }
  // Calls that go on, or were called off.
  for (const child of open.values()) completed.push(...(await completedElements(replay, child)))
  return completed
}

/** The elements that a run is at, as `readElementUnit` takes them; each once. */
export async function activeElements(replay: Replay, process: string): Promise<readonly ActiveElement[]> {
  const { run } = (await replay(process)) ?? {}
  if (run === undefined || run.engine.outcome !== undefined) return []
  const top = run.engine.top.plan.processId
  const found = new Map<string, ActiveElement>()
  const add = (processId: string, elementId: string): void => {
    const element = processId === top ? elementId : { processId, elementId }
    found.set(JSON.stringify([processId, elementId]), element)
  }
  for (const { scope, node, child } of openExecutions(run.engine.top)) {
    if (child === undefined) {
      add(scope.plan.processId, node.element.id)
      continue
    }
    const within = child.process === undefined ? [] : await activeElements(replay, child.process)
    // One that has not been decided on stands at itself: a process id is an element of its process.
    if (within.length === 0) add(child.processId, child.processId)
    for (const element of within) {
      if (typeof element === 'string') add(child.processId, element)
      else add(element.processId, element.elementId)
    }
  }
  return [...found.values()]
}

/** What is under way, without what only waits for something inside it. */
export function* openExecutions(scope: Scope): Generator<Execution> {
  for (const execution of scope.executions) {
    if (execution.inner !== undefined) yield* openExecutions(execution.inner)
    else if (execution.turns === undefined) yield execution
  }
}
