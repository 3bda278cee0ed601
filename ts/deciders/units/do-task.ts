import { errorToData, UnitflowError } from '../../errors/index.js'
import { copyOf } from '../../values/index.js'
import type { ActivityResult, RetryData } from '../history/index.js'
import type { BoundFunction } from './element-bindings.js'
import { completeExecution } from './end-element.js'
import { elementFailed, placeOf } from './run-errors.js'
import { raiseError } from './raise-error.js'
import type { Execution, FunctionOutcome, Place } from './run-state.js'
import { dataGiven } from './task-data.js'
import { throwEvent } from './throw-events.js'
import { unitTask } from './unit-task.js'
import { assertFits, ownData } from './unit-data.js'
import type { UnitData, UnitTask } from './unit-workflow.js'
import type { UnitEngine } from './unit-engine.js'

/** People take their time: without this a task would be given up after a minute without a worker. */
const NO_HURRY = 365 * 24 * 60 * 60 * 1000

/** Has a task done: by its activity, by its function, or, where it has neither and needs none, by nobody. */
export function doTask(engine: UnitEngine, execution: Execution, data: UnitData): void {
  const { scope, node } = execution
  const { element } = node
  const { bindings } = engine.rules
  const bound = bindings.of(scope.plan.processId, element)
  if (bound === undefined) {
    if (bindings.lacks(scope.plan.processId, element)) throw unbound(execution)
    if (element.event === undefined) completeExecution(engine, execution, data)
    else throwEvent(engine, execution, data)
    return
  }
  const task = unitTask(engine, execution, data)
  if (bound.type === 'function') {
    const outcome = engine.function(scope, element.id, () => ran(bound, task))
    if ('reason' in outcome) raiseError(engine, execution, outcome)
    else completeExecution(engine, execution, dataGiven(execution, data, outcome.given))
    return
  }
  assertFits({ ...task }, (reason) => elementFailed(execution, reason))
  const id = engine.newId()
  execution.activity = { id, data }
  engine.activities.set(id, execution)
  const { retries, retryBackoffBase } = element.operation ?? {}
  engine.command(
    {
      type: 'schedule-activity',
      activity: bound.activity.name,
      id,
      input: { ...task },
      ...(bound.activity.completion === 'manual' && { scheduleToStart: NO_HURRY }),
      ...(retries !== undefined && { retry: retryData(retries, retryBackoffBase) }),
    },
    execution,
  )
}

/** What an activity has come to ends its element. */
export function activityEnded(engine: UnitEngine, id: string, result: ActivityResult): void {
  const execution = engine.activities.get(id)
  if (execution?.activity === undefined) return
  const { data } = execution.activity
  engine.activities.delete(id)
  delete execution.activity
  switch (result.type) {
    case 'completed':
      completeExecution(engine, execution, dataGiven(execution, data, result.result))
      return
    case 'failed': {
      const { reason, error, details } = result
      const codes = [reason, error?.code, error?.name].filter((code) => code !== undefined)
      const why = reason ?? error?.message ?? 'failed'
      raiseError(engine, execution, { codes, reason: why, payload: details })
      return
    }
    case 'canceled': {
      const { reason = 'canceled', details } = result
      raiseError(engine, execution, { codes: ['canceled', reason], reason, payload: details })
      return
    }
    case 'timed-out':
      raiseError(engine, execution, { codes: ['timed-out'], reason: `timed out (${result.timeout})` })
  }
}

/** What a pre- or post-script makes of the variables, by the function that is bound to it. */
export function runScript(
  engine: UnitEngine,
  execution: Execution,
  which: 'prescript' | 'postscript',
  data: UnitData,
): UnitData {
  const { scope, node } = execution
  const { [which]: script = '', ...element } = node.element
  const bound = engine.rules.bindings.script(scope.plan.processId, element.id, which)
  if (bound === undefined) throw unbound(execution, `${element.id}:${which}`)
  // It is handed its own text, and nothing of what the element is for.
  const { operation: _, ...bare } = element
  const task = unitTask(engine, { ...execution, node: { ...node, element: { ...bare, script } } }, data)
  const outcome = engine.function(scope, `${element.id}:${which}`, () => ran(bound, task))
  if ('reason' in outcome) throw elementFailed(execution, `${which}: ${outcome.reason}`)
  return dataGiven(
    { ...execution, node: { ...node, element: { ...bare, type: 'script-task' } } },
    data,
    outcome.given,
  )
}

/** Runs a function with a copy of its own of what there is, and keeps a copy of what it gives. */
function ran(bound: BoundFunction, task: UnitTask): FunctionOutcome {
  try {
    const given: unknown = bound.run(ownTask(task))
    if (given instanceof Promise) {
      // What it rejects with is nobody's: unhandled, it would end the process.
      given.catch(() => undefined)
      throw new TypeError('a function gives what it sets at once; what awaits something is an activity')
    }
    return { given: copyOf(given) }
  } catch (error) {
    const { code, message, name } = errorToData(error)
    return { reason: message, codes: [code, message, name].filter((one) => one !== undefined) }
  }
}

/** The parameters are its own already. */
function ownTask(task: UnitTask): UnitTask {
  const { data, form, extensions } = task
  return {
    ...task,
    data: ownData(data),
    ...(form !== undefined && { form: ownData(form) }),
    ...(extensions !== undefined && { extensions: ownData(extensions) }),
  }
}

/** @param base seconds before the second attempt; each further wait is twice as long */
function retryData(retries: number, base = 1): RetryData {
  const initial = Math.max(0, base) * 1000
  return { attempts: 1 + Math.max(0, Math.floor(retries)), initial, factor: 2, maximum: 300_000, jitter: 0.5 }
}

/** It waits for a program that has a function for it. */
function unbound(place: Place, element: string = place.node.element.id): UnitflowError<'unbound-elements'> {
  const { process } = placeOf(place)
  const { name, type, operation } = place.node.element
  return new UnitflowError('unbound-elements', `${element} in ${process} needs a function, and has none`, {
    process,
    elements: [
      {
        process,
        element,
        type,
        ...(name !== undefined && { name }),
        ...(operation !== undefined && { operation: operation.name }),
      },
    ],
  })
}
