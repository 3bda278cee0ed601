import type { DescribedEvent } from '../../units/reading.js'
import type { Value } from '../../values/index.js'
import { fire } from './catch-events.js'
import { completeExecution } from './end-element.js'
import { valueIn } from './evaluate-expression.js'
import { eventsOf } from './process-plan.js'
import { catcherAmong, catcherOf, raiseError } from './raise-error.js'
import { elementFailed } from './run-errors.js'
import type { Execution } from './run-state.js'
import { endScope } from './scopes.js'
import { assertFits, isData } from './unit-data.js'
import type { UnitData } from './unit-workflow.js'
import type { UnitEngine } from './unit-engine.js'

/** An event that is thrown, and what follows it. */
export function throwEvent(engine: UnitEngine, execution: Execution, data: UnitData): void {
  const events = eventsOf(execution.node.element.event)
  completeExecution(engine, execution, data, (given) => {
    for (const one of events) if (!execution.isOver) throwOne(engine, execution, one, data, given)
  })
}

function throwOne(
  engine: UnitEngine,
  execution: Execution,
  event: DescribedEvent,
  data: UnitData,
  given: UnitData,
): void {
  const { scope } = execution
  const { kind, name = '', code, expression } = event
  const payload = expression === undefined ? undefined : valueIn(engine.rules, execution, expression, data)
  assertFits(payload, (reason) => elementFailed(execution, reason))
  switch (kind) {
    case 'message':
    case 'signal':
      deliver(engine, { kinds: [kind], name, payload })
      return
    case 'error': {
      const codes = [code, event.name].filter((one) => one !== undefined)
      raiseError(engine, execution, { codes, reason: code ?? event.name ?? 'an error', payload })
      return
    }
    case 'escalation': {
      const catcher = catcherOf(execution, kind, code === undefined ? [] : [code])
      if (catcher !== undefined) fire(engine, catcher.arm, payload, catcher.event)
      return
    }
    case 'terminate':
      endScope(engine, scope, given)
      return
    case 'cancel': {
      // Of a transaction, and so of what stands at its own edge alone.
      const catcher = catcherAmong(scope.host?.arms ?? [], kind, [])
      if (catcher === undefined) endScope(engine, scope, given)
      else fire(engine, catcher.arm, payload, catcher.event)
      return
    }
    case 'none':
    case 'timer':
    case 'conditional':
    case 'compensation':
    case 'link':
    case 'multiple':
    case 'other':
      return
  }
}

/** The signal by which processes of a run tell one another of events, whose names may be any text. */
const BETWEEN_RUNS = 'unitflow-event'

/** A message or a signal. */
export interface Delivery {
  /** From outside, nothing says which of the two it is. */
  readonly kinds: readonly ('message' | 'signal')[]
  readonly name: string
  readonly payload: Value
  /** The process that it came from. */
  readonly from?: string
}

/**
 * A message or signal reaches all that waits for it, here and in the processes around. A message that nothing waits for yet,
 * though something in the process will, is kept; a signal is not.
 */
export function deliver(engine: UnitEngine, { kinds, name, payload, from }: Delivery): void {
  const isIt = (event: DescribedEvent): boolean =>
    event.name === name && kinds.some((kind) => event.kind === kind)
  const waiting = [...engine.arms].filter(({ events }) => events.some(isIt))
  for (const one of waiting) if (engine.arms.has(one)) fire(engine, one, payload, one.events.find(isIt))
  if (waiting.length === 0 && kinds.includes('message') && engine.rules.messages.has(name)) {
    engine.early.push({ name, payload })
  }
  const data = { name, kinds, payload }
  for (const process of relatives(engine)) {
    if (process !== from) engine.command({ type: 'signal-process', process, name: BETWEEN_RUNS, data })
  }
}

/** The process that has called this one, and those that it has called. */
function relatives(engine: UnitEngine): readonly string[] {
  const { parent } = engine.rules
  const called = [...engine.children.values()].flatMap(({ child }) => child?.process ?? [])
  return parent === undefined ? called : [parent, ...called]
}

/** What a signal to the process is: of another process of the run, or of whoever is outside. */
export function deliveryOf(name: string, data: Value, from: string | undefined): Delivery {
  if (from !== undefined && name === BETWEEN_RUNS && isData(data)) {
    const { name: told, kinds: listed, payload } = data
    const kinds = (['message', 'signal'] as const).filter((kind) => isListed(listed, kind))
    if (typeof told === 'string') return { kinds, name: told, payload, from }
  }
  return { kinds: ['message', 'signal'], name, payload: data, ...(from !== undefined && { from }) }
}

function isListed(list: Value, item: string): boolean {
  return Array.isArray(list) && list.includes(item)
}
