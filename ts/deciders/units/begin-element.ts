import { armBoundaries, armCatching } from './catch-events.js'
import { doTask } from './do-task.js'
import { completeExecution } from './end-element.js'
import { takeData } from './element-data.js'
import { joinsAt, waitAtJoin } from './joins.js'
import { startLoop } from './loops.js'
import type { PlanNode } from './process-plan.js'
import { beyondLimit } from './run-errors.js'
import type { Execution, Place, Token } from './run-state.js'
import { release } from './scopes.js'
import { startCalled, startSubprocess } from './subprocesses.js'
import { throwEvent } from './throw-events.js'
import type { UnitData } from './unit-workflow.js'
import type { UnitEngine } from './unit-engine.js'
import { assertSupported } from './unsupported.js'

/** A token comes to an element. */
export function arrive(engine: UnitEngine, token: Token): void {
  const { scope, to, turn } = token
  const node = scope.plan.nodes[to]
  if (node === undefined) return
  if (turn !== undefined) {
    beginTurn(engine, token, node, turn)
    return
  }
  const data = joinsAt(node) ? waitAtJoin(engine, token, node) : token.data
  if (data !== undefined) begin(engine, token, node, data)
}

/** Begins an element. Its token was counted among what is live in its scope; now the element is. */
export function begin(
  engine: UnitEngine,
  { scope, fired, start }: Pick<Token, 'scope' | 'fired' | 'start'>,
  node: PlanNode,
  data: UnitData,
): void {
  countVisit(engine, { scope, node })
  assertSupported({ scope, node })
  const execution = newExecution({ scope, node, data, ...(start !== undefined && { start }) })
  if (fired === true && start === undefined) {
    completeExecution(engine, execution, data)
    return
  }
  armBoundaries(engine, execution)
  if (execution.isOver) return
  const taken = takeData(engine, execution)
  if (node.element.loop === undefined) doElement(engine, execution, taken)
  else startLoop(engine, execution, node.element.loop, taken)
}

/** Begins one turn of a loop, where the loop has not ended meanwhile. */
function beginTurn(
  engine: UnitEngine,
  { scope, data }: Token,
  node: PlanNode,
  turn: NonNullable<Token['turn']>,
): void {
  if (turn.loop.host.isOver) {
    release(engine, scope)
    return
  }
  const execution = newExecution({ scope, node, data, ...turn })
  turn.loop.open.add(execution)
  doElement(engine, execution, data)
}

function newExecution(
  begun: Pick<Execution, 'scope' | 'node' | 'data' | 'loop' | 'turn' | 'start'>,
): Execution {
  const execution: Execution = { ...begun, arms: new Set(), isOver: false }
  begun.scope.executions.add(execution)
  return execution
}

function doElement(engine: UnitEngine, execution: Execution, data: UnitData): void {
  switch (execution.node.element.type) {
    case 'task':
    case 'user-task':
    case 'manual-task':
    case 'script-task':
    case 'service-task':
    case 'business-rule-task':
    case 'send-task':
      doTask(engine, execution, data)
      return
    case 'subprocess':
    case 'transaction':
    case 'event-subprocess':
      startSubprocess(engine, execution, data)
      return
    case 'call-activity':
      startCalled(engine, execution, data)
      return
    case 'start-event':
    case 'intermediate-catch-event':
    case 'receive-task':
    case 'event-based-gateway':
      armCatching(engine, execution, data)
      return
    case 'end-event':
    case 'intermediate-throw-event':
      throwEvent(engine, execution, data)
      return
    case 'exclusive-gateway':
    case 'inclusive-gateway':
    case 'parallel-gateway':
      completeExecution(engine, execution, data)
      return
    // A token never comes to these: an activity leads to its boundary events, and collaborations are refused.
    case 'boundary-event':
    case 'participant':
    case 'other':
      return
  }
}

/** @throws `run-limit` for a loop without end */
function countVisit(engine: UnitEngine, place: Place): void {
  const { scope, node } = place
  const visits = engine.visits.get(scope) ?? new Map<number, number>()
  engine.visits.set(scope, visits)
  const count = (visits.get(node.at) ?? 0) + 1
  visits.set(node.at, count)
  const maximum = engine.rules.limits.visits
  if (count <= maximum) return
  const what = `was gone through ${maximum} times while nothing came from outside`
  throw beyondLimit(place, 'visits', maximum, what)
}
