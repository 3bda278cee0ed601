import { expect, test } from 'vitest'
import { defineActivity } from '../../../../ts/deciders/definitions/index.js'
import type { UnitRead, UnitTask } from '../../../../ts/deciders/units/index.js'
import type { Event, Process } from '../../../fixtures/units/drawn-processes.mjs'
import {
  boundary,
  call,
  drawn,
  end,
  error,
  exclusive,
  line,
  message,
  otherwise,
  path,
  script,
  start,
  userTask,
  when,
} from '../../../fixtures/units/drawn-processes.mjs'
import { benchOf } from './unit-bench.js'

type Task = UnitTask
const leaf = line('Leaf', [userTask('Ask', 'Ask')])
const middle = line('Middle', [call('CallLeaf', 'Call', 'Leaf'), script('Mid')])
const top = line('Top', [call('CallMiddle', 'Call', 'Middle'), script('Done')])
const activities = { Mid: () => ({ mid: true }), Done: () => ({ done: true }) }
const called = [middle, leaf]

test('U36 a call is a child process, tagged with what it runs, on the version of its caller', async () => {
  const bench = await benchOf(top, { called, activities })
  await bench.start({ a: 1 })
  const { processes } = await bench.harness.manager.list()
  const starts = processes.map(({ id, tags, parent }) => [id, tags, parent?.process])
  expect(starts).toHaveLength(3)
  expect(starts).toContainEqual(['p', [], undefined])
  const inMiddle = starts.find(([, tags]) => String(tags) === 'Middle')
  const inLeaf = starts.find(([, tags]) => String(tags) === 'Leaf')
  expect(inMiddle?.[2]).toBe('p')
  expect(inLeaf?.[2]).toBe(inMiddle?.[0])
  const versions = await Promise.all(
    processes.map(async ({ id }) => {
      const [first] = await bench.harness.history(id)
      return first?.type === 'process-started' ? (first.input as { version: string }).version : undefined
    }),
  )
  expect(new Set(versions)).toEqual(new Set([(await bench.workflow.check()).version]))
})

test('U36 the unit of a called process is read when it is first decided, and not before', async () => {
  const read: UnitRead[] = []
  const bench = await benchOf(line('Top', [userTask('First', 'First'), call('Call', 'Call', 'Leaf')]), {
    called: [leaf],
    onUnit: (unit) => void read.push(unit),
    check: false,
  })
  expect(read).toEqual([])
  await bench.start()
  expect(read.map(({ processId }) => processId)).toEqual(['Top'])
  expect(read[0]?.included).toEqual(['Top'])
  expect(read[0]?.bytes).toBeGreaterThan(500)
  await bench.answer('First')
  expect(read.map(({ processId }) => processId)).toEqual(['Top', 'Leaf'])
})

test('U37 active and completed elements over all that was called', async () => {
  const bench = await benchOf(top, { called, activities })
  await bench.start({ a: 1 })
  expect(await bench.active()).toEqual([{ processId: 'Leaf', elementId: 'Ask' }])
  expect(await bench.completed()).toEqual(['Leaf_start', 'Middle_start', 'Top_start'])
  await bench.answer('Ask', { b: 2 })
  expect(await bench.data()).toEqual({ a: 1, b: 2, mid: true, done: true })
  expect(await bench.active()).toEqual([])
  const inOrder = await bench.workflow.completed(bench.harness.manager, 'p')
  expect(inOrder.map(({ process, element }) => `${process}/${element}`)).toEqual([
    ...['Top/Top_start', 'Middle/Middle_start', 'Leaf/Leaf_start', 'Leaf/Ask', 'Leaf/Leaf_end'],
    ...['Middle/CallLeaf', 'Middle/Mid', 'Middle/Middle_end', 'Top/CallMiddle', 'Top/Done', 'Top/Top_end'],
  ])
})

test('U37 of a process that is not there nothing is known', async () => {
  const bench = await benchOf(top, { called, activities })
  await expect(bench.workflow.completed(bench.harness.manager, 'nobody')).rejects.toMatchObject({
    code: 'no-such-process',
  })
  await expect(bench.harness.manager.active('nobody')).rejects.toMatchObject({ code: 'no-such-process' })
})

const recursive = drawn(
  'Down',
  [start('s'), script('count'), exclusive('deeper'), call('Call', 'Call', 'Down'), end('e')],
  [...path('s', 'count', 'deeper'), ...when('deeper', 'n < most', 'Call', 'e'), ...otherwise('deeper', 'e')],
)
const count = ({ data }: Task): object => ({ n: Number(data['n']) + 1 })

test('U36 a process may call itself, as deep as the limit', async () => {
  const bench = await benchOf(recursive, { called: [recursive], activities: { count }, limits: { depth: 5 } })
  await bench.start({ n: 0, most: 5 })
  expect(await bench.data()).toEqual({ n: 5, most: 5 })
  const deeper = await benchOf(recursive, {
    called: [recursive],
    activities: { count },
    limits: { depth: 5 },
  })
  await deeper.start({ n: 0, most: 6 })
  const failed = await deeper.error()
  expect(failed).toMatchObject({ code: 'run-limit' })
  expect(JSON.stringify(failed)).toContain('Call in Down')
  expect((await deeper.harness.manager.list({ status: 'open' })).processes).toEqual([])
})

test('U36 recursion without end stops at 100', async () => {
  const bench = await benchOf(recursive, { called: [recursive], activities: { count } })
  await bench.start({ n: 0, most: Infinity })
  expect(await bench.error()).toMatchObject({ code: 'run-limit' })
  expect((await bench.harness.manager.list({ limit: 1000 })).processes).toHaveLength(100)
})

test('U36 a run that is canceled from outside takes all that it has called with it', async () => {
  const bench = await benchOf(top, { called, activities })
  await bench.start()
  await bench.harness.cancel('p', { reason: 'enough' })
  expect(await bench.harness.result('p')).toMatchObject({
    status: 'canceled',
    error: { fields: { reason: 'enough' } },
  })
  expect(await bench.asked()).toEqual([])
  expect((await bench.harness.manager.list({ status: 'open' })).processes).toEqual([])
})

test('U36 a run that is asked to cancel itself does so, and so does what it has called', async () => {
  const bench = await benchOf(top, { called, activities })
  await bench.start()
  await bench.harness.cancel('p', { reason: 'please', request: true })
  expect(await bench.harness.result('p')).toMatchObject({
    status: 'canceled',
    error: { fields: { reason: 'please' } },
  })
  expect(await bench.asked()).toEqual([])
})

/** A call whose edge waits for an event, which leads to `Stopped`. */
const onEdge = (calls: string, event: Event): Process =>
  drawn(
    'Edge',
    [
      start('s'),
      call('Call', 'Call', calls),
      boundary('B', 'B', 'Call', event),
      script('Stopped'),
      end('e'),
      end('e2'),
    ],
    [...path('s', 'Call', 'e'), ...path('B', 'Stopped', 'e2')],
  )

test('U36 an event on the edge of a call ends what was called, and what that has called', async () => {
  const bench = await benchOf(onEdge('Middle', message('stop')), {
    called,
    activities: { ...activities, Stopped: () => ({ stopped: true }) },
  })
  await bench.start()
  await bench.harness.signal('p', 'stop')
  expect(await bench.data()).toEqual({ stopped: true })
  expect(await bench.asked()).toEqual([])
  expect((await bench.harness.manager.list({ status: 'open' })).processes).toEqual([])
  expect(await bench.completed()).toEqual(['B', 'Leaf_start', 'Middle_start', 'Stopped', 'e2', 's'])
})

test('U36 somebody may cancel only what was called: that is the error canceled', async () => {
  const bench = await benchOf(onEdge('Leaf', error('canceled')), {
    called: [leaf],
    activities: { Stopped: () => ({ stopped: true }) },
  })
  await bench.start()
  const { processes } = await bench.harness.manager.list()
  await bench.harness.cancel(processes.find(({ tags }) => tags.includes('Leaf'))?.id ?? '')
  expect(await bench.data()).toEqual({ stopped: true })
})

test('U36 what fails deep inside fails all, with what went wrong there', async () => {
  const work = defineActivity('work', { retry: { attempts: 1 } }, async () => {
    throw new Error('out of ink')
  })
  const bench = await benchOf(line('Top', [call('Call', 'Call', 'Inner')]), {
    called: [line('Inner', [script('Work')])],
    activities: { Work: work },
  })
  await bench.start()
  expect(JSON.stringify(await bench.error())).toContain('out of ink')
})
