import type { UnitflowError } from '../../errors/index.js'
import type { ProcessResult } from '../history/index.js'
import { declaredVariables } from './element-data.js'
import { beyondLimit, elementFailed, placeOf, unsupportedElement } from './run-errors.js'
import { completeExecution } from './end-element.js'
import { beginScope } from './scopes.js'
import { raiseError } from './raise-error.js'
import type { Execution } from './run-state.js'
import { assertFits, isData, withVariable } from './unit-data.js'
import type { UnitData } from './unit-workflow.js'
import { newScope } from './unit-engine.js'
import type { UnitEngine } from './unit-engine.js'

/** Runs what is embedded in an element, as a scope of its own. */
export function startSubprocess(engine: UnitEngine, execution: Execution, data: UnitData): void {
  const { embeds = '' } = execution.node.element
  assertNotTooDeep(engine, execution)
  const plan = engine.rules.plan(embeds)
  if (plan === undefined) {
    const problem = `the workflow does not hold the subprocess ${JSON.stringify(embeds)}`
    throw unsupportedElement(execution, problem)
  }
  const inner = newScope(plan, execution)
  execution.inner = inner
  beginScope(engine, inner, data)
}

/** @throws `run-limit` for what is embedded in itself, or as deep as if it were */
function assertNotTooDeep(engine: UnitEngine, execution: Execution): void {
  const maximum = engine.rules.limits.depth
  let depth = 1
  for (let { host } = execution.scope; host !== undefined; host = host.scope.host) depth++
  if (depth <= maximum) return
  throw beyondLimit(execution, 'depth', maximum, `stands in more than ${maximum} subprocesses`)
}

/** Calls another process, which runs by itself (U36). */
export function startCalled(engine: UnitEngine, execution: Execution, data: UnitData): void {
  const { calls = '' } = execution.node.element
  const { maximum, depth } = { maximum: engine.rules.limits.depth, depth: engine.rules.depth + 1 }
  if (depth > maximum) {
    const what = `would call a process ${depth} deep; ${maximum} is the limit`
    throw beyondLimit(execution, 'depth', maximum, what)
  }
  assertFits(data, (reason) => elementFailed(execution, reason))
  callProcess(engine, execution, calls, data)
}

/** What was called stays with the process that this one was forked from: it is called anew. */
export function callAgain(engine: UnitEngine, scheduled: number): void {
  const execution = engine.children.get(scheduled)
  if (execution?.child === undefined) return
  engine.children.delete(scheduled)
  callProcess(engine, execution, execution.child.processId, execution.child.data)
}

function callProcess(engine: UnitEngine, execution: Execution, calls: string, data: UnitData): void {
  execution.child = { processId: calls, data }
  const { name } = execution.node.element
  const caller = { ...placeOf(execution), ...(name !== undefined && { name }) }
  engine.command(engine.rules.startChild(calls, data, caller), execution)
}

/** A process that was called has closed. */
export function calledEnded(engine: UnitEngine, scheduled: number, result: ProcessResult): void {
  const execution = engine.children.get(scheduled)
  if (execution?.child === undefined) return
  engine.children.delete(scheduled)
  const { data, processId } = execution.child
  switch (result.type) {
    case 'completed': {
      const { result: given } = result
      const returned = isData(given) ? given : {}
      const [set, named] = [returned['data'], returned['named']]
      if (!isData(set)) throw elementFailed(execution, `${processId} came to something else than variables`)
      execution.called = scheduled
      delete execution.child
      completeExecution(engine, execution, named === true ? { ...data, ...set } : set)
      return
    }
    case 'continued':
      return
    case 'failed': {
      const { reason, error, details } = result
      delete execution.child
      raiseError(engine, execution, {
        codes: codesOf(result),
        reason: reason ?? error?.message ?? `${processId} failed`,
        payload: details,
        ...(error !== undefined && { error }),
      })
      return
    }
    case 'canceled':
    case 'timed-out': {
      const reason = `${processId}: ${result.type === 'canceled' ? (result.reason ?? 'canceled') : 'timed out'}`
      delete execution.child
      raiseError(engine, execution, { codes: [result.type], reason })
    }
  }
}

/** What an error event may know it by: what the process itself has said, or how it was stopped. */
function codesOf({ reason, error }: Extract<ProcessResult, { readonly type: 'failed' }>): readonly string[] {
  const fields = error?.fields
  const codes = isData(fields) ? fields['codes'] : undefined
  if (Array.isArray(codes)) return codes.filter((code) => typeof code === 'string')
  return [error?.code, reason].filter((code) => code !== undefined)
}

/**
 * What a called process begins with, of the variables of its caller: all, or what it declares to take.
 *
 * @throws `element-failed` where one is missing
 */
export function takenByCalled(engine: UnitEngine, data: UnitData): UnitData {
  const { plan } = engine.top
  const { inputs = [] } = plan.description.interface ?? {}
  if (inputs.length === 0) return data
  return declaredVariables(data, inputs, (id) => processFailed(plan.processId, `its input ${id} is missing`))
}

/** What a called process gives back: all its variables, in the place of the caller's; or those it declares to give, set there. */
interface CalledResult {
  readonly data: UnitData
  readonly named?: true
}

/**
 * What the process closes with: its variables, and its data objects beside them; or, where it was called, what it gives back.
 *
 * @throws `element-failed` where what it is to give is missing, or too large
 */
export function resultOf(engine: UnitEngine, data: UnitData): UnitData {
  const { plan, objects } = engine.top
  const whole = objects.size === 0 ? data : withVariable(data, 'data_objects', Object.fromEntries(objects))
  const result = engine.rules.depth === 1 ? whole : { ...givenByCalled(engine, data) }
  assertFits(result, (reason) => processFailed(plan.processId, reason))
  return result
}

function givenByCalled(engine: UnitEngine, data: UnitData): CalledResult {
  const { plan } = engine.top
  const { outputs = [] } = plan.description.interface ?? {}
  if (outputs.length === 0) return { data }
  const named = declaredVariables(data, outputs, (id) =>
    processFailed(plan.processId, `its output ${id} is missing`),
  )
  return { data: named, named: true }
}

function processFailed(process: string, reason: string): UnitflowError<'element-failed'> {
  return elementFailed({ process, element: process }, reason)
}
