import { expect, test } from 'vitest'
import { describeProcess } from '../../../../ts/units/description/index.js'
import type { ElementType, ProcessDescription } from '../../../../ts/units/description/index.js'
import { isUnitflowError } from '../../../../ts/errors/index.js'
import { around, arrows, describeInAll, elementOf } from './described-models.js'
import type { Drawn, Model } from './spec-builder.js'
import { none, processSpec, unitOf, unitOfTasks } from './spec-builder.js'

const ids = (description: ProcessDescription): readonly string[] =>
  description.elements.map((element) => element.id)

test('U34 a process is given as drawn, in one form for all dialects', () => {
  const model: Model = {
    id: 'order',
    name: 'Take an order',
    starts: ['ordered'],
    drawn: [
      {
        id: 'ordered',
        typename: 'StartEvent',
        name: 'Ordered',
        to: ['check'],
        fields: { event_definition: none },
      },
      {
        id: 'check',
        typename: 'UserTask',
        name: 'Check',
        to: ['good?'],
        fields: {
          lane: 'Office',
          documentation: 'Look twice.',
          variable: 'answer',
          extensions: { form: 'check' },
        },
      },
      {
        id: 'late',
        typename: 'BoundaryEvent',
        attachedTo: 'check',
        to: ['remind'],
        fields: {
          cancel_activity: false,
          event_definition: { typename: 'DurationTimerEventDefinition', name: 'late', expression: '"P1D"' },
        },
      },
      { id: 'remind', typename: 'ManualTask', to: ['reminded'], fields: { lane: 'Office' } },
      { id: 'reminded', typename: 'EndEvent', fields: { event_definition: none } },
      {
        id: 'good?',
        typename: 'ExclusiveGateway',
        default: 'pack',
        to: [['check', 'unsure'], ['sorry', 'not good'], 'pack'],
      },
      {
        id: 'sorry',
        typename: 'EndEvent',
        y: 100,
        fields: (dialect) => ({
          event_definition: {
            typename: 'ErrorEventDefinition',
            name: 'bad',
            [dialect === 'a' ? 'error_code' : 'code']: '17',
          },
        }),
      },
      {
        id: 'pack',
        typename: 'CallActivity',
        name: 'Pack',
        y: 200,
        to: ['done'],
        loop: { typename: 'ParallelMultiInstanceTask', cardinality: '3', condition: 'full' },
        fields: { spec: 'packing', lane: 'Store' },
      },
      { id: 'done', typename: 'EndEvent', fields: { event_definition: none } },
    ],
    fields: (dialect) => ({
      data_objects: {
        z: dialect === 'a' ? { name: 'z', description: 'z', typename: 'DataObject' } : dataObject('z', null),
        b:
          dialect === 'a'
            ? { name: 'b', description: 'Box', typename: 'DataObject' }
            : dataObject('b', 'Box'),
      },
      correlation_keys: { key: ['number'] },
    }),
  }
  expect(describeInAll(model)).toStrictEqual({
    processId: 'order',
    name: 'Take an order',
    hash: 'x'.repeat(64),
    elements: [
      {
        id: 'ordered',
        name: 'Ordered',
        type: 'start-event',
        typename: 'StartEvent',
        event: { kind: 'none' },
      },
      {
        id: 'check',
        name: 'Check',
        type: 'user-task',
        typename: 'UserTask',
        lane: 'Office',
        documentation: 'Look twice.',
        variable: 'answer',
        extensions: { form: 'check' },
      },
      { id: 'good?', type: 'exclusive-gateway', typename: 'ExclusiveGateway' },
      {
        id: 'sorry',
        type: 'end-event',
        typename: 'EndEvent',
        event: { kind: 'error', name: 'bad', code: '17' },
      },
      {
        id: 'pack',
        name: 'Pack',
        type: 'call-activity',
        typename: 'CallActivity',
        lane: 'Store',
        calls: 'packing',
        loop: { kind: 'parallel-multi-instance', cardinality: '3', condition: 'full' },
      },
      { id: 'done', type: 'end-event', typename: 'EndEvent', event: { kind: 'none' } },
      {
        id: 'late',
        type: 'boundary-event',
        typename: 'BoundaryEvent',
        event: { kind: 'timer', name: 'late', expression: '"P1D"', timer: 'duration' },
        attachedTo: 'check',
        interrupting: false,
      },
      { id: 'remind', type: 'manual-task', typename: 'ManualTask', lane: 'Office' },
      { id: 'reminded', type: 'end-event', typename: 'EndEvent', event: { kind: 'none' } },
    ],
    flows: [
      { from: 'ordered', to: 'check' },
      { from: 'check', to: 'good?' },
      { from: 'good?', to: 'check', condition: 'unsure' },
      { from: 'good?', to: 'sorry', condition: 'not good' },
      { from: 'good?', to: 'pack', default: true },
      { from: 'pack', to: 'done' },
      { from: 'late', to: 'remind' },
      { from: 'remind', to: 'reminded' },
    ],
    lanes: ['Office', 'Store'],
    dataObjects: [
      { id: 'b', name: 'Box', typename: 'DataObject' },
      { id: 'z', typename: 'DataObject' },
    ],
    correlationKeys: [{ name: 'key', properties: ['number'] }],
  })

  function dataObject(id: string, name: string | null): Record<string, unknown> {
    return { bpmn_id: id, bpmn_name: name, category: null, typename: 'DataObject' }
  }
})

const kinds: readonly (readonly [string, ElementType])[] = [
  ['StartEvent', 'start-event'],
  ['EndEvent', 'end-event'],
  ['IntermediateCatchEvent', 'intermediate-catch-event'],
  ['IntermediateThrowEvent', 'intermediate-throw-event'],
  ['BoundaryEvent', 'boundary-event'],
  ['NoneTask', 'task'],
  ['UserTask', 'user-task'],
  ['ManualTask', 'manual-task'],
  ['ScriptTask', 'script-task'],
  ['ServiceTask', 'service-task'],
  ['BusinessRuleTask', 'business-rule-task'],
  ['SendTask', 'send-task'],
  ['ReceiveTask', 'receive-task'],
  ['CallActivity', 'call-activity'],
  ['SubWorkflowTask', 'subprocess'],
  ['TransactionSubprocess', 'transaction'],
  ['EventSubprocess', 'event-subprocess'],
  ['ExclusiveGateway', 'exclusive-gateway'],
  ['InclusiveGateway', 'inclusive-gateway'],
  ['ParallelGateway', 'parallel-gateway'],
  ['EventBasedGateway', 'event-based-gateway'],
  ['AcmeRobot', 'other'],
]

test.each(kinds)('U34 a %s is a %s and keeps its typename', (typename, type) => {
  const element = elementOf(describeInAll(around({ id: 'x', typename })), 'x')
  expect(element).toStrictEqual({ id: 'x', type, typename })
})

test('U34 a guarded activity leads to what follows it, and its boundary events go ways of their own', () => {
  const description = describeInAll({
    id: 'p',
    starts: ['start'],
    drawn: [
      { id: 'start', typename: 'StartEvent', to: ['first'] },
      { id: 'first', typename: 'ScriptTask', to: ['second'] },
      {
        id: 'oops',
        typename: 'BoundaryEvent',
        attachedTo: 'first',
        to: ['second'],
        fields: { cancel_activity: true },
      },
      { id: 'tick', typename: 'BoundaryEvent', attachedTo: 'first', fields: { cancel_activity: false } },
      { id: 'second', typename: 'SubWorkflowTask', to: ['end'], fields: { spec: 'second' } },
      {
        id: 'gone',
        typename: 'BoundaryEvent',
        attachedTo: 'second',
        to: ['first'],
        fields: { cancel_activity: true },
      },
      { id: 'end', typename: 'EndEvent' },
    ],
  })
  expect(arrows(description)).toStrictEqual([
    'start -> first',
    'first -> second',
    'oops -> second',
    'second -> end',
    'gone -> first',
  ])
  expect(
    description.elements.flatMap(({ id, attachedTo, interrupting }) =>
      attachedTo ? [[id, attachedTo, interrupting]] : [],
    ),
  ).toStrictEqual([
    ['oops', 'first', true],
    ['gone', 'second', true],
    ['tick', 'first', false],
  ])
})

test('U34 an inclusive gateway, and conditions on the flows of an ordinary task', () => {
  const ways: Drawn['to'] = [['a', 'x > 1'], ['b', 'x > 2'], 'c']
  const targets: readonly Drawn[] = ['a', 'b', 'c'].map((id, y) => ({ id, typename: 'NoneTask', y }))
  const inclusive = describeInAll({
    id: 'p',
    starts: ['start'],
    drawn: [
      { id: 'start', typename: 'StartEvent', to: ['g'] },
      { id: 'g', typename: 'InclusiveGateway', to: ways },
      ...targets,
    ],
  })
  expect(inclusive.flows.slice(1)).toStrictEqual([
    { from: 'g', to: 'a', condition: 'x > 1' },
    { from: 'g', to: 'b', condition: 'x > 2' },
    { from: 'g', to: 'c' },
  ])
  const choices = [
    { condition: 'x > 1', task_spec: 'a' },
    { condition: 'x > 9', task_spec: 'a' },
    { condition: 'x > 2', task_spec: 'nowhere' },
  ]
  const ordinary = describeInAll({
    id: 'p',
    starts: ['t'],
    drawn: [
      {
        id: 't',
        typename: 'UserTask',
        to: ['a', 'c'],
        fields: { cond_task_specs: choices, default_task_spec: 'b' },
      },
      ...targets,
    ],
  })
  expect(ordinary.flows).toStrictEqual([
    { from: 't', to: 'a', condition: 'x > 1' },
    { from: 't', to: 'a', condition: 'x > 9' },
    { from: 't', to: 'b', default: true },
    { from: 't', to: 'c' },
  ])
})

test('U34 a process, its hash and its name: an unknown process is a typed error', () => {
  const unit = unitOf({ p: processSpec(around({ id: 'x', typename: 'NoneTask' }), 'c') })
  expect(describeProcess(unit, 'p')).toMatchObject({ processId: 'p', hash: 'x'.repeat(64) })
  expect(describeProcess(unit, 'p')).not.toHaveProperty('name')
  for (const processId of ['q', '', '__proto__', 'constructor', 'toString']) {
    const error = thrownBy(() => describeProcess(unit, processId))
    expect(isUnitflowError(error, 'unknown-process') && error.fields).toStrictEqual({
      cacheKey: '',
      processId,
    })
  }
})

test.each(['', '{', '[]', '1', 'null', '"text"'])('U34 a unit whose spec is %j is a bad argument', (text) => {
  const error = thrownBy(() => describeProcess(unitOf({ p: text }), 'p'))
  expect(isUnitflowError(error, 'bad-argument') && error.fields.argument).toBe('unit')
})

test('U34 a spec without tasks is a process without elements', () => {
  const empty = { processId: 'p', hash: 'x'.repeat(64), elements: [], flows: [], lanes: [], dataObjects: [] }
  expect(describeProcess(unitOf({ p: {} }), 'p')).toStrictEqual(empty)
  expect(describeProcess(unitOfTasks({}), 'p')).toStrictEqual(empty)
})

test('U34 a unit of any realm will do: ids are ids, however they are spelled', () => {
  const text = String.raw`{"t\u0061sk_specs":{"\u005f_proto__":{"typen\u0061me":"Script\u0054ask","bpmn_id":"__proto__","n\u0061me":"__proto__","outputs":["constructor"],"inputs":[]},"constructor":{"typename":"EndEvent","bpmn_id":"constructor","outputs":["toString"]}}}`
  const description = describeProcess(unitOf({ ['__proto__']: text }), '__proto__')
  expect(ids(description)).toStrictEqual(['__proto__', 'constructor'])
  expect(description.elements[0]).toStrictEqual({
    id: '__proto__',
    type: 'script-task',
    typename: 'ScriptTask',
  })
  expect(description.flows).toStrictEqual([{ from: '__proto__', to: 'constructor' }])
})

function thrownBy(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
