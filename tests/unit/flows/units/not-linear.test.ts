import { expect, test } from 'vitest'
import type { AnyTask } from '../../../../ts/flows/index.js'
import { defineTask, of } from '../../../../ts/flows/index.js'
import type { ElementTasks } from '../../../../ts/flows/units/index.js'
import { flowFromUnit } from '../../../../ts/flows/units/index.js'
import type { CacheStore } from '../../../../ts/stores/index.js'
import type { Drawn, Model } from './drawn-workflows.js'
import { cached, call, embed, event, line, plain, script, service } from './drawn-workflows.js'

const nothing: AnyTask = defineTask({ name: 'nothing', run: () => undefined })
const tasks: ElementTasks = { A: nothing, B: nothing, C: nothing, Receive: nothing }

function make(store: CacheStore, more: Partial<Parameters<typeof flowFromUnit>[3]> = {}): Promise<unknown> {
  return flowFromUnit(store, 'key', 'Top', { tasks, ...more })
}

/** A start, `A`, this gateway to `B` and to `C`, which lead to the end. */
function branching(typename: string): Model {
  const gateway: Drawn = { id: 'Split', typename, to: [['B', 'x > 1'], 'C'] }
  const to = { to: ['End_1'] }
  return line('Top', plain('A'), gateway, plain('B', to), plain('C', to))
}

const loop = (typename: string): Drawn => plain('A', { loop: { typename } })
const throwing = (type: string, kind: string): Drawn => event('Event', type, `${kind}EventDefinition`)

const REFUSED: readonly (readonly [what: string, element: string, problem: string, model: Model])[] = [
  ['an exclusive gateway', 'Split', 'leads to both "B" and "C"', branching('ExclusiveGateway')],
  ['an inclusive gateway', 'Split', 'leads to both "B" and "C"', branching('InclusiveGateway')],
  ['a parallel gateway', 'Split', 'leads to both "B" and "C"', branching('ParallelGateway')],
  ['an event-based gateway', 'Split', 'waits for events', branching('EventBasedGateway')],
  [
    'two ways out of a task',
    'A',
    'leads to both "B" and "C"',
    line('Top', plain('A', { to: ['B', 'C'] }), plain('B'), plain('C', { to: ['End_1'] })),
  ],
  [
    'a condition',
    'Only',
    'leads on under a condition',
    line('Top', { id: 'Only', typename: 'ExclusiveGateway', to: [['A', 'x > 1']] }, plain('A')),
  ],
  [
    'a way back',
    'A',
    'comes after both "Start_1" and "B"',
    line('Top', plain('A'), plain('B', { to: ['A'] })),
  ],
  [
    'a circle',
    'A',
    'leads back to itself',
    { id: 'Top', starts: [], drawn: [plain('A', { to: ['B'] }), plain('B', { to: ['A'] })] },
  ],
  [
    'a circle beside the line',
    'A',
    'leads back to itself',
    { ...line('Top'), drawn: [...line('Top').drawn, plain('A', { to: ['B'] }), plain('B', { to: ['A'] })] },
  ],
  [
    'two starts',
    'Start_2',
    'comes after no other element',
    {
      id: 'Top',
      starts: ['Start_1', 'Start_2'],
      drawn: [
        { ...event('Start_1', 'StartEvent'), to: ['A'] },
        { ...event('Start_2', 'StartEvent'), to: ['B'] },
        plain('A'),
        plain('B'),
      ],
    },
  ],
  [
    'a task that nothing leads to',
    'B',
    'comes after no other element',
    { ...line('Top', plain('A')), drawn: [...line('Top', plain('A')).drawn, plain('B')] },
  ],
  [
    'a parallel multi-instance loop',
    'A',
    'is done more than once',
    line('Top', loop('ParallelMultiInstanceTask')),
  ],
  [
    'a sequential multi-instance loop',
    'A',
    'is done more than once',
    line('Top', loop('SequentialMultiInstanceTask')),
  ],
  ['a standard loop', 'A', 'is done more than once', line('Top', loop('StandardLoopTask'))],
  [
    'a boundary event',
    'Late',
    'is a boundary event',
    {
      ...line('Top', plain('A')),
      drawn: [
        ...line('Top', plain('A')).drawn,
        { ...event('Late', 'BoundaryEvent', 'DurationTimerEventDefinition'), attachedTo: 'A', to: ['End_1'] },
      ],
    },
  ],
  [
    'an event that is waited for',
    'Event',
    'waits for an event',
    line('Top', plain('A'), throwing('IntermediateCatchEvent', 'Signal')),
  ],
  [
    'a task that receives',
    'Receive',
    'waits for a message',
    line('Top', { id: 'Receive', typename: 'ReceiveTask' }),
  ],
  [
    'a start by an event',
    'Event',
    'waits for an event (message)',
    { id: 'Top', starts: ['Event'], drawn: [throwing('StartEvent', 'Message')] },
  ],
  [
    'an event that is caused',
    'Event',
    'causes an event (signal)',
    line('Top', throwing('IntermediateThrowEvent', 'Signal')),
  ],
  [
    'an end by an error',
    'Event',
    'causes an event (error)',
    {
      ...line('Top'),
      drawn: [{ ...event('Start_1', 'StartEvent'), to: ['Event'] }, throwing('EndEvent', 'Error')],
    },
  ],
  [
    'an event subprocess',
    'On_Signal',
    'is begun by an event',
    {
      ...line('Top', plain('A')),
      triggers: ['On_Signal'],
      drawn: [...line('Top', plain('A')).drawn, embed('On_Signal')],
    },
  ],
  [
    'a call with a script before it',
    'In',
    'has a script before or after it',
    line('Top', call('In', 'Sub', { prescript: 'x = 1' })),
  ],
]

test.each(REFUSED)('U35 not linear: %s', async (_what, element, problem, model) => {
  const store = await cached(model, line('On_Signal'), line('Sub', plain('A')))
  await expect(make(store)).rejects.toMatchObject({
    code: 'not-linear',
    message: expect.stringContaining(`its element "${element}" ${problem}`) as string,
    fields: { process: 'Top', element, problem: expect.stringContaining(problem) as string },
  })
})

test('U35 not linear: the process that is named is the one that holds the element', async () => {
  const inner = { ...branching('ExclusiveGateway'), id: 'Inner' }
  for (const entry of [call('In', 'Inner'), embed('Inner')]) {
    await expect(make(await cached(line('Top', entry), inner))).rejects.toMatchObject({
      code: 'not-linear',
      fields: { process: 'Inner', element: 'Split' },
    })
  }
})

test('U35 what is called with a script before it is expanded where that is asked for, without the script', async () => {
  const store = await cached(
    line('Top', call('In', 'Sub', { prescript: 'x = 1', postscript: 'y = 1' })),
    line('Sub', plain('A')),
  )
  const flow = await flowFromUnit(store, 'key', 'Top', { tasks: { ...tasks, In: 'expand' } })
  expect(flow.tasks.map(({ name }) => name)).toEqual(['In/A'])
})

test('U35 an end that ends all that there is ends the line', async () => {
  const end = throwing('EndEvent', 'Terminate')
  const model = {
    ...line('Top'),
    drawn: [{ ...event('Start_1', 'StartEvent'), to: ['A'] }, plain('A', { to: ['Event'] }), end],
  }
  const flow = await flowFromUnit(await cached(model), 'key', 'Top', { tasks })
  expect(flow.tasks).toHaveLength(1)
})

test('U35 elements without a task are refused, all of them at once, each once', async () => {
  const store = await cached(
    line('Top', plain('A'), script('Sum'), call('In', 'Sub'), call('Again', 'Sub')),
    line('Sub', service('Post', 'http/Post'), plain('Idle', { name: 'Be idle' })),
  )
  await expect(make(store)).rejects.toMatchObject({
    code: 'unbound-elements',
    message: '"Top" has elements that no task is bound to: "Top/Sum", "Sub/Post", "Sub/Idle"',
    fields: {
      process: 'Top',
      elements: [
        { process: 'Top', element: 'Sum', type: 'script-task' },
        { process: 'Sub', element: 'Post', type: 'service-task', operation: 'http/Post' },
        { process: 'Sub', element: 'Idle', name: 'Be idle', type: 'task' },
      ],
    },
  })
})

test('U35 a task that needs what none before it gives is refused, with its element', async () => {
  const store = await cached(line('Top', plain('A'), call('In', 'Sub')), line('Sub', plain('B')))
  const B = defineTask({ name: 'needs', inputs: { rows: of<number>() }, run: () => undefined })
  await expect(make(store, { tasks: { ...tasks, B } })).rejects.toMatchObject({
    code: 'bad-flow',
    fields: { flow: 'Top', task: 'In/B', process: 'Sub', element: 'B' },
    message: expect.stringContaining(`needs 'rows'`) as string,
  })
})

test('U35 a process that enters itself again is refused', async () => {
  const direct = await cached(line('Top', plain('A'), call('Again', 'Top')))
  await expect(make(direct)).rejects.toMatchObject({
    code: 'not-linear',
    fields: { process: 'Top', element: 'Again', problem: 'enters the process "Top" again' },
  })
  const round = await cached(line('Top', call('In', 'Sub')), line('Sub', call('Back', 'Top')))
  await expect(make(round)).rejects.toMatchObject({
    code: 'not-linear',
    fields: { process: 'Sub', element: 'Back' },
  })
})

test('U35 a called process that the workflow does not hold is named, and so is who calls it', async () => {
  const store = await cached(line('Top', plain('A'), call('In', 'Gone')))
  await expect(make(store)).rejects.toMatchObject({
    code: 'unknown-process',
    fields: { cacheKey: 'key', processId: 'Gone' },
    message: expect.stringContaining('which the element "In" of "Top" refers to') as string,
  })
  const flow = await flowFromUnit(store, 'key', 'Top', { tasks: { ...tasks, In: nothing } })
  expect(flow.tasks).toHaveLength(2)
})

test('U35 a workflow or a process that is not there is told as readElementUnit tells it', async () => {
  const store = await cached(line('Top', plain('A')))
  await expect(flowFromUnit(store, 'key', 'Bottom', { tasks })).rejects.toMatchObject({
    code: 'unknown-process',
  })
  await expect(flowFromUnit(store, 'none', 'Top', { tasks })).rejects.toMatchObject({
    code: 'unknown-cache-key',
  })
})

test('U35 a process in which nothing is to be done is no flow', async () => {
  await expect(make(await cached(line('Top')))).rejects.toMatchObject({
    code: 'bad-flow',
    fields: { flow: 'Top' },
  })
})
