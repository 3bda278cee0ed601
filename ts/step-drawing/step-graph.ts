import type { AnyStepWorkflow } from '../steps/index.js'
import type { StepMark, StepMarks } from './step-mark.js'

/** A step; or states that no step gives, or none reads. */
export interface StepNode {
  readonly id: string
  readonly type: 'step' | 'need' | 'result'
  /** Of the step; of the states. */
  readonly names: readonly string[]
  readonly mark?: StepMark
  /** Whether a value is known to be another than before. */
  readonly isChanged: boolean
}

/** A way of values. */
export interface StepEdge {
  readonly from: string
  readonly to: string
  /** State names that are not told by one of its ends. */
  readonly states: readonly string[]
  readonly isChanged: boolean
}

/** What is drawn of a workflow: nodes in its order, each with what it needs before it, and what it comes to behind it. */
export interface StepGraph {
  readonly nodes: readonly StepNode[]
  readonly edges: readonly StepEdge[]
}

/** So many states at one end of the same steps have a node each; of more, one has all. */
const MAX_APART = 4

/** The graph of a workflow, with what is said of its steps. */
export function stepGraph({ order, needs, results }: AnyStepWorkflow, marks: StepMarks): StepGraph {
  const nodes: StepNode[] = []
  const edges: StepEdge[] = []
  const changed = new Set([...marks.values()].flatMap((mark) => [...mark.inputs, ...mark.changed]))
  const isChanged = (states: readonly string[]): boolean => states.some((state) => changed.has(state))
  const needsBefore = bundled(needs, readersOf(order))
  const isResult = new Set(results)
  order.forEach(({ step, before }, place) => {
    for (const { states, steps } of needsBefore.get(place) ?? []) {
      const id = `need-${place}-${states[0] ?? ''}`
      nodes.push({ id, type: 'need', names: states, isChanged: isChanged(states) })
      for (const to of steps)
        edges.push({ from: id, to: `step-${to}`, states: [], isChanged: isChanged(states) })
    }
    const mark = marks.get(step.name)
    const id = `step-${place}`
    nodes.push({
      id,
      type: 'step',
      names: [step.name],
      isChanged: false,
      ...(mark !== undefined && { mark }),
    })
    const given = new Set(Object.values(step.outputs))
    for (const to of before) {
      const states = [...new Set(Object.values(order[to]?.step.inputs ?? {}))].filter((state) =>
        given.has(state),
      )
      edges.push({ from: id, to: `step-${to}`, states, isChanged: isChanged(states) })
    }
    const own = [...given].filter((state) => isResult.has(state))
    for (const states of own.length > MAX_APART ? [own] : own.map((state) => [state])) {
      const result = `result-${place}-${states[0] ?? ''}`
      nodes.push({ id: result, type: 'result', names: states, isChanged: isChanged(states) })
      edges.push({ from: id, to: result, states: [], isChanged: isChanged(states) })
    }
  })
  return { nodes, edges }
}

/** By state name, the places of the steps that read it. */
function readersOf(order: AnyStepWorkflow['order']): ReadonlyMap<string, ReadonlySet<number>> {
  const readers = new Map<string, Set<number>>()
  order.forEach(({ step }, place) => {
    for (const state of Object.values(step.inputs)) {
      const known = readers.get(state)
      if (known === undefined) readers.set(state, new Set([place]))
      else known.add(place)
    }
  })
  return readers
}

interface Bundle {
  readonly states: readonly string[]
  readonly steps: readonly number[]
}

/** States with the steps that read them, by the first of these; those of the same steps together, where they are many. */
function bundled(
  needs: readonly string[],
  readers: ReadonlyMap<string, ReadonlySet<number>>,
): ReadonlyMap<number, readonly Bundle[]> {
  const groups = new Map<string, { readonly states: string[]; readonly steps: readonly number[] }>()
  for (const state of needs) {
    const steps = [...(readers.get(state) ?? [])]
    const key = steps.join(' ')
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { states: [state], steps })
    else group.states.push(state)
  }
  const bundles = new Map<number, Bundle[]>()
  for (const { states, steps } of groups.values()) {
    const first = steps[0] ?? -1
    const apart =
      states.length > MAX_APART ? [{ states, steps }] : states.map((state) => ({ states: [state], steps }))
    bundles.set(first, [...(bundles.get(first) ?? []), ...apart])
  }
  return bundles
}
