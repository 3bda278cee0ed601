import { expect, test } from 'vitest'
import { describeProcess } from '../../../../ts/units/description/index.js'
import type { DescribedEvent } from '../../../../ts/units/description/index.js'
import { unitOfTasks } from './spec-builder.js'

function eventOf(definition: unknown, typename = 'IntermediateCatchEvent'): DescribedEvent | undefined {
  const task = { typename, bpmn_id: 'e', bpmn_name: null, outputs: [], event_definition: definition }
  return describeProcess(unitOfTasks({ e: task }), 'p').elements[0]?.event
}

test.each([
  ['NoneEventDefinition', { kind: 'none' }],
  ['DurationTimerEventDefinition', { kind: 'timer', timer: 'duration' }],
  ['TimeDateEventDefinition', { kind: 'timer', timer: 'date' }],
  ['CycleTimerEventDefinition', { kind: 'timer', timer: 'cycle' }],
  ['MessageEventDefinition', { kind: 'message' }],
  ['SignalEventDefinition', { kind: 'signal' }],
  ['ErrorEventDefinition', { kind: 'error' }],
  ['EscalationEventDefinition', { kind: 'escalation' }],
  ['TerminateEventDefinition', { kind: 'terminate' }],
  ['CancelEventDefinition', { kind: 'cancel' }],
  ['ConditionalEventDefinition', { kind: 'conditional' }],
  ['CompensationEventDefinition', { kind: 'compensation' }],
  ['LinkEventDefinition', { kind: 'link' }],
  ['AcmeEventDefinition', { kind: 'other', typename: 'AcmeEventDefinition' }],
])('U34 an event defined by %s', (typename, event) => {
  expect(eventOf({ typename, name: null })).toStrictEqual(event)
  expect(eventOf({ typename, name: 'N', expression: 'E' })).toStrictEqual({
    ...event,
    name: 'N',
    expression: 'E',
  })
})

test('U34 an event is read alike from the field names of every dialect and parser', () => {
  const error = { kind: 'error', name: 'e', code: '1' }
  expect(eventOf({ typename: 'ErrorEventDefinition', name: 'e', error_code: '1' })).toStrictEqual(error)
  expect(eventOf({ typename: 'ErrorEventDefinition', name: 'e', code: '1', variable: null })).toStrictEqual(
    error,
  )
  expect(eventOf({ typename: 'EscalationEventDefinition', escalation_code: '2' })).toStrictEqual({
    kind: 'escalation',
    code: '2',
  })
  const message = { kind: 'message', name: 'm', expression: 'x', variable: 'v' }
  const definition = { typename: 'MessageEventDefinition', name: 'm' }
  expect(eventOf({ ...definition, payload: 'x', result_var: 'v' })).toStrictEqual(message)
  expect(eventOf({ ...definition, expression: 'x', result_var: 'v' })).toStrictEqual(message)
  expect(eventOf({ ...definition, expression: 'x', message_var: 'v' })).toStrictEqual(message)
})

test('U34 a message tells by what it is correlated', () => {
  const property = { name: 'uid', retrieval_expression: 'm.uid', correlation_keys: ['Main', 7] }
  const definition = {
    typename: 'MessageEventDefinition',
    name: 'm',
    correlation_properties: [property, 'odd', { retrieval_expression: 'nameless' }],
    process_correlations: [property],
  }
  const correlations = [{ name: 'uid', expression: 'm.uid', keys: ['Main'] }]
  expect(eventOf(definition, 'ReceiveTask')).toStrictEqual({
    kind: 'message',
    name: 'm',
    correlations,
    processCorrelations: correlations,
  })
})

test('U34 a multiple event lists its parts, nested ones in place', () => {
  const signal = (name: string): object => ({ typename: 'SignalEventDefinition', name })
  const multiple = (...parts: unknown[]): object => ({
    typename: 'MultipleEventDefinition',
    event_definitions: parts,
  })
  const definition = {
    ...multiple(signal('a'), multiple(signal('b'), null, multiple(), signal('c')), signal('d')),
    parallel: true,
  }
  expect(eventOf(definition, 'StartEvent')).toStrictEqual({
    kind: 'multiple',
    parallel: true,
    events: ['a', 'b', 'c', 'd'].map((name) => ({ kind: 'signal', name })),
  })
})

test('U34 multiple events nested 20,000 deep do not overflow', () => {
  const open = '{"typename":"MultipleEventDefinition","event_definitions":['
  const text = `${open.repeat(20_000)}{"typename":"SignalEventDefinition"}${']}'.repeat(20_000)}`
  expect(eventOf(JSON.parse(`{"typename":"MultipleEventDefinition","event_definitions":[]}`))).toStrictEqual({
    kind: 'multiple',
    events: [],
  })
  const task = `{"typename":"StartEvent","bpmn_id":"e","event_definition":${text}}`
  const unit = { ...unitOfTasks({}), specs: { p: { hash: 'h', text: `{"task_specs":{"e":${task}}}` } } }
  expect(describeProcess(unit, 'p').elements[0]?.event).toStrictEqual({
    kind: 'multiple',
    events: [{ kind: 'signal' }],
  })
})

test('U34 the event that engines make up for an event-based gateway was not drawn', () => {
  expect(
    eventOf({ typename: 'MultipleEventDefinition', event_definitions: [] }, 'EventBasedGateway'),
  ).toBeUndefined()
})
