import fc from 'fast-check'
import { expect, test } from 'vitest'
import { describeProcess } from '../../../../ts/units/description/index.js'
import type { ProcessDescription } from '../../../../ts/units/description/index.js'
import { unitOf, unitOfTasks } from './spec-builder.js'

/** What holds of every description, whatever it was made from. */
function expectSound(description: ProcessDescription): void {
  const ids = description.elements.map((element) => element.id)
  const known = new Set(ids)
  expect(known.size).toBe(ids.length)
  for (const flow of description.flows) {
    expect(known.has(flow.from) && known.has(flow.to)).toBe(true)
  }
  for (const element of description.elements) {
    if (element.attachedTo !== undefined) expect(known.has(element.attachedTo)).toBe(true)
  }
  for (const id of description.triggers ?? []) expect(known.has(id)).toBe(true)
}

const names = [
  '__proto__',
  'constructor',
  'a',
  'b',
  'c',
  'd',
  'Start',
  'End',
  'a.BoundaryEventSplit',
  'a [child]',
  '',
] as const
const typenames = [
  'BpmnStartTask',
  'StartTask',
  'Simple',
  'SimpleBpmnTask',
  '_EndJoin',
  'BoundaryEventSplit',
  'BoundaryEventJoin',
  '_BoundaryEventParent',
  'StartEventSplit',
  'StartEventJoin',
  'StartEvent',
  'EndEvent',
  'BoundaryEvent',
  'CallActivity',
  'SubWorkflowTask',
  'StandardLoopTask',
  'ParallelMultiInstanceTask',
  'ExclusiveGateway',
  'ScriptTask',
  'Acme',
] as const

test('U34 any mesh of tasks gives a sound description, in which no drawn task is lost', () => {
  const name = fc.constantFrom(...names)
  const task = fc.record(
    {
      typename: fc.constantFrom(...typenames),
      name,
      bpmn_id: fc.option(name),
      position: fc.constantFrom({ x: 0, y: 0 }, { x: 0, y: 5 }, null),
      outputs: fc.array(name, { maxLength: 4 }),
      trigger_specs: fc.array(name, { maxLength: 2 }),
      cond_task_specs: fc.array(fc.record({ condition: fc.option(fc.constant('x')), task_spec: name }), {
        maxLength: 3,
      }),
      default_task_spec: fc.option(name),
      task_spec: name,
      main_child_task_spec: name,
    },
    { requiredKeys: ['typename', 'outputs'] },
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(name, task), { maxLength: 10 }), (entries) => {
      const tasks: Readonly<Record<string, { bpmn_id?: string | null; typename: string }>> =
        Object.fromEntries(entries)
      const description = describeProcess(unitOfTasks(tasks), 'p')
      expectSound(description)
      const drawn = Object.values(tasks).filter((task) => typeof task.bpmn_id === 'string')
      const unfolded = ['StandardLoopTask', 'ParallelMultiInstanceTask']
      const folded = description.elements.filter(
        (element) => element.loop && !unfolded.includes(element.typename),
      )
      const others = Object.values(tasks).filter((task) => typeof task.bpmn_id !== 'string').length
      expect(description.elements.length).toBeGreaterThanOrEqual(drawn.length - folded.length)
      expect(description.elements.length).toBeLessThanOrEqual(drawn.length + others)
    }),
    { numRuns: 500 },
  )
})

test('U34 any JSON at all gives a sound description', () => {
  fc.assert(
    fc.property(fc.object({ maxDepth: 4, withNullPrototype: false }), fc.jsonValue(), (process, value) => {
      expectSound(describeProcess(unitOf({ p: JSON.stringify(process) }), 'p'))
      expectSound(describeProcess(unitOf({ p: { task_specs: value } }), 'p'))
      expectSound(describeProcess(unitOfTasks({ x: value }), 'p'))
    }),
    { numRuns: 200 },
  )
})

const fields = [
  'name',
  'bpmn_name',
  'description',
  'inputs',
  'outputs',
  'lane',
  'documentation',
  'position',
  'event_definition',
  'cancel_activity',
  'cond_task_specs',
  'default_task_spec',
  'trigger_specs',
  'spec',
  'task_spec',
  'cardinality',
  'condition',
  'data_input',
  'maximum',
  'test_before',
  'operation_name',
  'operation_params',
  'result_variable',
  'retries',
  'decision_table',
  'script',
  'variable',
  'prescript',
  'data_input_associations',
  'data_output_associations',
  'io_specification',
  'form',
  'extensions',
]

test.each([
  7,
  true,
  null,
  'text',
  [],
  [null, 7, {}],
  {},
  { typename: 7, name: [], inputs: 7, event_definitions: 7 },
])('U34 optional fields that are %j are no reason to fail', (value) => {
  for (const typename of [...typenames, 'ServiceTask', 'BusinessRuleTask', 'UserTask']) {
    const task = { typename, bpmn_id: 'x', ...Object.fromEntries(fields.map((field) => [field, value])) }
    const description = describeProcess(
      unitOfTasks({ x: task, text: { typename: 'NoneTask', bpmn_id: 'text' } }),
      'p',
    )
    expectSound(description)
    expect(description.elements.map((element) => element.id).sort()).toStrictEqual(['text', 'x'])
  }
  const process = {
    task_specs: {},
    description: value,
    data_objects: value,
    correlation_keys: value,
    io_specification: value,
  }
  expectSound(describeProcess(unitOf({ p: process }), 'p'))
})

test('U34 keys such as __proto__ are data, and nothing is polluted', () => {
  const text = `{"task_specs":{"__proto__":{"typename":"StartEvent","bpmn_id":"__proto__","outputs":["constructor","polluted"],
    "extensions":{"__proto__":{"polluted":true}}},"constructor":{"typename":"ServiceTask","bpmn_id":"constructor","outputs":[],
    "operation_name":"o","operation_params":{"__proto__":{"type":"any","value":{"polluted":true}}}}},
    "data_objects":{"__proto__":{"bpmn_id":"__proto__","polluted":true}},"correlation_keys":{"__proto__":["polluted"]}}`
  const description = describeProcess(unitOf({ p: text }), 'p')
  expectSound(description)
  expect(description.flows).toStrictEqual([{ from: '__proto__', to: 'constructor' }])
  expect(description.dataObjects).toStrictEqual([{ id: '__proto__' }])
  expect(description.correlationKeys).toStrictEqual([{ name: '__proto__', properties: ['polluted'] }])
  expect({}).not.toHaveProperty('polluted')
  expect(Object.getPrototypeOf(description)).toBe(Object.prototype)
})

test('U34 circles of internal tasks lead nowhere, and do not hold up', () => {
  const simple = (outputs: readonly string[]): object => ({
    typename: 'SimpleBpmnTask',
    bpmn_id: null,
    outputs,
  })
  const description = describeProcess(
    unitOfTasks({
      a: { typename: 'NoneTask', bpmn_id: 'a', outputs: ['i', 'self', 'j'] },
      i: simple(['j']),
      j: simple(['k']),
      k: simple(['i']),
      self: simple(['self']),
      Start: { typename: 'BpmnStartTask', bpmn_id: null, outputs: ['i', 'Start', 'a'] },
    }),
    'p',
  )
  expect(description.elements.map((element) => element.id)).toStrictEqual(['a'])
  expect(description.flows).toStrictEqual([])
})

test('U34 chains of 10,000 elements and of 10,000 internal tasks', () => {
  const length = 10_000
  const step = (i: number): string => `t${i}`
  const all = Array.from({ length }, (_, i) => i)
  const elements = describeProcess(
    unitOfTasks(
      Object.fromEntries(
        all.map((i) => [
          step(i),
          { typename: 'NoneTask', bpmn_id: step(i), outputs: [step(i + 1), step(0)] },
        ]),
      ),
    ),
    'p',
  )
  expect(elements.flows).toHaveLength(2 * length - 1)

  const ring = Object.fromEntries(
    all.map((i) => [step(i), { typename: 'NoneTask', bpmn_id: step(i), outputs: [step((i + 1) % length)] }]),
  )
  const start = { typename: 'BpmnStartTask', bpmn_id: null, outputs: ['first'] }
  const first = { typename: 'StartEvent', bpmn_id: 'first', outputs: [step(5)] }
  const ringed = describeProcess(unitOfTasks({ ...ring, Start: start, first }), 'p')
  expect(ringed.elements.slice(0, 3).map((element) => element.id)).toStrictEqual(['first', step(5), step(6)])
  expect(ringed.elements.at(-1)?.id).toBe(step(4))

  // Every element enters the chain of internal tasks somewhere: followed anew each time, that is 50 million steps.
  const inner = (i: number): string => `s${i}`
  const internals: Readonly<Record<string, unknown>> = Object.fromEntries(
    all.flatMap<readonly [string, unknown]>((i) => [
      [step(i), { typename: 'NoneTask', bpmn_id: step(i), outputs: [inner(i)] }],
      [
        inner(i),
        { typename: 'SimpleBpmnTask', bpmn_id: null, outputs: [i + 1 < length ? inner(i + 1) : step(0)] },
      ],
    ]),
  )
  const contracted = describeProcess(unitOfTasks(internals), 'p')
  expect(contracted.elements).toHaveLength(length)
  expect(contracted.flows).toHaveLength(length)
  expect(contracted.flows.every((flow) => flow.to === step(0))).toBe(true)
})

test('U34 an internal task between 3,000 elements and 3,000 others does not make 9,000,000 flows', () => {
  const all = Array.from({ length: 3_000 }, (_, i) => i)
  const tasks: Readonly<Record<string, unknown>> = Object.fromEntries(
    all.flatMap<readonly [string, unknown]>((i) => [
      [`in${i}`, { typename: 'NoneTask', bpmn_id: `in${i}`, outputs: ['hub'] }],
      [`out${i}`, { typename: 'NoneTask', bpmn_id: `out${i}`, outputs: [] }],
    ]),
  )
  const hub = { typename: 'SimpleBpmnTask', bpmn_id: null, outputs: all.map((i) => `out${i}`) }
  const description = describeProcess(unitOfTasks({ ...tasks, hub }), 'p')
  expect(description.elements).toHaveLength(6_001)
  expect(description.flows).toHaveLength(6_000)
})
