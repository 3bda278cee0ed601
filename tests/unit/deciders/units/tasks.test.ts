import { expect, test } from 'vitest'
import { defineActivity } from '../../../../ts/deciders/definitions/index.js'
import type { UnitTask } from '../../../../ts/deciders/units/index.js'
import {
  call,
  line,
  manualTask,
  message,
  ruleTask,
  script,
  sendTask,
  serviceTask,
  task,
  userTask,
  withFields,
} from '../../../fixtures/units/drawn-processes.mjs'
import { benchOf } from './unit-bench.js'

type Task = UnitTask
const table = { id: 'Rates', name: 'Rates', inputs: [], outputs: [], rules: [] } as const
const post = {
  operation: 'http/Post',
  parameters: { url: { value: "'/o/' + id", type: 'str' }, body: { value: 'order', type: 'any' } },
  result: 'answer',
}

test.each(['a', 'b', 'c'] as const)(
  'U36 each kind of task runs by what it is bound to, in dialect %s',
  async (dialect) => {
    const kinds = line('Kinds', [
      script('Compute'),
      serviceTask('Post', 'Post', post),
      ruleTask('Rate', 'Rate', table),
      sendTask('Send', 'Send', message('sent')),
      task('Plain', 'Plain'),
      userTask('Ask', 'Ask'),
      manualTask('Carry', 'Carry'),
    ])
    const mark = ({ element, type }: Task): object => ({ [element]: type })
    const activities = {
      Compute: mark,
      'http/Post': () => 201,
      Rate: mark,
      Send: mark,
      Plain: mark,
      Ask: mark,
      Carry: mark,
    }
    const bench = await benchOf(kinds, { dialect, activities })
    expect([bench.workflow.unbound, bench.workflow.problems]).toEqual([[], []])
    await bench.start({ id: '7', order: { n: 1 } })
    expect(await bench.data()).toEqual({
      ...{ id: '7', order: { n: 1 }, answer: 201 },
      ...{ Compute: 'script-task', Rate: 'business-rule-task', Send: 'send-task' },
      ...{ Plain: 'task', Ask: 'user-task', Carry: 'manual-task' },
    })
    expect(await bench.completed()).toEqual([
      'Ask',
      'Carry',
      'Compute',
      'Kinds_end',
      'Kinds_start',
      'Plain',
      'Post',
      'Rate',
      'Send',
    ])
  },
)

test('U36 by process and element goes before by element, and that before by operation', async () => {
  const inner = line('Inner', [serviceTask('Post', 'Post', { ...post, result: 'inner' })])
  const top = line('Top', [
    serviceTask('Post', 'Post', { ...post, result: 'top' }),
    call('Call', 'Call', 'Inner'),
    serviceTask('Other', 'Other', { ...post, result: 'other' }),
  ])
  const activities = { 'Inner/Post': () => 'place', Post: () => 'element', 'http/Post': () => 'operation' }
  const bench = await benchOf(top, { called: [inner], activities })
  await bench.start({ id: '1', order: null })
  expect(await bench.data()).toMatchObject({ top: 'element', inner: 'place', other: 'operation' })
})

test('U36 a plain task that is bound to nothing is done at once', async () => {
  const bench = await benchOf(line('Plain', [task('Nothing', 'Nothing')]))
  await bench.start({ a: 1 })
  expect(await bench.data()).toEqual({ a: 1 })
})

test('U36 a service gets its parameters evaluated, and its result stands under its variable', async () => {
  const seen: Task[] = []
  const send = defineActivity('send', async (given: Task) => {
    seen.push(given)
    return { status: 201 }
  })
  const bench = await benchOf(line('Service', [serviceTask('Post', 'Post it', post, { lane: 'Clerk' })]), {
    activities: { 'http/Post': send },
    evaluate: (expression, data) => (expression === 'order' ? data['order'] : `/o/${String(data['id'])}`),
  })
  await bench.start({ id: '7', order: { n: 1 } })
  expect(await bench.data()).toEqual({ id: '7', order: { n: 1 }, answer: { status: 201 } })
  expect(seen).toMatchObject([
    {
      ...{ process: 'Service', element: 'Post', name: 'Post it', type: 'service-task', lane: 'Clerk' },
      ...{
        operation: 'http/Post',
        parameters: { url: '/o/7', body: { n: 1 } },
        data: { id: '7', order: { n: 1 } },
      },
    },
  ])
})

test('U36 the result of a service without a variable stands under a name made of its element', async () => {
  const bench = await benchOf(
    line('Service', [serviceTask('Post-it', 'Post', { ...post, parameters: {} })]),
    {
      activities: { 'http/Post': () => 1 },
      alter: { 'Service/Post-it': withFields({ result_variable: null }) },
    },
  )
  await bench.start()
  expect(await bench.data()).toEqual({ spiff__Post_it_result: 1 })
})

test('U36 a service is tried again as often as its spec says', async () => {
  let attempts = 0
  const send = defineActivity('send', async () => {
    attempts++
    if (attempts < 3) throw new Error('busy')
    return attempts
  })
  const drawn = line('Service', [serviceTask('Post', 'Post', { ...post, parameters: {}, retries: 2 })])
  const bench = await benchOf(drawn, { activities: { 'http/Post': send } })
  await bench.start()
  expect(attempts).toBe(1)
  await bench.harness.advance('1h')
  expect(await bench.data()).toEqual({ answer: 3 })

  attempts = -1
  const once = await benchOf(
    line('Service', [serviceTask('Post', 'Post', { ...post, parameters: {}, retries: 1 })]),
    {
      activities: { 'http/Post': send },
    },
  )
  await once.start()
  await once.harness.advance('1h')
  expect(attempts).toBe(1)
  expect(await once.error()).toMatchObject({
    code: 'element-failed',
    fields: { element: 'Post', process: 'Service' },
  })
})

test('U36 a human task waits, with all that a form needs', async () => {
  const options = {
    lane: 'Manager',
    form: 'approval',
    instructions: 'Look at it',
    extensions: { colour: 'red' },
    documentation: 'Why',
  }
  const bench = await benchOf(line('Human', [userTask('Approve', 'Approve it', options)]), {
    alter: { 'Human/Approve': withFields({ variable: 'decision' }) },
  })
  await bench.start({ total: 120 })
  expect(await bench.asked()).toEqual([
    {
      ...{ process: 'Human', element: 'Approve', name: 'Approve it', type: 'user-task', lane: 'Manager' },
      data: { total: 120 },
      variable: 'decision',
      ...(options.documentation && { documentation: 'Why' }),
      extensions: {
        properties: {
          formJsonSchemaFilename: 'approval-schema.json',
          formUiSchemaFilename: 'approval-ui.json',
        },
        instructionsForEndUser: 'Look at it',
        colour: 'red',
      },
    },
  ])
  expect(await bench.active()).toEqual(['Approve'])
  await bench.answer('Approve', { approved: true })
  expect(await bench.data()).toEqual({ total: 120, decision: { approved: true } })
})

test('U36 what a person gives is merged into objects; lists are replaced, and undefined removes', async () => {
  const bench = await benchOf(line('Human', [manualTask('Ask', 'Ask')]))
  await bench.start({ form: { a: 1, b: { c: 2 } }, list: [1, 2, 3], old: true })
  await bench.answer('Ask', { form: { b: { d: 3 } }, list: [9], old: undefined })
  expect(await bench.data()).toEqual({ form: { a: 1, b: { c: 2, d: 3 } }, list: [9] })
})

test('U36 what a function gives stands in the place of what there was', async () => {
  const bench = await benchOf(line('Script', [script('Set')]), {
    activities: { Set: () => ({ form: { b: 2 }, old: undefined }) },
  })
  await bench.start({ form: { a: 1 }, old: true, kept: 1 })
  expect(await bench.data()).toEqual({ form: { b: 2 }, kept: 1 })
})

test('U36 pre- and post-scripts run around their task, by process and element or by element', async () => {
  const options = { prescript: 'a = 1', postscript: 'c = a + b' }
  const seen: string[] = []
  const activities = {
    'Ask:prescript': ({ script: text }: Task) => {
      seen.push(String(text))
      return { a: 1 }
    },
    'Scripts/Ask:postscript': ({ data, script: text }: Task) => {
      seen.push(String(text))
      return { c: Number(data['a']) + Number(data['b']) }
    },
  }
  const bench = await benchOf(line('Scripts', [manualTask('Ask', 'Ask', options)]), { activities })
  expect(bench.workflow.unbound).toEqual([])
  await bench.start()
  expect((await bench.asked())[0]?.data).toEqual({ a: 1 })
  await bench.answer('Ask', { b: 2 })
  expect(await bench.data()).toEqual({ a: 1, b: 2, c: 3 })
  expect(seen).toEqual(['a = 1', 'c = a + b'])
})

test('U36 a function that throws in a pre-script fails the process, with the element', async () => {
  const activities = {
    'Ask:prescript': () => {
      throw new Error('no such luck')
    },
  }
  const bench = await benchOf(line('Scripts', [manualTask('Ask', 'Ask', { prescript: 'x' })]), { activities })
  await bench.start()
  expect(await bench.error()).toMatchObject({
    code: 'element-failed',
    fields: { process: 'Scripts', element: 'Ask', reason: 'prescript: no such luck' },
  })
})

test('U36 a human task may be bound to an activity of its own, which does it by itself', async () => {
  const ask = defineActivity('ask', async ({ data }: Task) => ({ doubled: Number(data['n']) * 2 }))
  const bench = await benchOf(line('Human', [userTask('Ask', 'Ask')]), { activities: { Ask: ask } })
  await bench.start({ n: 4 })
  expect(await bench.asked()).toEqual([])
  expect(await bench.data()).toEqual({ n: 4, doubled: 8 })
})
