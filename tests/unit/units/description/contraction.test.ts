import { expect, test } from 'vitest'
import { describeProcess } from '../../../../ts/units/description/index.js'
import type { ProcessDescription } from '../../../../ts/units/description/index.js'
import { describeIn } from './described-models.js'
import type { Drawn, Model } from './spec-builder.js'
import { dialects, none, unitOf, unitOfTasks } from './spec-builder.js'

const describeTasks = (tasks: Readonly<Record<string, unknown>>): ProcessDescription =>
  describeProcess(unitOfTasks(tasks), 'p')

const drawnTask = (id: string, outputs: readonly string[], more: object = {}): object => ({
  typename: 'NoneTask',
  bpmn_id: id,
  bpmn_name: null,
  name: id,
  outputs,
  ...more,
})
const internal = (typename: string, outputs: readonly string[], more: object = {}): object => ({
  typename,
  bpmn_id: null,
  bpmn_name: null,
  description: 'BPMN Task',
  outputs,
  ...more,
})

const summary = (description: ProcessDescription): readonly string[] => [
  ...description.elements.map((element) => `${element.id}: ${element.type}`),
  ...description.flows.map((flow) => `${flow.from} -> ${flow.to}`),
]

test('U34 an event subprocess, started by a trigger or by the start itself', () => {
  const model: Model = {
    id: 'p',
    starts: ['start', 'on_timer'],
    triggers: ['on_signal', 'on_error', 'nowhere'],
    drawn: [
      { id: 'start', typename: 'StartEvent', to: ['inside'], fields: { event_definition: none } },
      { id: 'inside', typename: 'SubWorkflowTask', fields: { spec: 'inside' } },
      { id: 'on_signal', typename: 'SubWorkflowTask', fields: { spec: 'on_signal' } },
      { id: 'on_error', typename: 'EventSubprocess', fields: { spec: 'on_error' } },
      { id: 'on_timer', typename: 'SubWorkflowTask', fields: { spec: 'on_timer' } },
    ],
  }
  const description = describeIn(model, 'c')
  expect(description.triggers).toStrictEqual(['on_error', 'on_signal'])
  expect(description.elements.slice(1)).toStrictEqual([
    { id: 'inside', type: 'subprocess', typename: 'SubWorkflowTask', embeds: 'inside' },
    { id: 'on_error', type: 'event-subprocess', typename: 'EventSubprocess', embeds: 'on_error' },
    { id: 'on_signal', type: 'event-subprocess', typename: 'SubWorkflowTask', embeds: 'on_signal' },
    { id: 'on_timer', type: 'event-subprocess', typename: 'SubWorkflowTask', embeds: 'on_timer' },
  ])
  expect(description.flows).toStrictEqual([{ from: 'start', to: 'inside' }])
})

test('U34 the participants of a collaboration, without the events that A and B put around them', () => {
  const participant = (id: string, to: readonly string[]): Drawn => ({
    id,
    typename: 'CallActivity',
    to,
    fields: { spec: id },
  })
  const frame = (ids: readonly string[]): Model => ({
    id: 'both',
    starts: ['Start Collaboration'],
    drawn: [
      { id: 'Start Collaboration', typename: 'StartEvent', to: ids, fields: { event_definition: none } },
      ...ids.map((id) => participant(id, ['End Collaboration'])),
      { id: 'End Collaboration', typename: 'EndEvent', fields: { event_definition: none } },
    ],
  })
  const newest: Model = {
    id: 'both',
    starts: ['seller'],
    triggers: ['buyer'],
    drawn: [participant('buyer', []), participant('seller', [])],
  }
  const description = describeIn(newest, 'c')
  expect(description.triggers).toStrictEqual(['buyer'])
  expect(description.elements).toStrictEqual(
    ['buyer', 'seller'].map((id) => ({ id, type: 'participant', typename: 'CallActivity', calls: id })),
  )
  expect(description.flows).toStrictEqual([])
  const a = describeIn(frame(['seller', 'buyer']), 'a')
  expect(a.elements).toStrictEqual(description.elements)
  expect(a.flows).toStrictEqual([])
  expect(a).not.toHaveProperty('triggers')
  expect(describeIn(frame(['seller']), 'b').elements).toStrictEqual([description.elements[1]])
})

test('U34 a call activity is no participant where a flow leads to it or it calls another process', () => {
  const first = (spec: string): Model => ({
    id: 'p',
    starts: ['first'],
    drawn: [
      { id: 'first', typename: 'CallActivity', fields: { spec }, to: ['second'] },
      { id: 'second', typename: 'CallActivity', fields: { spec: 'second' } },
    ],
  })
  for (const dialect of dialects) {
    const types = (spec: string): readonly string[] =>
      describeIn(first(spec), dialect).elements.map((element) => element.type)
    expect(types('other')).toStrictEqual(['call-activity', 'call-activity'])
    expect(types('first')).toStrictEqual(['participant', 'call-activity'])
  }
})

test('U34 an event that only looks like the frame of a collaboration stays', () => {
  const description = describeTasks({
    Start: internal('BpmnStartTask', ['Start Collaboration']),
    'Start Collaboration': drawnTask('Start Collaboration', ['x'], {
      typename: 'StartEvent',
      event_definition: { typename: 'SignalEventDefinition' },
    }),
    x: drawnTask('x', []),
  })
  expect(summary(description)).toStrictEqual([
    'Start Collaboration: start-event',
    'x: task',
    'Start Collaboration -> x',
  ])
})

test('U34 chains of internal tasks are contracted, also behind joins that lead on', () => {
  const description = describeTasks({
    Start: internal('BpmnStartTask', ['StartEventSplit']),
    StartEventSplit: internal('StartEventSplit', ['a']),
    a: drawnTask('a', ['s1']),
    s1: internal('SimpleBpmnTask', ['s2']),
    s2: internal('SimpleBpmnTask', ['b.BoundaryEventSplit']),
    'b.BoundaryEventSplit': internal('BoundaryEventSplit', ['b', 'e']),
    b: drawnTask('b', ['j']),
    e: drawnTask('e', ['j'], { typename: 'BoundaryEvent' }),
    j: internal('BoundaryEventJoin', ['c']),
    c: drawnTask('c', []),
  })
  expect(summary(description)).toStrictEqual([
    'a: task',
    'b: task',
    'e: boundary-event',
    'c: task',
    'a -> b',
    'b -> c',
    'e -> c',
  ])
  expect(description.elements[2]).toHaveProperty('attachedTo', 'b')
})

test('U34 a guard without its usual name guards the first task that is no boundary event', () => {
  for (const typename of ['BoundaryEventSplit', '_BoundaryEventParent']) {
    const description = describeTasks({
      g: internal(typename, ['e', 'x'], { main_child_task_spec: 'nowhere' }),
      x: drawnTask('x', []),
      e: drawnTask('e', [], { typename: 'AcmeBoundary', cancel_activity: true }),
    })
    expect(description.elements).toStrictEqual([
      { id: 'e', type: 'other', typename: 'AcmeBoundary', attachedTo: 'x', interrupting: true },
      { id: 'x', type: 'task', typename: 'NoneTask' },
    ])
  }
})

test('U34 a boundary event whose guard guards nothing is attached to nothing, and is not lost', () => {
  const description = describeTasks({
    a: drawnTask('a', ['g']),
    g: internal('BoundaryEventSplit', ['e']),
    e: drawnTask('e', [], { typename: 'BoundaryEvent' }),
  })
  expect(summary(description)).toStrictEqual(['a: task', 'e: boundary-event', 'a -> e'])
  expect(description.elements[1]).not.toHaveProperty('attachedTo')
})

test('U34 what cannot be contracted is an element of its own with its typename', () => {
  const description = describeTasks({
    a: drawnTask('a', ['hub', 'odd', 'no task']),
    hub: internal('SimpleBpmnTask', ['x', 'y'], { name: 'hub' }),
    odd: internal('AcmeInternal', ['x'], { name: 'odd one' }),
    'no task': 7,
    x: drawnTask('x', []),
    y: drawnTask('y', []),
  })
  expect(description.elements.filter((element) => element.type === 'other')).toStrictEqual([
    { id: 'hub', type: 'other', typename: 'SimpleBpmnTask' },
    { id: 'no task', type: 'other', typename: '' },
    { id: 'odd one', type: 'other', typename: 'AcmeInternal' },
  ])
  expect(summary(description).filter((line) => line.includes('->'))).toStrictEqual([
    'a -> hub',
    'a -> odd one',
    'a -> no task',
    'hub -> x',
    'hub -> y',
    'odd one -> x',
  ])
})

test('U3 U34 an internal typename with a BPMN id is a real element', () => {
  expect(describeTasks({ s: internal('SimpleBpmnTask', [], { bpmn_id: 's' }) }).elements).toStrictEqual([
    { id: 's', type: 'other', typename: 'SimpleBpmnTask' },
  ])
  expect(
    describeTasks({ s: { typename: 'Simple', name: 's', position: { x: 0, y: 0 }, outputs: [] } }).elements,
  ).toStrictEqual([])
})

test('U34 a loop without a child of its own stays what it is, and so does the task that it names', () => {
  const loop = (child: unknown): object =>
    drawnTask('each', [], { typename: 'StandardLoopTask', task_spec: child })
  const bare = { id: 'each', type: 'other', typename: 'StandardLoopTask', loop: { kind: 'standard' } }
  for (const child of ['nowhere', undefined, null, 7, 'each']) {
    expect(describeTasks({ each: loop(child) }).elements).toStrictEqual([bare])
  }
  const taken = describeTasks({
    a: drawnTask('a', ['x']),
    each: loop('x'),
    x: drawnTask('x', []),
  })
  expect(summary(taken)).toStrictEqual(['a: task', 'each: other', 'x: task', 'a -> x'])
  const leading = describeTasks({
    each: loop('each [child]'),
    'each [child]': drawnTask('each', ['y']),
    y: drawnTask('y', []),
  })
  expect(summary(leading)).toStrictEqual([
    'each: other',
    'each [child]: task',
    'y: task',
    'each [child] -> y',
  ])
  const nested = describeTasks({
    each: loop('other'),
    other: drawnTask('other', [], { typename: 'StandardLoopTask' }),
  })
  expect(summary(nested)).toStrictEqual(['each: other', 'other: other'])
})

test('U34 tasks with one BPMN id become elements of different ids, and flows tell them apart', () => {
  const description = describeTasks({
    k1: drawnTask('same', ['k2', 'k3']),
    k2: drawnTask('same', []),
    k3: drawnTask('k2', []),
  })
  const [first, second, third] = description.elements.map((element) => element.id)
  expect(new Set([first, second, third]).size).toBe(3)
  expect(description.elements.map((element) => element.id)).toContain('same')
  expect(description.flows.every((flow) => flow.from === 'same' && flow.to !== 'same')).toBe(true)
  expect(description.flows).toHaveLength(2)
})

test('U21 U34 an unknown typename with a process as its spec refers to it', () => {
  const custom = (id: string, spec: unknown): object => drawnTask(id, [], { typename: 'AcmeCall', spec })
  const tasks = {
    a: custom('a', 'held'),
    b: custom('b', 'later'),
    c: custom('c', 'c'),
    d: custom('d', 'just text'),
    e: custom('e', 'toString'),
    f: custom('f', 7),
  }
  const unit = unitOf({ p: { task_specs: tasks }, held: {}, c: {} }, ['later'])
  expect(describeProcess(unit, 'p').elements.map(({ calls, embeds }) => ({ calls, embeds }))).toStrictEqual([
    { calls: 'held', embeds: undefined },
    { calls: 'later', embeds: undefined },
    { calls: undefined, embeds: 'c' },
    { calls: undefined, embeds: undefined },
    { calls: undefined, embeds: undefined },
    { calls: undefined, embeds: undefined },
  ])
})

test('U34 what a flow leads to is neither an event subprocess nor a participant, though the start leads to it too', () => {
  const description = describeTasks({
    Start: internal('BpmnStartTask', ['start', 'inside', 'called']),
    start: drawnTask('start', ['inside', 'called'], { typename: 'StartEvent' }),
    inside: drawnTask('inside', [], { typename: 'SubWorkflowTask', spec: 'inside' }),
    called: drawnTask('called', [], { typename: 'CallActivity', spec: 'called' }),
  })
  expect(summary(description)).toStrictEqual([
    'start: start-event',
    'called: call-activity',
    'inside: subprocess',
    'start -> inside',
    'start -> called',
  ])
})
