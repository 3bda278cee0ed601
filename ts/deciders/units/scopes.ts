import { armHandler, disarm } from './catch-events.js'
import { cancelExecution, completeExecution } from './end-element.js'
import { resultOf } from './subprocesses.js'
import type { Scope } from './run-state.js'
import { merged, NO_DATA } from './unit-data.js'
import type { UnitData } from './unit-workflow.js'
import type { UnitEngine } from './unit-engine.js'

/** Begins a process, or what is embedded in an element: where no flow leads, and with its event subprocesses waiting. */
export function beginScope(engine: UnitEngine, scope: Scope, data: UnitData): void {
  const { nodes, handlers, starts } = scope.plan
  // A scope without anything in it ends; while it begins it does not.
  scope.live++
  for (const id of scope.plan.dataObjects) scope.objects.set(id, null)
  for (const at of handlers) {
    const handler = nodes[at]
    if (handler !== undefined) armHandler(engine, scope, handler, data)
  }
  const isPlain = (at: number): boolean => (nodes[at]?.element.event?.kind ?? 'none') === 'none'
  // Of several starts a plain one wins at once.
  const begun = starts.some(isPlain) ? starts.filter(isPlain) : starts
  const fired = scope.host?.start
  if (fired !== undefined) engine.send({ scope, to: fired, data, fired: true })
  else for (const to of begun) engine.send({ scope, to, data })
  release(engine, scope)
}

/** A branch has come to its end. */
export function endBranch(scope: Scope, data: UnitData): void {
  scope.result = scope.result === undefined ? data : merged(scope.result, data)
}

/** One thing less is under way in a scope; with the last one it ends. */
export function release(engine: UnitEngine, scope: Scope): void {
  scope.live--
  if (scope.live === 0 && !scope.isOver) endScope(engine, scope, scope.result ?? NO_DATA)
}

/** Ends a scope with these variables. What is still under way in it, where it is terminated, is called off. */
export function endScope(engine: UnitEngine, scope: Scope, data: UnitData): void {
  const { host } = scope
  closeScope(engine, scope)
  if (host === undefined) {
    engine.outcome ??= { type: 'completed', result: resultOf(engine, data) }
    return
  }
  delete host.inner
  completeExecution(engine, host, data)
}

/** Calls off all that is in a scope. What waits in it is forgotten, what runs is called off. */
export function closeScope(engine: UnitEngine, scope: Scope): void {
  if (scope.isOver) return
  scope.isOver = true
  for (const execution of [...scope.executions]) cancelExecution(engine, execution)
  for (const arm of [...scope.arms]) disarm(engine, arm)
  scope.joins.clear()
  engine.joining.delete(scope)
}
