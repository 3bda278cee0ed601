import { UnitflowError } from '../../errors/index.js'
import type { DescribedEvent } from '../../units/reading.js'
import type { Value } from '../../values/index.js'
import { completeExecution, completeGateway, cancelExecution } from './end-element.js'
import { evaluateIn, SHOWN } from './evaluate-expression.js'
import type { PlanNode } from './process-plan.js'
import { eventsOf } from './process-plan.js'
import { messageOf, placeOf, unsupportedElement } from './run-errors.js'
import type { Arm, ArmTimer, Command, Execution, Scope } from './run-state.js'
import { timerPlan } from './timer-plan.js'
import { isData, withVariable } from './unit-data.js'
import type { UnitData } from './unit-workflow.js'
import type { UnitEngine } from './unit-engine.js'
import { assertSupported } from './unsupported.js'

/** An event that waits, or a gateway that waits for the first of those behind it. */
export function armCatching(engine: UnitEngine, execution: Execution, data: UnitData): void {
  const { scope, node } = execution
  if (node.element.type === 'event-based-gateway') {
    for (const { to } of node.flows) {
      const event = scope.plan.nodes[to]
      if (event?.element.event !== undefined && !execution.isOver)
        arm(engine, { role: 'gateway', node: event, scope, execution, data })
    }
    if (execution.arms.size === 0 && scope.executions.has(execution))
      throw unsupportedElement(execution, NO_EVENT_BEHIND)
    return
  }
  const { event } = node.element
  if (event === undefined || event.kind === 'none') completeExecution(engine, execution, data)
  else arm(engine, { role: 'catch', node, scope, execution, data })
}

/** @see checkUnits, which tells it before */
export const NO_EVENT_BEHIND = 'no event follows it, so that it would wait for ever'

/** The events on the edge of an activity wait as long as it is under way. */
export function armBoundaries(engine: UnitEngine, execution: Execution): void {
  const { scope, node, data } = execution
  for (const at of node.boundaries) {
    const event = scope.plan.nodes[at]
    if (event === undefined || execution.isOver) continue
    arm(engine, { role: 'boundary', node: event, scope, execution, data })
  }
}

/** An event subprocess waits for its event; one that waits for none begins with what it stands in. */
export function armHandler(engine: UnitEngine, scope: Scope, handler: PlanNode, data: UnitData): void {
  const plan = engine.rules.plan(handler.element.embeds ?? '')
  const starts = (plan?.starts ?? []).flatMap((at) => plan?.nodes[at] ?? [])
  const isPlain = ({ element }: PlanNode): boolean => (element.event?.kind ?? 'none') === 'none'
  if (starts.length === 0 || starts.some(isPlain)) {
    engine.send({ scope, to: handler.at, data })
    return
  }
  for (const start of starts) arm(engine, { role: 'handler', node: start, scope, handler, data })
}

type Armed = Pick<Arm, 'role' | 'node' | 'scope' | 'execution' | 'handler' | 'data'>

function arm(engine: UnitEngine, armed: Armed): void {
  assertSupported(armed)
  const { node, scope, execution } = armed
  const events = eventsOf(node.element.event)
  const made: Arm = { ...armed, events, timers: new Map() }
  engine.arms.add(made)
  const around = execution?.arms ?? scope.arms
  around.add(made)
  for (const event of events) if (event.kind === 'timer') startTimer(engine, made, event)
  for (const event of events) {
    const early = engine.early.findIndex(({ name }) => event.kind === 'message' && event.name === name)
    const [message] = early === -1 ? [] : engine.early.splice(early, 1)
    if (message !== undefined && engine.arms.has(made)) fire(engine, made, message.payload, event)
  }
}

function startTimer(engine: UnitEngine, made: Arm, event: DescribedEvent): void {
  const { expression = '', timer } = event
  const value = evaluateIn(engine.rules, made, expression, made.data)
  const plan = timerPlan(timer, value, engine.terms.now)
  if (plan === undefined) {
    const expected = `an ISO 8601 ${timer ?? 'duration, date or cycle'}`
    const shown = expression.slice(0, SHOWN)
    const fields = { expression: shown, column: 1, expected, ...placeOf(made) }
    throw new UnitflowError('bad-expression', messageOf(made, `${shown}: expected ${expected}`), fields)
  }
  const { at, every, times = every === undefined ? 1 : Infinity } = plan
  // A cycle that is to happen no time at all never does.
  if (times === 0) return
  setTimer(engine, made, { event, times, ...(every !== undefined && { every }) }, at - engine.terms.now)
}

function setTimer(engine: UnitEngine, made: Arm, timer: ArmTimer, delay: number): void {
  const id = engine.newId()
  made.timers.set(id, timer)
  engine.timers.set(id, made)
  engine.command({ type: 'start-timer', id, delay: Math.max(0, delay), data: placeOf(made) })
}

/** A timer is due. */
export function timerFired(engine: UnitEngine, id: string): void {
  const made = engine.timers.get(id)
  const timer = made?.timers.get(id)
  if (made === undefined || timer === undefined) return
  engine.timers.delete(id)
  made.timers.delete(id)
  fire(engine, made, undefined, timer.event)
  // What interrupts nothing may happen again: a timer as often as its cycle says.
  if (!engine.arms.has(made)) return
  const { every, times } = timer
  if (every !== undefined && times > 1) setTimer(engine, made, { ...timer, times: times - 1 }, every)
  else if (made.timers.size === 0 && made.events.every(({ kind }) => kind === 'timer')) disarm(engine, made)
}

/** It is not waited for any more. */
export function disarm(engine: UnitEngine, made: Arm): void {
  if (!engine.arms.delete(made)) return
  made.execution?.arms.delete(made)
  made.scope.arms.delete(made)
  for (const id of made.timers.keys()) {
    engine.timers.delete(id)
    const isIt = ({ decision }: Command): boolean => decision.type === 'start-timer' && decision.id === id
    if (!engine.terms.ended.has(id) && !engine.unsay(isIt)) engine.command({ type: 'cancel-timer', id })
  }
  made.timers.clear()
}

/** What was waited for has come. */
export function fire(engine: UnitEngine, made: Arm, payload: Value, event?: DescribedEvent): void {
  const { role, node, scope, execution, handler } = made
  const data = withPayload(made.data, event, payload)
  switch (role) {
    case 'catch':
      if (execution === undefined) return
      // Of several starts of a process, the first that something comes for.
      if (node.element.type === 'start-event') callOffOtherStarts(engine, execution)
      completeExecution(engine, execution, data)
      return
    case 'gateway':
      if (execution !== undefined) completeGateway(engine, execution, node, data)
      return
    case 'boundary': {
      // Its token first: while it is on its way, what it stands in does not end.
      engine.send({ scope, to: node.at, data, fired: true })
      const isInterrupting = node.element.interrupting ?? true
      if (isInterrupting && execution !== undefined) cancelExecution(engine, execution)
      return
    }
    case 'handler':
      if (handler !== undefined) engine.send({ scope, to: handler.at, data, fired: true, start: node.at })
  }
}

function callOffOtherStarts(engine: UnitEngine, execution: Execution): void {
  for (const other of [...execution.scope.executions]) {
    if (other !== execution && other.node.element.type === 'start-event') cancelExecution(engine, other)
  }
}

/** What an event carries is set under the name that its catcher says, or each of its variables under its own. */
function withPayload(data: UnitData, event: DescribedEvent | undefined, payload: Value): UnitData {
  if (event?.variable !== undefined) return withVariable(data, event.variable, payload)
  return isData(payload) ? { ...data, ...payload } : data
}
