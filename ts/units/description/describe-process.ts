import { UnitflowError } from '../../errors/index.js'
import { compareCodePoints } from '../code-points.js'
import type { ElementUnit } from '../element-unit.js'
import { parseJson } from '../json-reading.js'
import { specOf } from '../spec-of.js'
import { describeData, describeInterface } from './describe-data.js'
import { describeElement } from './describe-element.js'
import type { DrawnNode } from './drawn-graph.js'
import { drawnGraph } from './drawn-graph.js'
import { drawnOrder } from './drawn-order.js'
import type { DescribedData, ProcessDescription } from './process-description.js'
import type { SpecFields } from './spec-fields.js'
import { fieldsOf, listOf, nameOf, textsOf, withoutAbsent } from './spec-fields.js'
import { readTasks } from './spec-task.js'

/**
 * Gives a process of a unit as people drew it: its elements and the flows between them (U34), without the tasks that
 * an engine's parser adds. The result is plain JSON; numbers in it are JavaScript's.
 *
 * The three dialects of a spec (U3) give the same description of a model as far as they hold it. Both A and B lack:
 * - event subprocesses, and `triggers`
 * - conditional events, whose event they write as a plain one: `kind` is `none`
 * - of Spiff's messages `expression`, `variable` and `processCorrelations`, and the default correlation key
 * - `prescript` of send tasks, `variable` of user tasks, `retries` of operations, `category` of data, and some of what
 *   `extensions` holds
 *
 * A lacks `expression` and `variable` of errors, and which of two ways out drawn at one height comes first, where one
 * leads to a loop or to an activity with boundary events. B lacks the participants that a message starts.
 *
 * Contracted are start tasks, `Root`, `End`, end joins, the splits and joins around boundary and start events,
 * `X [child]` into its loop `X`, and the two events that A and B put around a collaboration. Everything else is an
 * element, of type `other` where its `typename` says nothing to this package; so is an internal task that cannot be
 * contracted. Flows to tasks that the spec does not hold are left out, and so are optional fields of a wrong type.
 *
 * @throws `unknown-process` (with an empty `cacheKey`) where the unit does not hold the process; `bad-argument` where
 * what it holds is no JSON object, which no unit that this package has read does.
 */
export function describeProcess(unit: ElementUnit, processId: string): ProcessDescription {
  const spec = specOf(unit, processId)
  const process = parseProcess(spec.text, processId)
  const graph = drawnGraph(readTasks(process['task_specs']))
  const order = drawnOrder(graph)

  const flows = order.flatMap((node) => node.flows)
  const started = new Set(graph.started)
  for (const flow of flows) started.delete(flow.to)
  const lazy = new Set(unit.lazy)
  const isProcess = (id: string): boolean => lazy.has(id) || Object.hasOwn(unit.specs, id)
  const awaited = awaitedEvents(order)
  const elements = order.map((node) =>
    describeElement(node, {
      awaited: awaited.get(node.task.key),
      started: started.has(node.id),
      triggered: graph.triggered.has(node.id),
      isProcess,
    }),
  )
  const name = nameOf(process['description'])
  return withoutAbsent({
    processId,
    name: name === processId ? undefined : name,
    hash: spec.hash,
    elements,
    flows,
    lanes: [...new Set(elements.flatMap((element) => element.lane ?? []))],
    dataObjects: dataObjects(process['data_objects']),
    interface: describeInterface(process['io_specification']),
    correlationKeys: correlationKeys(process['correlation_keys']),
    triggers: graph.triggered.size > 0 ? [...graph.triggered].sort(compareCodePoints) : undefined,
  })
}

function parseProcess(text: string, processId: string): SpecFields {
  const process = fieldsOf(parseJson(text))
  if (process !== undefined) return process
  const expected = 'a unit whose specs are JSON objects'
  throw new UnitflowError('bad-argument', `expected ${expected}; the spec of '${processId}' is none`, {
    argument: 'unit',
    expected,
  })
}

/**
 * What the events behind event-based gateways wait for, by the keys of their tasks: SpiffWorkflow moves it to the gateway, in
 * the order of the gateway's outputs, and leaves the events with none.
 */
function awaitedEvents(nodes: readonly DrawnNode[]): ReadonlyMap<string, unknown> {
  const awaited = new Map<string, unknown>()
  for (const { task } of nodes) {
    if (task.typename !== 'EventBasedGateway') continue
    const definitions = listOf(fieldsOf(task.fields['event_definition'])?.['event_definitions'])
    for (const [at, key] of textsOf(task.fields['outputs']).entries()) awaited.set(key, definitions[at])
  }
  return awaited
}

function dataObjects(value: unknown): readonly DescribedData[] {
  return Object.values(fieldsOf(value) ?? {})
    .flatMap((object) => describeData(object) ?? [])
    .sort((a, b) => compareCodePoints(a.id, b.id))
}

function correlationKeys(value: unknown): ProcessDescription['correlationKeys'] {
  const keys = Object.entries(fieldsOf(value) ?? {}).map(([name, properties]) => ({
    name,
    properties: textsOf(properties),
  }))
  return keys.length > 0 ? keys.sort((a, b) => compareCodePoints(a.name, b.name)) : undefined
}
