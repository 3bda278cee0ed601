import { expect, test } from 'vitest'
import { around, arrows, describeIn, describeInAll, elementOf } from './described-models.js'
import type { Dialect } from './spec-builder.js'
import { dialects } from './spec-builder.js'

test('U34 a boundary event on a loop sits on the loop, and the loop takes over all that its child holds', () => {
  const description = describeInAll({
    id: 'p',
    starts: ['start'],
    drawn: [
      { id: 'start', typename: 'StartEvent', to: ['each'] },
      {
        id: 'each',
        typename: 'ScriptTask',
        name: 'Each',
        to: ['end'],
        loop: { typename: 'SequentialMultiInstanceTask', cardinality: 2, prescript: null },
        fields: { script: 'x += 1', prescript: 'before', postscript: 'after', lane: 'L' },
      },
      { id: 'late', typename: 'BoundaryEvent', attachedTo: 'each', to: ['end'] },
      { id: 'end', typename: 'EndEvent' },
    ],
  })
  expect(elementOf(description, 'each')).toStrictEqual({
    id: 'each',
    name: 'Each',
    type: 'script-task',
    typename: 'ScriptTask',
    lane: 'L',
    loop: { kind: 'sequential-multi-instance', cardinality: '2' },
    script: 'x += 1',
    prescript: 'before',
    postscript: 'after',
  })
  expect(elementOf(description, 'late').attachedTo).toBe('each')
  expect(arrows(description)).toStrictEqual(['start -> each', 'each -> end', 'late -> end'])
})

test('U34 the data of a multi-instance loop and the limits of a standard loop', () => {
  const data = (dialect: Dialect, id: string, name: string): object =>
    dialect === 'a' ? { name: id, description: name } : { bpmn_id: id, bpmn_name: name === id ? null : name }
  for (const dialect of dialects) {
    const multiple = around({
      id: 'x',
      typename: 'ManualTask',
      loop: {
        typename: 'ParallelMultiInstanceTask',
        data_input: data(dialect, 'items', 'items'),
        data_output: data(dialect, 'results', 'All results'),
        input_item: data(dialect, 'item', 'item'),
        output_item: data(dialect, 'result', 'result'),
      },
    })
    expect(elementOf(describeIn(multiple, dialect), 'x').loop).toStrictEqual({
      kind: 'parallel-multi-instance',
      dataInput: { id: 'items' },
      dataOutput: { id: 'results', name: 'All results' },
      inputItem: { id: 'item' },
      outputItem: { id: 'result' },
    })
  }
  const loop = { typename: 'StandardLoopTask', maximum: 2, condition: 'done', test_before: true }
  expect(elementOf(describeInAll(around({ id: 'x', typename: 'ManualTask', loop })), 'x')).toStrictEqual({
    id: 'x',
    type: 'manual-task',
    typename: 'ManualTask',
    loop: { kind: 'standard', condition: 'done', maximum: 2, testBefore: true },
  })
})

test('U34 a service task shows its operation, a business rule task its table, a script task its script', () => {
  const service = elementOf(
    describeInAll(
      around({
        id: 'x',
        typename: 'ServiceTask',
        fields: {
          operation_name: 'http/Get',
          operation_params: {
            url: { type: 'str', value: '"u"' },
            ['__proto__']: { type: 'any', value: '1' },
            odd: 7,
          },
          result_variable: 'page',
          retries: 3,
          retry_backoff_base: 2,
        },
      }),
    ),
    'x',
  )
  expect(service.operation).toStrictEqual({
    name: 'http/Get',
    parameters: [
      { name: 'url', type: 'str', value: '"u"' },
      { name: '__proto__', type: 'any', value: '1' },
      { name: 'odd', value: 7 },
    ],
    resultVariable: 'page',
    retries: 3,
    retryBackoffBase: 2,
  })
  const table = {
    id: 't',
    name: '',
    hit_policy: 'UNIQUE',
    inputs: [{ id: 'i', label: 'Size', name: '', expression: 'size', typeRef: 'integer' }],
    outputs: [{ id: 'o', label: 'Price', name: 'price', typeRef: 'number' }],
    rules: [{}, {}],
  }
  const rule = describeInAll(
    around({ id: 'x', typename: 'BusinessRuleTask', fields: { decision_table: table } }),
  )
  expect(elementOf(rule, 'x').decision).toStrictEqual({
    id: 't',
    hitPolicy: 'UNIQUE',
    inputs: [{ id: 'i', label: 'Size', expression: 'size', type: 'integer' }],
    outputs: [{ id: 'o', label: 'Price', name: 'price', type: 'number' }],
    rules: 2,
  })
  const script = describeInAll(around({ id: 'x', typename: 'ScriptTask', fields: { script: 'x = 1' } }))
  expect(elementOf(script, 'x').script).toBe('x = 1')
})

test('U34 what goes into an element and out of it', () => {
  const reference = (dialect: Dialect): object =>
    dialect === 'a' ? { name: 'd', description: 'Data' } : { bpmn_id: 'd', bpmn_name: 'Data' }
  const description = describeInAll({
    ...around({
      id: 'x',
      typename: 'UserTask',
      fields: (dialect) => ({
        data_input_associations: [reference(dialect)],
        data_output_associations: [{ ...reference(dialect), typename: 'JsonStore' }],
        io_specification: { data_inputs: [reference(dialect)], data_outputs: [] },
        form: { fields: [] },
      }),
    }),
    fields: (dialect) => ({ io_specification: { data_inputs: null, data_outputs: [reference(dialect)] } }),
  })
  expect(elementOf(description, 'x')).toStrictEqual({
    id: 'x',
    type: 'user-task',
    typename: 'UserTask',
    dataInputs: [{ id: 'd', name: 'Data' }],
    dataOutputs: [{ id: 'd', name: 'Data', typename: 'JsonStore' }],
    interface: { inputs: [{ id: 'd', name: 'Data' }], outputs: [] },
    form: { fields: [] },
  })
  expect(description.interface).toStrictEqual({ inputs: [], outputs: [{ id: 'd', name: 'Data' }] })
})
