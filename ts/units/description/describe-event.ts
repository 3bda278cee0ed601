import type { DescribedCorrelation, DescribedEvent, EventKind } from './process-description.js'
import type { SpecFields } from './spec-fields.js'
import { fieldsOf, flagOf, listOf, someOf, textOf, textsOf, withoutAbsent } from './spec-fields.js'

const kinds: ReadonlyMap<string, EventKind> = new Map([
  ['NoneEventDefinition', 'none'],
  ['DurationTimerEventDefinition', 'timer'],
  ['TimeDateEventDefinition', 'timer'],
  ['CycleTimerEventDefinition', 'timer'],
  ['TimerEventDefinition', 'timer'],
  ['MessageEventDefinition', 'message'],
  ['SignalEventDefinition', 'signal'],
  ['ErrorEventDefinition', 'error'],
  ['EscalationEventDefinition', 'escalation'],
  ['TerminateEventDefinition', 'terminate'],
  ['CancelEventDefinition', 'cancel'],
  ['ConditionalEventDefinition', 'conditional'],
  ['CompensationEventDefinition', 'compensation'],
  ['CompensateEventDefinition', 'compensation'],
  ['LinkEventDefinition', 'link'],
  ['MultipleEventDefinition', 'multiple'],
])

const timers: ReadonlyMap<string, 'duration' | 'date' | 'cycle'> = new Map([
  ['DurationTimerEventDefinition', 'duration'],
  ['TimeDateEventDefinition', 'date'],
  ['CycleTimerEventDefinition', 'cycle'],
])

/** The event definition in one form for all dialects, which name some of its fields differently. */
export function describeEvent(definition: unknown): DescribedEvent | undefined {
  const fields = fieldsOf(definition)
  if (fields === undefined) return undefined
  const event = describeSingle(fields)
  return event.kind === 'multiple'
    ? withoutAbsent({ ...event, parallel: flagOf(fields['parallel']), events: parts(fields) })
    : event
}

function describeSingle(fields: SpecFields): DescribedEvent {
  const typename = textOf(fields['typename']) ?? ''
  const kind = kinds.get(typename) ?? 'other'
  return withoutAbsent({
    kind,
    typename: kind === 'other' ? typename : undefined,
    name: textOf(fields['name']),
    // Camunda's messages in dialect A call it payload.
    expression: textOf(fields['expression']) ?? textOf(fields['payload']),
    timer: timers.get(typename),
    code: textOf(fields['code']) ?? textOf(fields['error_code']) ?? textOf(fields['escalation_code']),
    variable: textOf(fields['variable']) ?? textOf(fields['message_var']) ?? textOf(fields['result_var']),
    correlations: someOf(fields['correlation_properties'], describeCorrelation),
    processCorrelations: someOf(fields['process_correlations'], describeCorrelation),
  })
}

/** The events of a multiple one; a nested one is replaced by its own, without recursion, however deep it goes. */
function parts(fields: SpecFields): readonly DescribedEvent[] {
  const events: DescribedEvent[] = []
  const left = [listOf(fields['event_definitions']).values()]
  for (let top = left.at(-1); top !== undefined; top = left.at(-1)) {
    const { done, value } = top.next()
    const part = fieldsOf(value)
    if (done === true) left.pop()
    else if (part?.['typename'] === 'MultipleEventDefinition')
      left.push(listOf(part['event_definitions']).values())
    else if (part !== undefined) events.push(describeSingle(part))
  }
  return events
}

function describeCorrelation(property: unknown): DescribedCorrelation | undefined {
  const fields = fieldsOf(property)
  const name = textOf(fields?.['name'])
  if (fields === undefined || name === undefined) return undefined
  return withoutAbsent({
    name,
    expression: textOf(fields['retrieval_expression']),
    keys: textsOf(fields['correlation_keys']),
  })
}
