import { describeProcess, readElementUnit } from 'unitflow'
import type { UnboundElement } from 'unitflow/deciders/units'
import type { Calls } from '../../protocol.js'
import type { FunctionView, RunSetup } from '../../run-protocol.js'
import { announce, storeOf } from '../database.js'
import { checkFunction, draftOf, isFunction } from './assignments.js'
import { changeFunctions, readFunctions } from './functions.js'
import { defineRun, openRuns, runsOf } from './runs.js'

/** What a process needs before it can be started, and notes it: what was needed once may be needed by a run for long. */
export async function setup({ id, processId }: Calls['setup']['params']): Promise<RunSetup> {
  let functions = await readFunctions(id)
  const definition = await defineRun(id, processId)
  const { version, unbound, problems } = await definition.check()
  const keys = unbound.map(keyOf)
  if (functions === undefined || keys.some((key) => functions?.known.has(key) !== true)) {
    functions = await changeFunctions(id, ({ known, own }) => ({ known: new Set([...known, ...keys]), own }))
    await openRuns(id, functions)
    // Other tabs may be asked to go on with what is started here.
    announce(id)
  }
  const { own } = functions
  return {
    processId,
    version,
    functions: await Promise.all(
      unbound.map((element) => functionView(id, element, own.get(keyOf(element)))),
    ),
    hindrances: problems.map(({ process, element, name, problem }) => ({
      process,
      element,
      ...(name === undefined ? {} : { name }),
      problem,
    })),
  }
}

function keyOf({ process, element }: UnboundElement): string {
  return `${process}/${element}`
}

async function functionView(
  id: string,
  unbound: UnboundElement,
  own: string | undefined,
): Promise<FunctionView> {
  const { process, name, type, operation, script } = unbound
  const [element, part] = partOf(unbound.element)
  const isScript = script !== undefined && isFunction(script)
  return {
    key: keyOf(unbound),
    process,
    element,
    type,
    ...(name === undefined ? {} : { name }),
    ...(part === undefined ? {} : { part }),
    ...(operation === undefined ? {} : { operation }),
    ...(script === undefined ? {} : { script }),
    text: own ?? (isScript ? script : await suggestion(id, unbound)),
    state: own !== undefined ? 'own' : isScript ? 'script' : 'missing',
  }
}

function partOf(element: string): readonly [string, FunctionView['part']?] {
  for (const part of ['prescript', 'postscript'] as const) {
    if (element.endsWith(`:${part}`)) return [element.slice(0, -part.length - 1), part]
  }
  return [element]
}

async function suggestion(
  id: string,
  { process, element, script, operation, type }: UnboundElement,
): Promise<string> {
  if (operation !== undefined) return 'result = {}'
  if (script !== undefined) return draftOf(script)
  if (type !== 'business-rule-task') return ''
  // A decision table sets what its columns say.
  const unit = await readElementUnit(storeOf(id), id, { processId: process })
  const { elements } = describeProcess(unit, process)
  const { decision } = elements.find((each) => each.id === element) ?? {}
  return (decision?.outputs ?? [])
    .flatMap(({ name }) => (name === undefined ? [] : [`${name} = None`]))
    .join('\n')
}

export async function saveFunctions({ id, functions }: Calls['saveFunctions']['params']): Promise<undefined> {
  for (const { text } of functions) if (text !== undefined) checkFunction(text)
  const changed = await changeFunctions(id, ({ known, own }) => {
    const next = new Map(own)
    for (const { key, text } of functions) {
      if (text === undefined) next.delete(key)
      else next.set(key, text)
    }
    return { known: new Set([...known, ...functions.map(({ key }) => key)]), own: next }
  })
  await openRuns(id, changed)
  announce(id)
  return undefined
}

export async function start({ id, processId, variables }: Calls['start']['params']): Promise<string> {
  await setup({ id, processId })
  const runs = await runsOf(id)
  if (runs === undefined) throw new Error('This workflow is not in this browser, or not any more.')
  const definition = await defineRun(id, processId)
  const run = await runs.engine.manager.start(definition, variablesIn(variables), {
    id: crypto.randomUUID().slice(0, 8),
  })
  runs.touch()
  return run
}

function variablesIn(text: string): object {
  const given: unknown = JSON.parse(text.trim() === '' ? '{}' : text)
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return given
  throw new Error('The variables are a JSON object, such as {"total": 120}.')
}
