import { UnitflowError } from '../../errors/index.js'
import { disarm } from './catch-events.js'
import { giveData } from './element-data.js'
import { evaluateIn, isTrue, SHOWN } from './evaluate-expression.js'
import { turnEnded } from './loops.js'
import type { PlanFlow, PlanNode } from './process-plan.js'
import { messageOf, placeOf } from './run-errors.js'
import type { CalledProcess, Execution, Place, Scope } from './run-state.js'
import { closeScope, endBranch, release } from './scopes.js'
import type { UnitData } from './unit-workflow.js'
import type { UnitEngine } from './unit-engine.js'

/** An element is complete, with these variables: what follows it begins. */
export function completeExecution(
  engine: UnitEngine,
  execution: Execution,
  data: UnitData,
  /** What it throws: it is complete by then, and what follows it has not begun. */
  before?: (given: UnitData) => void,
): void {
  const { scope, node, loop } = execution
  if (execution.isOver) return
  // What stands at a loop is the loop's, and not that of each turn.
  const given = loop === undefined ? giveData(engine, execution, data) : data
  const flows = loop === undefined ? flowsTaken(engine, execution, given) : []
  tellCompleted(engine, execution)
  before?.(given)
  // What it has thrown may have ended it, or the run.
  if (!scope.executions.has(execution) || engine.outcome !== undefined) return
  endExecution(engine, execution)
  if (loop === undefined) leave(engine, scope, node, flows, given)
  else turnEnded(engine, execution, loop, given)
  release(engine, scope)
}

/** Of the events behind a gateway one has come: the gateway is complete, and so is that event. */
export function completeGateway(
  engine: UnitEngine,
  execution: Execution,
  event: PlanNode,
  data: UnitData,
): void {
  const { scope, node } = execution
  tellCompleted(engine, execution)
  endExecution(engine, execution)
  engine.send({ scope, to: event.at, from: node.at, data, fired: true })
  release(engine, scope)
}

function tellCompleted(engine: UnitEngine, { scope, node, loop, called }: Execution): void {
  engine.completed.push({
    plan: scope.plan,
    node,
    isTurn: loop !== undefined,
    ...(called !== undefined && { called }),
  })
}

function endExecution(engine: UnitEngine, execution: Execution): void {
  execution.isOver = true
  execution.scope.executions.delete(execution)
  for (const arm of [...execution.arms]) disarm(engine, arm)
}

/** Calls off an element, and all that runs for it; nothing follows it. */
export function cancelExecution(engine: UnitEngine, execution: Execution): void {
  if (execution.isOver) return
  endExecution(engine, execution)
  const { activity, child, inner, turns, loop, scope } = execution
  if (activity !== undefined) {
    engine.activities.delete(activity.id)
    const isIt = (command: { readonly execution?: Execution }): boolean => command.execution === execution
    if (!engine.terms.ended.has(activity.id) && !engine.unsay(isIt)) {
      engine.command({ type: 'cancel-activity', id: activity.id })
    }
  }
  if (child !== undefined) callOffChild(engine, execution, child)
  if (inner !== undefined) closeScope(engine, inner)
  if (turns !== undefined) for (const turn of [...turns.open]) cancelExecution(engine, turn)
  loop?.open.delete(execution)
  release(engine, scope)
}

function callOffChild(engine: UnitEngine, execution: Execution, child: CalledProcess): void {
  if (child.scheduled === undefined) {
    engine.unsay((command) => command.execution === execution)
    return
  }
  engine.children.delete(child.scheduled)
  if (child.process === undefined) return
  engine.command({
    type: 'request-cancel-process',
    process: child.process,
    reason: 'its caller called it off',
  })
}

/** Sends tokens along flows; where there is none, the branch has come to its end. */
function leave(
  engine: UnitEngine,
  scope: Scope,
  node: PlanNode,
  flows: readonly PlanFlow[],
  data: UnitData,
): void {
  for (const { to } of flows) engine.send({ scope, to, from: node.at, data })
  if (flows.length === 0) endBranch(scope, data)
}

/** @throws `no-branch`, `bad-expression` */
function flowsTaken(engine: UnitEngine, place: Place, data: UnitData): readonly PlanFlow[] {
  const { flows, element } = place.node
  const isOne = element.type === 'exclusive-gateway'
  const isConditional = flows.some(({ condition }) => condition !== undefined)
  if (!isConditional && !(isOne && flows.length > 1)) return flows
  const open: PlanFlow[] = []
  for (const flow of flows) {
    if (flow.condition === undefined) continue
    if (!isTrue(evaluateIn(engine.rules, place, flow.condition, data))) continue
    open.push(flow)
    if (isOne) break
  }
  const isGateway = isOne || element.type === 'inclusive-gateway'
  const others = flows.filter(({ condition }) => condition === undefined)
  // Of an activity, a flow without a condition is always open; of a gateway, where no other is.
  if (!isGateway) return [...others, ...open]
  if (open.length > 0) return open
  const otherwise = isOne ? others.filter((flow) => flow.default ?? others.length === 1).slice(0, 1) : others
  if (otherwise.length > 0) return otherwise
  const expressions = flows.flatMap(({ condition }) => condition?.slice(0, SHOWN) ?? [])
  const problem = `none of its conditions holds, and there is no default: ${expressions.join('; ')}`
  throw new UnitflowError('no-branch', messageOf(place, problem), { ...placeOf(place), expressions })
}
