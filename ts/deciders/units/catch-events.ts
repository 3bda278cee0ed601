import { UnitflowError } from '../../errors/index.js'
import type { DescribedEvent } from '../../units/reading.js'
import type { Value } from '../../values/index.js'
import { completeExecution, completeGateway, cancelExecution } from './end-element.js'
import { evaluateIn, SHOWN } from './evaluate-expression.js'
import { timerPlan } from './iso-time.js'
import type { PlanNode } from './process-plan.js'
import type { Arm, Execution, Scope } from './run-state.js'
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
    if (execution.arms.size === 0 && scope.executions.has(execution)) throw noEventBehind(execution)
    return
  }
  const { event } = node.element
  if (event === undefined || event.kind === 'none') completeExecution(engine, execution, data)
  else arm(engine, { role: 'catch', node, scope, execution, data })
}

/** @see checkUnits, which tells it before */
export const NO_EVENT_BEHIND = 'no event follows it, so that it would wait for ever'

function noEventBehind({ scope, node }: Execution): UnitflowError<'unsupported-element'> {
  const [process, element] = [scope.plan.processId, node.element.id]
  const problem = NO_EVENT_BEHIND
  return new UnitflowError('unsupported-element', `${element} in ${process}: ${problem}`, {
    process,
    element,
    problem,
  })
}

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
  const { node, scope, execution } = armed
  assertSupported(scope, node)
  const events = eventsOf(node.element.event)
  const made: Arm = { ...armed, events }
  engine.arms.add(made)
  const around = execution?.arms ?? scope.arms
  around.add(made)
  const timer = events.find(({ kind }) => kind === 'timer')
  if (timer !== undefined) startTimer(engine, made, timer)
  for (const event of events) {
    const early = engine.early.findIndex(({ name }) => event.kind === 'message' && event.name === name)
    const [message] = early === -1 ? [] : engine.early.splice(early, 1)
    if (message !== undefined && engine.arms.has(made)) fire(engine, made, message.payload, event)
  }
}

function eventsOf(event: DescribedEvent | undefined): readonly DescribedEvent[] {
  if (event === undefined) return []
  return event.kind === 'multiple' ? (event.events ?? []).flatMap(eventsOf) : [event]
}

function startTimer(engine: UnitEngine, made: Arm, { expression = '', timer }: DescribedEvent): void {
  const { scope, node, data } = made
  const value = evaluateIn(engine.rules, scope, node, expression, data)
  const plan = timerPlan(timer, value, engine.terms.now)
  if (plan === undefined) {
    const [process, element] = [scope.plan.processId, node.element.id]
    const expected = `an ISO 8601 ${timer ?? 'duration, date or cycle'}`
    const shown = expression.slice(0, SHOWN)
    throw new UnitflowError('bad-expression', `${element} in ${process}: ${shown}: expected ${expected}`, {
      expression: shown,
      column: 1,
      expected,
      process,
      element,
    })
  }
  if (plan.every !== undefined) made.again = { every: plan.every, times: plan.times ?? Infinity }
  // A cycle that is to happen no time at all never does.
  if (plan.times !== 0) setTimer(engine, made, plan.at - engine.terms.now)
}

function setTimer(engine: UnitEngine, made: Arm, delay: number): void {
  const id = engine.newId()
  made.timer = id
  engine.timers.set(id, made)
  const data = { process: made.scope.plan.processId, element: made.node.element.id }
  engine.command({ type: 'start-timer', id, delay: Math.max(0, delay), data })
}

/** A timer is due. */
export function timerFired(engine: UnitEngine, id: string): void {
  const made = engine.timers.get(id)
  if (made === undefined) return
  engine.timers.delete(id)
  delete made.timer
  const timer = made.events.find(({ kind }) => kind === 'timer')
  fire(engine, made, undefined, timer)
}

/** It is not waited for any more. */
export function disarm(engine: UnitEngine, made: Arm): void {
  if (!engine.arms.delete(made)) return
  made.execution?.arms.delete(made)
  made.scope.arms.delete(made)
  const { timer } = made
  if (timer === undefined) return
  engine.timers.delete(timer)
  delete made.timer
  const isIt = ({ decision }: { readonly decision: { readonly type: string } }): boolean =>
    decision.type === 'start-timer' && 'id' in decision && decision.id === timer
  if (!engine.terms.ended.has(timer) && !engine.unsay(isIt))
    engine.command({ type: 'cancel-timer', id: timer })
}

/** What was waited for has come. */
export function fire(engine: UnitEngine, made: Arm, payload: unknown, event?: DescribedEvent): void {
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
      else waitAgain(engine, made, event)
      return
    }
    case 'handler':
      if (handler !== undefined) engine.send({ scope, to: handler.at, data, fired: true, start: node.at })
      waitAgain(engine, made, event)
  }
}

function callOffOtherStarts(engine: UnitEngine, execution: Execution): void {
  for (const other of [...execution.scope.executions]) {
    if (other !== execution && other.node.element.type === 'start-event') cancelExecution(engine, other)
  }
}

/** What interrupts nothing may happen again: a message as often as it comes, a timer as often as its cycle says. */
function waitAgain(engine: UnitEngine, made: Arm, event: DescribedEvent | undefined): void {
  if (event?.kind !== 'timer') return
  const { again } = made
  if (again !== undefined && again.times > 1) {
    again.times--
    setTimer(engine, made, again.every)
  } else if (made.events.length === 1) {
    disarm(engine, made)
  }
}

/** What an event carries is set under the name that its catcher says, or each of its variables under its own. */
function withPayload(data: UnitData, event: DescribedEvent | undefined, payload: unknown): UnitData {
  if (event?.variable !== undefined) return withVariable(data, event.variable, payload as Value)
  return isData(payload) ? { ...data, ...payload } : data
}
