import { expect, test } from 'vitest'
import { defineActivity } from '../../../../ts/deciders/definitions/index.js'
import { comparisons, defineUnitWorkflow } from '../../../../ts/deciders/units/index.js'
import { createMemoryStore } from '../../../../ts/stores/memory/index.js'
import { cacheElementUnitsForWorkflow } from '../../../../ts/units/index.js'
import {
  asConditional,
  call,
  catchEvent,
  drawn,
  embed,
  end,
  exclusive,
  line,
  manualTask,
  otherwise,
  path,
  script,
  scriptTask,
  serviceTask,
  signal,
  specsOf,
  start,
  task,
  userTask,
  when,
  withFields,
} from '../../../fixtures/units/drawn-processes.mjs'
import { benchOf } from './unit-bench.js'

const post = { operation: 'http/Post', parameters: { url: { value: "'/o'", type: 'str' } }, result: 'answer' }

test('U36 what needs a function is known before the first start, in all that can be reached', async () => {
  const inner = line('Inner', [scriptTask('Deep', 'Deep down', 'x = 1')])
  const part = line('Part', [serviceTask('Post', 'Post it', post)])
  const top = line('Top', [
    userTask('Ask', 'Ask'),
    task('Plain', 'Plain'),
    embed(part),
    call('Call', 'Call', 'Inner'),
    manualTask('Scripted', 'Scripted', { prescript: 'y = 2' }),
    script('Bound'),
  ])
  const bench = await benchOf(top, { called: [inner], activities: { Bound: () => undefined } })
  expect(bench.workflow.unbound.toSorted((one, other) => (one.process < other.process ? 1 : -1))).toEqual([
    { process: 'Top', element: 'Scripted:prescript', name: 'Scripted', type: 'manual-task', script: 'y = 2' },
    { process: 'Part', element: 'Post', name: 'Post it', type: 'service-task', operation: 'http/Post' },
    { process: 'Inner', element: 'Deep', name: 'Deep down', type: 'script-task', script: 'x = 1' },
  ])
  expect(bench.workflow.problems).toEqual([])
  expect(await bench.workflow.check()).toMatchObject({ processes: 3 })
})

test('U36 what a run cannot do is known before the first start, with the element and the expression', async () => {
  const ways = drawn(
    'Ways',
    [start('s'), exclusive('which'), catchEvent('C', 'C', signal('x')), end('e')],
    [...path('s', 'which'), ...when('which', 'n >', 'C', 'e'), ...otherwise('which', 'e')],
  )
  const bench = await benchOf(ways, { alter: { 'Ways/C': asConditional } })
  expect(bench.workflow.problems).toMatchObject([
    { process: 'Ways', element: 'which', expression: 'n >' },
    { process: 'Ways', element: 'C', name: 'C' },
  ])
  expect(bench.workflow.problems[1]?.problem).toContain('conditional')
  await bench.start({ n: 1 })
  expect(await bench.error()).toMatchObject({
    code: 'bad-expression',
    fields: { process: 'Ways', element: 'which' },
  })
  // Of another evaluator's language nothing is known.
  const own = await benchOf(ways, { evaluate: () => true, alter: { 'Ways/C': asConditional } })
  expect(own.workflow.problems.map(({ element }) => element)).toEqual(['C'])
  await own.start()
  expect(await own.error()).toMatchObject({
    code: 'unsupported-element',
    fields: { process: 'Ways', element: 'C' },
  })
})

test('U36 an evaluator of the own says itself what it cannot read; one that does not say is not asked', async () => {
  const process = drawn(
    'Top',
    [start('s'), exclusive('Which'), end('e'), end('f')],
    [...path('s', 'Which'), ...when('Which', 'total >', 'e'), ...otherwise('Which', 'f')],
  )
  const silent = await benchOf(process, { evaluate: () => true })
  expect(silent.workflow.problems).toEqual([])
  const check = (expression: string): void => {
    throw new Error(`no idea of ${expression}`)
  }
  const strict = await benchOf(process, { evaluate: Object.assign(() => true, { check }) })
  expect(strict.workflow.problems).toEqual([
    { process: 'Top', element: 'Which', problem: 'no idea of total >', expression: 'total >' },
  ])
})

test('U36 a task of a type that is not known is a problem, and fails a run that comes to it', async () => {
  const bench = await benchOf(line('Odd', [task('X', 'X')]), {
    alter: { 'Odd/X': withFields({ typename: 'MagicTask' }) },
  })
  expect(bench.workflow.problems).toMatchObject([{ process: 'Odd', element: 'X' }])
  await bench.start()
  expect(await bench.error()).toMatchObject({ code: 'unsupported-element', fields: { element: 'X' } })
})

test('U36 without check nothing is read, and what is unbound is found where it is reached: the run waits', async () => {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'w', specsOf(line('Top', [script('Work')])))
  const define = (activities = {}): Promise<Awaited<ReturnType<typeof defineUnitWorkflow<'w'>>>> =>
    defineUnitWorkflow({
      name: 'w',
      store,
      cacheKey: 'w',
      processId: 'Top',
      evaluate: comparisons,
      check: false,
      activities,
    })
  expect((await define()).unbound).toEqual([])
  const bench = await benchOf(line('Top', [script('Work')]), { check: false })
  await bench.start()
  const { failures, closed } = await bench.harness.manager.process('p')
  expect(closed).toBeUndefined()
  expect(failures?.error).toMatchObject({
    code: 'unbound-elements',
    fields: { process: 'Top', elements: [{ process: 'Top', element: 'Work', type: 'script-task' }] },
  })
})

test('U36 check looks at what is cached now', async () => {
  const bench = await benchOf(line('Top', [task('Plain', 'Plain')]))
  expect(bench.workflow.unbound).toEqual([])
  const before = await bench.workflow.check()
  await cacheElementUnitsForWorkflow(bench.store, 'w', specsOf(line('Top', [script('Work')])))
  const after = await bench.workflow.check()
  expect(after.version).not.toBe(before.version)
  expect(after.unbound.map(({ element }) => element)).toEqual(['Work'])
})

test.each([
  ['a number', 5],
  ['a list', []],
  ['an activity by its name', 'send'],
])('U36 a binding that is %s is bad-argument', async (_, bound) => {
  const activities = { Work: bound } as unknown as Record<string, () => undefined>
  await expect(benchOf(line('Top', [script('Work')]), { activities })).rejects.toMatchObject({
    code: 'bad-argument',
  })
})

test('U36 what cannot be read is told as by readElementUnit', async () => {
  const store = createMemoryStore()
  const define = (processId: string): Promise<unknown> =>
    defineUnitWorkflow({ name: 'w', store, cacheKey: 'w', processId, evaluate: comparisons })
  await expect(define('Top')).rejects.toMatchObject({ code: 'unknown-cache-key' })
  await cacheElementUnitsForWorkflow(store, 'w', specsOf(line('Top', [])))
  await expect(define('Nobody')).rejects.toMatchObject({ code: 'unknown-process' })
})

test('U36 a start is data, as its schema says', async () => {
  const bench = await benchOf(line('Top', []))
  for (const wrong of [[], 'text', 5, new Map()]) {
    const start = bench.harness.start(bench.workflow, wrong as unknown as Record<string, never>)
    await expect(start).rejects.toMatchObject({ code: 'invalid-value' })
  }
})

test('U36 two activities of one name are bad-argument', async () => {
  const one = defineActivity('same', async () => ({}))
  const other = defineActivity('same', async () => ({}))
  const bench = benchOf(line('Top', [script('A'), script('B')]), { activities: { A: one, B: other } })
  await expect(bench).rejects.toMatchObject({ code: 'bad-argument' })
})
