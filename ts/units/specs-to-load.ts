import { UnitflowError } from '../errors/index.js'
import { compareCodePoints } from './code-points.js'
import type { ElementUnit, UnitSpec } from './element-unit.js'
import { isObject, own, parseJson } from './json-reading.js'

/**
 * The processes whose specs must be loaded before the next task of a running workflow may run (U22): ask after every
 * task and before the first step of a restored state. What is named is loaded with `readElementUnit` and `mergeUnits`.
 *
 * @param workflowState the serialized state of the run, without specs or with them, as an object or as JSON text
 * @returns process ids sorted by code point; empty when the run may go on
 * @throws `bad-argument` where the state is none
 */
export function specsToLoad(workflowState: unknown, unit: ElementUnit): string[] {
  const state = typeof workflowState === 'string' ? parseJson(workflowState) : workflowState
  const tasks = isObject(state) ? state['tasks'] : undefined
  const subprocesses = isObject(state) ? state['subprocesses'] : undefined
  if (!isObject(tasks) || !isObject(subprocesses)) throw notAState()
  const wanted = new Set<string>()
  const isLoaded = (id: string): boolean => own(unit.specs, id) !== undefined
  const lookInto = (instance: unknown, processId: string): void => {
    if (!isObject(instance)) throw notAState()
    const spec = own(unit.specs, processId)
    if (spec === undefined) return
    const calls = callsOf(spec)
    for (const task of Object.values(instance)) {
      const name = isObject(task) ? task['task_spec'] : undefined
      if (typeof name !== 'string') throw notAState()
      const called = calls.get(name)
      if (called !== undefined) wanted.add(called)
    }
  }
  lookInto(tasks, unit.processId)
  const unreadable = new Set<string>()
  for (const instance of Object.values(subprocesses)) {
    const processId = isObject(instance) ? instance['spec'] : undefined
    if (!isObject(instance) || typeof processId !== 'string') throw notAState()
    if (isLoaded(processId)) lookInto(instance['tasks'], processId)
    if (!isLoadedAsCalled(unit, processId)) unreadable.add(processId)
  }
  for (const id of wanted) if (!isLoadedAsCalled(unit, id)) unreadable.add(id)
  return [...unreadable].sort(compareCodePoints)
}

/** A call is only ever served from `subprocess_specs`. */
function isLoadedAsCalled(unit: ElementUnit, id: string): boolean {
  return own(unit.specs, id) !== undefined && (id !== unit.processId || unit.reentered)
}

/** Task name -> process that must be there before the task may run, per spec that was looked into. */
const known = new WeakMap<UnitSpec, ReadonlyMap<string, string>>()

function callsOf(spec: UnitSpec): ReadonlyMap<string, string> {
  let calls = known.get(spec)
  if (calls === undefined) known.set(spec, (calls = findCalls(parseJson(spec.text))))
  return calls
}

function findCalls(process: unknown): Map<string, string> {
  const tasks = isObject(process) ? process['task_specs'] : undefined
  const calls = new Map<string, string>()
  if (!isObject(tasks)) return calls
  for (const [name, task] of Object.entries(tasks)) {
    if (!isObject(task)) continue
    // A loop's children start their calls at once, so it must be looked through before it runs.
    const loop = LOOPS.has(String(task['typename'])) && typeof task['task_spec'] === 'string'
    const called = loop
      ? own(tasks, String(task['task_spec']))
      : task['typename'] === 'CallActivity'
        ? task
        : undefined
    if (isObject(called) && typeof called['spec'] === 'string') calls.set(name, called['spec'])
  }
  return calls
}

const LOOPS = new Set(['ParallelMultiInstanceTask', 'SequentialMultiInstanceTask', 'StandardLoopTask'])

function notAState(): UnitflowError<'bad-argument'> {
  const expected = "the serialized state of a run: an object with 'tasks' and 'subprocesses'"
  return new UnitflowError('bad-argument', `workflowState: expected ${expected}`, {
    argument: 'workflowState',
    expected,
  })
}
