import { assertThat } from '../../checks/index.js'
import { UnitflowError } from '../../errors/index.js'
import { isPromise } from '../../promises/index.js'
import type { AnyStepWorkflow } from '../definitions/index.js'
import type { RunnableState, State } from '../state/index.js'
import { isRunnable } from '../state/index.js'

/**
 * A thing itself; or a function that gives it, asked anew for every run (S24); or the name under which the registry has one
 * of these. A name is data and may come from anywhere, a function is code and never does (S29).
 */
export type Reference<T> = T | (() => T | Promise<T>) | string

/** What names stand for. */
export interface StepRegistry {
  readonly workflows?: Readonly<
    Record<string, AnyStepWorkflow | (() => AnyStepWorkflow | Promise<AnyStepWorkflow>)>
  >
  readonly states?: Readonly<Record<string, State | (() => State | Promise<State>)>>
}

/** A workflow and its state, as they are for one run. */
export interface Resolved {
  readonly workflow: AnyStepWorkflow
  readonly state: RunnableState
}

/** @throws (or rejects with) `unknown-reference`, `bad-argument`, what the functions throw */
export function resolve(
  workflow: Reference<AnyStepWorkflow>,
  state: Reference<State>,
  { workflows = {}, states = {} }: StepRegistry,
): Resolved | Promise<Resolved> {
  const ask = (): State | Promise<State> => lookUp('state', state, states)
  const found = lookUp('workflow', workflow, workflows)
  if (isPromise(found)) return both(found, ask)
  const other = ask()
  return isPromise(other) ? both(found, () => other) : checked(found, other)
}

/** One after the other: of two that reject at once one would be an error that nobody sees to. */
async function both(workflow: unknown, ask: () => unknown): Promise<Resolved> {
  return checked(await workflow, await ask())
}

function lookUp<T extends object>(
  kind: 'workflow' | 'state',
  reference: Reference<T>,
  registry: Readonly<Record<string, T | (() => T | Promise<T>)>>,
): T | Promise<T> {
  const found = typeof reference === 'string' ? named(kind, reference, registry) : reference
  return typeof found === 'function' ? found() : found
}

function named<T>(kind: 'workflow' | 'state', name: string, registry: Readonly<Record<string, T>>): T {
  const found = Object.hasOwn(registry, name) ? registry[name] : undefined
  if (found !== undefined) return found
  const message = `no ${kind} is registered as ${JSON.stringify(name.slice(0, 100))}`
  throw new UnitflowError('unknown-reference', message, { kind, name })
}

function checked(workflow: unknown, state: unknown): Resolved {
  assertThat('workflow', 'a workflow, as createStepWorkflow makes it', isWorkflow(workflow))
  assertThat('state', 'state, as createState or createRecordState makes it', isRunnable(state))
  return { workflow, state }
}

function isWorkflow(workflow: unknown): workflow is AnyStepWorkflow {
  return (
    typeof workflow === 'object' &&
    workflow !== null &&
    'type' in workflow &&
    workflow.type === 'step-workflow'
  )
}
