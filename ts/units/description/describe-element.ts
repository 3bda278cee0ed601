import { describeDecision, describeLoop, describeOperation } from './describe-activity.js'
import { describeData, describeInterface } from './describe-data.js'
import { describeEvent } from './describe-event.js'
import type { DrawnNode } from './drawn-graph.js'
import type { DescribedElement, DescribedEvent, ElementType } from './process-description.js'
import type { SpecFields } from './spec-fields.js'
import { flagOf, nameOf, someFieldsOf, someOf, stringOf, textOf, withoutAbsent } from './spec-fields.js'

/** What an element's surroundings tell of it. */
export interface ElementContext {
  /** The event definition that an event-based gateway before it holds for it. */
  readonly awaited: unknown
  /** Whether the process starts it without a flow. */
  readonly started: boolean
  /** Whether the start names it as triggered by an event. */
  readonly triggered: boolean
  /** Whether the workflow holds a process of this id, as far as the unit knows. */
  readonly isProcess: (id: string) => boolean
}

/** Those whose class is named as they are, `StartEvent`. */
const named: readonly ElementType[] = [
  'start-event',
  'end-event',
  'intermediate-catch-event',
  'intermediate-throw-event',
  'boundary-event',
  'user-task',
  'manual-task',
  'script-task',
  'service-task',
  'business-rule-task',
  'send-task',
  'receive-task',
  'call-activity',
  'event-subprocess',
  'exclusive-gateway',
  'inclusive-gateway',
  'parallel-gateway',
  'event-based-gateway',
]
/** By class; made when it is first needed, so that bundlers leave it out where it never is. */
let types: ReadonlyMap<string, ElementType> | undefined
const embedding = new Set(['SubWorkflowTask', 'TransactionSubprocess', 'EventSubprocess'])

export function describeElement(node: DrawnNode, context: ElementContext): DescribedElement {
  const { id, task, child } = node
  const { typename } = child ?? task
  // A loop and its child share what was drawn: some dialects keep the name on the one, some on the other.
  const sources = child === undefined ? [task.fields] : [child.fields, task.fields]
  const first = <T>(read: (fields: SpecFields) => T | undefined): T | undefined => {
    for (const fields of sources) {
      const value = read(fields)
      if (value !== undefined) return value
    }
    return undefined
  }
  const text = (field: string): string | undefined => first((fields) => textOf(fields[field]))
  const type = typeOf(node, typename, context)
  return withoutAbsent({
    id,
    name: first(drawnName),
    type,
    typename,
    lane: text('lane'),
    documentation: text('documentation'),
    event: eventOf(
      type,
      first((fields) => describeEvent(fields['event_definition'])),
      context.awaited,
    ),
    attachedTo: node.attachedTo,
    interrupting: flagOf(task.fields['cancel_activity']),
    ...reference(
      id,
      typename,
      first((fields) => stringOf(fields['spec'])),
      context.isProcess,
    ),
    loop: describeLoop(task.typename, task.fields),
    operation: first(describeOperation),
    decision: first((fields) => describeDecision(fields['decision_table'])),
    script: text('script'),
    variable: text('variable'),
    prescript: text('prescript'),
    postscript: text('postscript'),
    dataInputs: first((fields) => someOf(fields['data_input_associations'], describeData)),
    dataOutputs: first((fields) => someOf(fields['data_output_associations'], describeData)),
    interface: first((fields) => describeInterface(fields['io_specification'])),
    form: first((fields) => someFieldsOf(fields['form'])),
    extensions: first((fields) => someFieldsOf(fields['extensions'])),
  })
}

/** An event-based gateway has none: what it waits for is told of the events behind it. */
function eventOf(
  type: ElementType,
  own: DescribedEvent | undefined,
  awaited: unknown,
): DescribedEvent | undefined {
  if (type === 'event-based-gateway') return undefined
  return describeEvent(awaited) ?? own
}

function typeOf(node: DrawnNode, typename: string, context: ElementContext): ElementType {
  if (typename === 'SubWorkflowTask' && (context.started || context.triggered)) return 'event-subprocess'
  if (typename === 'CallActivity') {
    // A drawn process begins with a start event; only a collaboration starts its participants by themselves.
    const participates = context.triggered || (context.started && node.task.fields['spec'] === node.id)
    if (participates) return 'participant'
  }
  types ??= new Map<string, ElementType>([
    ...named.map((type): [string, ElementType] => [
      type.replace(/(?:^|-)./g, (first) => first.slice(-1).toUpperCase()),
      type,
    ]),
    ['NoneTask', 'task'],
    ['SubWorkflowTask', 'subprocess'],
    ['TransactionSubprocess', 'transaction'],
  ])
  return types.get(typename) ?? 'other'
}

/** U3's names: `bpmn_name`, and in dialect A, which has none, `description`, which the others fill with the kind. */
function drawnName(fields: SpecFields): string | undefined {
  const newer = Object.hasOwn(fields, 'bpmn_id') || Object.hasOwn(fields, 'bpmn_name')
  return nameOf(newer ? fields['bpmn_name'] : fields['description'])
}

/** The process that the element refers to, read as decomposition does (U21). */
function reference(
  id: string,
  typename: string,
  spec: string | undefined,
  isProcess: (id: string) => boolean,
): { readonly calls?: string | undefined; readonly embeds?: string | undefined } {
  if (spec === undefined) return {}
  if (typename === 'CallActivity') return { calls: spec }
  if (embedding.has(typename)) return { embeds: spec }
  if (!isProcess(spec)) return {}
  return spec === id ? { embeds: spec } : { calls: spec }
}
