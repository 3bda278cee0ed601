import { cacheElementUnitsForWorkflow, createMemoryStore, describeProcess, readElementUnit } from 'unitflow'
import type { CacheStore } from 'unitflow'
import { defineActivity } from '../../../ts/deciders/index.js'
import { createProcessHarness } from '../../../ts/deciders/testing-kit/index.js'
import type { ProcessHarness } from '../../../ts/deciders/testing-kit/index.js'
import { comparisons, defineUnitWorkflow } from '../../../ts/deciders/units/index.js'
import type {
  UnitBindings,
  UnitData,
  UnitFunction,
  UnitLimits,
  UnitWorkflow,
} from '../../../ts/deciders/units/index.js'
import type { ErrorData } from '../../../ts/errors/index.js'

/** How a model is run: what stands for its scripts and services, and what its people answer. */
export interface ModelRules {
  readonly scriptFor: (script: string) => UnitFunction | undefined
  /** By operation; of business rules, by element. */
  readonly functions?: Readonly<Record<string, UnitFunction>>
  readonly startData?: UnitData
  /** What people answer, by element: one after the other, the last one again. The others answer nothing. */
  readonly answers?: Readonly<Record<string, readonly UnitData[]>>
  /** Messages and signals of others, when nothing else goes on. */
  readonly messages?: readonly { readonly name: string; readonly data?: unknown }[]
  /** Whether timers go before people, three times at most. */
  readonly timersFirst?: boolean
  /** Whether plain tasks wait for a person, as in SpiffWorkflow, or are complete at once. */
  readonly plainTasksWait?: boolean
  readonly limits?: UnitLimits
}

/** What a run has come to. */
export interface ModelRun {
  readonly status: 'completed' | 'failed' | 'waits'
  /** The code of what went wrong. */
  readonly code?: string
  /** What went wrong, or what it waits for. */
  readonly why?: string
  /** What it is at, as `process/element`, sorted. */
  readonly active: readonly string[]
  /** As `process/element`, turns of loops with ` [child]`, in the order in which they were completed. */
  readonly completed: readonly string[]
  readonly data?: UnitData
  readonly problems: readonly string[]
  readonly unbound: readonly string[]
}

/** No person of a model needs longer, and no timer of one is due later. */
const LONGEST = 200 * 24 * 60 * 60 * 1000
const MOST_STEPS = 80
/** When the recorded runs began. */
const BEGIN = Date.UTC(2026, 0, 1)

const plainTask = defineActivity('plain-task', { completion: 'manual' }, () => undefined)

/** Runs a process of a workflow to its end, or as far as it comes. */
export async function runModel(specs: string, processId: string, rules: ModelRules): Promise<ModelRun> {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', specs)
  const options = {
    name: 'model',
    store,
    cacheKey: 'k',
    processId,
    activities: await bindingsOf(store, processIdsOf(specs), rules),
    evaluate: comparisons,
    ...(rules.limits !== undefined && { limits: rules.limits }),
  }
  const workflow = await defineUnitWorkflow(options)
  const harness = createProcessHarness({ workflows: [workflow], at: BEGIN })
  const id = await harness.start(workflow, rules.startData ?? {})
  await goOn(harness, id, rules)
  return outcomeOf(harness, workflow, id)
}

/** The processes of a workflow. */
export function processIdsOf(specs: string): readonly string[] {
  const { spec, subprocess_specs = {} } = JSON.parse(specs) as {
    readonly spec: { readonly name: string }
    readonly subprocess_specs?: Readonly<Record<string, unknown>>
  }
  return [...new Set([spec.name, ...Object.keys(subprocess_specs)])]
}

async function bindingsOf(
  store: CacheStore,
  processIds: readonly string[],
  { scriptFor, functions = {}, answers = {}, plainTasksWait }: ModelRules,
): Promise<UnitBindings> {
  const bound: [string, UnitBindings[string]][] = Object.entries(functions)
  for (const processId of processIds) {
    const unit = await readElementUnit(store, 'k', { processId })
    for (const { id, type, script, prescript, postscript } of describeProcess(unit, processId).elements) {
      const isPlain = type === 'task'
      if (isPlain && plainTasksWait === true) bound.push([`${processId}/${id}`, plainTask])
      else if (isPlain && answers[id] !== undefined)
        bound.push([`${processId}/${id}`, answering(answers[id])])
      for (const [key, text] of [
        [id, script],
        [`${id}:prescript`, prescript],
        [`${id}:postscript`, postscript],
      ] as const) {
        const run = text === undefined ? undefined : scriptFor(text)
        if (run !== undefined) bound.push([`${processId}/${key}`, run])
      }
    }
  }
  return Object.fromEntries(bound)
}

function answering(answers: readonly UnitData[]): UnitFunction {
  let asked = 0
  return () => answers[Math.min(asked++, answers.length - 1)]
}

async function goOn(
  harness: ProcessHarness,
  id: string,
  { answers = {}, messages = [], timersFirst = false }: ModelRules,
): Promise<void> {
  const asked = new Map<string, number>()
  let [forced, sent] = [0, 0]
  for (let step = 0; step < MOST_STEPS; step++) {
    await harness.settle()
    const { closed } = await harness.manager.process(id)
    if (closed !== undefined || (await failureOf(harness)) !== undefined) return
    if (timersFirst && forced < 3 && (await waitedForTimer(harness))) {
      forced++
      continue
    }
    const [open] = await harness.waiting()
    if (open?.token !== undefined) {
      const element = (open.input as { readonly element: string }).element
      const times = asked.get(element) ?? 0
      asked.set(element, times + 1)
      const given = answers[element] ?? []
      await harness.manager.complete(open.token, given[Math.min(times, given.length - 1)] ?? {})
      continue
    }
    const message = messages[sent++]
    if (message !== undefined) await harness.signal(id, message.name, message.data)
    else if (!(await waitedForTimer(harness))) return
  }
}

/** Why a process of the run is not decided on: what it needs is not there. */
async function failureOf(harness: ProcessHarness): Promise<ErrorData | undefined> {
  const { processes } = await harness.manager.list({ status: 'open' })
  return processes.flatMap(({ failures }) => failures?.error ?? [])[0]
}

/** Lets the next timer be due. @returns whether there was one */
async function waitedForTimer(harness: ProcessHarness): Promise<boolean> {
  const now = harness.clock.now()
  const due = await harness.backend.nextDeadline()
  if (due === undefined || due - now > LONGEST) return false
  await harness.advance(Math.max(0, due - now))
  return true
}

async function outcomeOf(harness: ProcessHarness, workflow: UnitWorkflow, id: string): Promise<ModelRun> {
  const { closed } = await harness.manager.process(id)
  const elements = await workflow.completed(harness.manager, id)
  const at = closed === undefined ? await harness.manager.active(id) : []
  const active = at
    .map((one) =>
      typeof one === 'string' ? `${workflow.processId}/${one}` : `${one.processId}/${one.elementId}`,
    )
    .sort()
  const found = {
    active,
    completed: elements.map(
      ({ process, element, turn }) => `${process}/${element}${turn === undefined ? '' : ' [child]'}`,
    ),
    problems: workflow.problems
      .map(({ process, element, problem }) => `${process}/${element}: ${problem}`)
      .sort(),
    unbound: workflow.unbound.map(({ process, element }) => `${process}/${element}`).sort(),
  }
  const result = closed?.result
  if (result?.type === 'completed') return { ...found, status: 'completed', data: result.result as UnitData }
  if (result?.type === 'failed') {
    const { reason, error } = result
    return {
      ...found,
      status: 'failed',
      ...(error?.code !== undefined && { code: error.code }),
      ...(reason !== undefined && { why: reason }),
    }
  }
  const { code, message } = (await failureOf(harness)) ?? {}
  return { ...found, status: 'waits', ...(code !== undefined && { code }), why: message ?? active.join(', ') }
}
