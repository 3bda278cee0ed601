import type { Evaluate } from '../../comparisons/index.js'
import type { CacheStore } from '../../stores/cache-store.js'
import type { DescribedElement } from '../../units/reading.js'
import { readManifest } from '../../units/reading.js'
import type { ElementBindings } from './element-bindings.js'
import { NO_EVENT_BEHIND } from './catch-events.js'
import type { PlanFlow, PlanNode, ProcessPlan } from './process-plan.js'
import { eventsOf } from './process-plan.js'
import { UnitSource } from './unit-source.js'
import type { UnboundElement, UnitCheck, UnitElement, UnitProblem } from './unit-workflow.js'
import { unsupported } from './unsupported.js'

/** What is looked at. */
export interface CheckedUnits {
  readonly store: CacheStore
  readonly cacheKey: string
  readonly processId: string
  readonly bindings: ElementBindings
  readonly evaluate: Evaluate
}

/**
 * Looks at every process that a run can reach: which elements need a function and have none, and what cannot be run.
 *
 * @throws as `readElementUnit` does
 */
export async function checkUnits({
  store,
  cacheKey,
  processId,
  bindings,
  evaluate,
}: CheckedUnits): Promise<UnitCheck> {
  const { version, processes } = await readManifest(store, cacheKey)
  const known = new Set(processes.map(({ id }) => id))
  const source = new UnitSource(store, cacheKey, undefined)
  const unbound: UnboundElement[] = []
  const problems: UnitProblem[] = processes.flatMap(({ id, notSplit }) =>
    notSplit === undefined ? [] : { process: id, element: id, problem: 'it is embedded in itself' },
  )
  const seen = new Set<string>()
  const called = new Set([processId])
  for (const id of called) {
    const { plans } = await source.load({ version, processId: id })
    for (const plan of plans.values()) {
      if (seen.has(plan.processId)) continue
      seen.add(plan.processId)
      for (const node of plan.nodes) {
        unbound.push(...unboundIn(bindings, plan, node))
        problems.push(...problemsIn(evaluate, plan, node, known))
        const { calls } = node.element
        if (calls !== undefined && known.has(calls)) called.add(calls)
      }
    }
  }
  return { version, processes: seen.size, unbound, problems }
}

function unboundIn(
  bindings: ElementBindings,
  plan: ProcessPlan,
  { element }: PlanNode,
): readonly UnboundElement[] {
  const { operation, script } = element
  const found: UnboundElement[] = []
  if (bindings.lacks(plan.processId, element)) {
    found.push({
      ...elementOf(plan, element),
      type: element.type,
      ...(operation !== undefined && { operation: operation.name }),
      ...(script !== undefined && { script }),
    })
  }
  for (const which of ['prescript', 'postscript'] as const) {
    const text = element[which]
    if (text === undefined || bindings.script(plan.processId, element.id, which) !== undefined) continue
    found.push({
      ...elementOf(plan, element),
      element: `${element.id}:${which}`,
      type: element.type,
      script: text,
    })
  }
  return found
}

function problemsIn(
  evaluate: Evaluate,
  plan: ProcessPlan,
  node: PlanNode,
  known: ReadonlySet<string>,
): readonly UnitProblem[] {
  const { element, flows } = node
  const place = elementOf(plan, element)
  const found: UnitProblem[] = []
  const problem = unsupported(element)
  if (problem !== undefined) found.push({ ...place, problem })
  for (const id of [element.calls, element.embeds]) {
    if (id === undefined || known.has(id)) continue
    found.push({ ...place, problem: `the workflow does not hold the process ${JSON.stringify(id)}` })
  }
  const isBehind = ({ to }: PlanFlow): boolean => plan.nodes[to]?.element.event !== undefined
  if (element.type === 'event-based-gateway' && !flows.some(isBehind))
    found.push({ ...place, problem: NO_EVENT_BEHIND })
  // Of another evaluator's language nothing is known.
  if (evaluate.check === undefined || problem !== undefined) return found
  const conditions = flows.flatMap(({ condition }) => condition ?? [])
  for (const expression of [...conditions, ...expressionsOf(element)]) {
    try {
      evaluate.check(expression)
    } catch (error) {
      const message = error instanceof Error ? error.message : 'it cannot be read'
      found.push({ ...place, problem: message, expression })
    }
  }
  return found
}

function expressionsOf({ event, loop, operation }: DescribedElement): readonly string[] {
  const parameters = (operation?.parameters ?? []).map(({ value }) => value)
  return [
    ...eventsOf(event).flatMap(({ expression }) => expression ?? []),
    ...[loop?.cardinality, loop?.condition].filter((text) => text !== undefined),
    ...parameters.filter((value) => typeof value === 'string'),
  ]
}

function elementOf({ processId }: ProcessPlan, { id, name }: DescribedElement): UnitElement {
  return { process: processId, element: id, ...(name !== undefined && { name }) }
}
