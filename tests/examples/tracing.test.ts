import { SpanStatusCode } from '@opentelemetry/api'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import { cp, mkdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  cancelActivity,
  completeProcess,
  continueAsNew,
  createActivityWorker,
  createBackend,
  createDecisionWorker,
  createManager,
  defineActivity,
  defineWorkflow,
  of,
  scheduleActivity,
  startChildProcess,
} from 'unitflow/deciders'
import type { AnyWorkflow, Manager } from 'unitflow/deciders'
import { createMemoryRecords } from 'unitflow/records/memory'
import { createManualClock } from 'unitflow/testing'
import { expect, inject, onTestFinished, test } from 'vitest'
import { SpanIds } from '../../examples/tracing/span-ids.mjs'
import { traceProcesses } from '../../examples/tracing/trace-processes.mjs'
import { run } from '../packaging/run.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const NOON = 1_800_000_000_000
const MINUTE = 60_000

/** A program that traces what it does: all of its own but the records and the time. */
interface Program {
  readonly manager: Manager
  readonly decide: () => Promise<boolean>
  readonly work: () => Promise<boolean>
  /** Ends its tracing. */
  readonly spans: () => Promise<readonly ReadableSpan[]>
}

/** Records and a clock, and programs over them. */
function world(...workflows: readonly AnyWorkflow[]) {
  const records = createMemoryRecords()
  const clock = createManualClock(NOON)
  const open = (identity = 'one'): Program => {
    const exporter = new InMemorySpanExporter()
    const idGenerator = new SpanIds()
    const provider = new BasicTracerProvider({
      idGenerator,
      spanProcessors: [new SimpleSpanProcessor(exporter)],
    })
    onTestFinished(() => provider.shutdown())
    const backend = createBackend({ records, clock })
    const end = traceProcesses(backend, provider.getTracer('test'), idGenerator)
    const manager = createManager({ backend, workflows, clock })
    const decisions = createDecisionWorker(manager, { identity })
    const activities = createActivityWorker(manager, { identity })
    return {
      manager,
      decide: () => decisions.step(),
      work: () => activities.step(),
      spans: async () => {
        await end()
        return exporter.getFinishedSpans()
      },
    }
  }
  return { clock, open }
}

/** In minutes since noon. */
function minute([seconds, nanoseconds]: readonly [number, number]): number {
  return (seconds * 1000 + nanoseconds / 1e6 - NOON) / MINUTE
}

/** Spans as lines: their times, what each is in, what became of it. */
function lines(spans: readonly ReadableSpan[]): readonly string[] {
  const owners = new Map(
    spans.map((span) => [
      span.spanContext().spanId,
      `${span.name} ${String(span.attributes['unitflow.process'])}`,
    ]),
  )
  return spans
    .map((span) => {
      const { name, parentSpanContext: parent, attributes } = span
      const where = parent === undefined ? '-' : (owners.get(parent.spanId) ?? 'unknown')
      const outcome = attributes['unitflow.result'] ?? attributes['unitflow.decided']
      return `${minute(span.startTime)}-${minute(span.endTime)} ${name}, in ${where}: ${String(outcome)}`
    })
    .toSorted()
}

const pay = defineActivity(
  'pay',
  { retry: { attempts: 3, backoff: { initial: '1m', factor: 1 }, jitter: 0 } },
  (_: null, { attempt }) => {
    if (attempt < 3) throw new Error('the bank is busy')
  },
)
const child = defineWorkflow({
  name: 'child',
  input: of<null>(),
  activities: [],
  decide: () => completeProcess(),
})
const parent = defineWorkflow({
  name: 'parent',
  input: of<null>(),
  activities: [pay],
  children: [child],
  decide(process) {
    const paid = process.latest(pay)
    if (paid === undefined) return scheduleActivity(pay, null)
    if (paid.type !== 'completed') return []
    const [begun] = process.children(child)
    if (begun === undefined) return startChildProcess(child, null, { id: `${process.id}/child` })
    return begun.type === 'completed' ? completeProcess() : []
  },
})

const WHOLE = [
  '0-0 decide parent, in parent a: schedule-activity pay',
  '0-2 activity pay, in parent a: completed',
  '0-4 parent, in -: completed',
  '2-2 decide parent, in parent a: start-child-process child',
  '2-3 child, in parent a: completed',
  '3-3 decide child, in child a/child: complete-process',
  '4-4 decide parent, in parent a: complete-process',
]

test('D79 a process, its activities, decisions and children are spans, with the times of the events', async () => {
  const { clock, open } = world(parent)
  const { manager, decide, work, spans } = open()
  const id = await manager.start(parent, null, { id: 'a', tags: ['web'] })
  await decide()
  for (let attempt = 1; attempt <= 3; attempt++) {
    await work()
    if (attempt < 3) await clock.advance(MINUTE)
  }
  await decide()
  await clock.advance(MINUTE)
  await decide()
  await clock.advance(MINUTE)
  await decide()
  expect(await manager.result(id)).toMatchObject({ status: 'completed' })
  const found = await spans()
  expect(lines(found)).toEqual(WHOLE)
  expect(new Set(found.map((span) => span.spanContext().traceId)).size).toBe(1)

  const paid = found.find(({ name }) => name === 'activity pay')!
  expect(paid.events.map(({ name, time, attributes }) => [name, minute(time), attributes])).toEqual([
    ['attempt', 0, { attempt: 1, identity: 'one' }],
    ['failed', 0, { reason: 'the bank is busy' }],
    ['attempt', 1, { attempt: 2, identity: 'one' }],
    ['failed', 1, { reason: 'the bank is busy' }],
    ['attempt', 2, { attempt: 3, identity: 'one' }],
  ])
  expect(paid.status).toEqual({ code: SpanStatusCode.UNSET })
  expect(found.find(({ name }) => name === 'parent')?.attributes).toEqual({
    'unitflow.process': 'a',
    'unitflow.workflow': 'parent@1.0',
    'unitflow.tags': ['web'],
    'unitflow.result': 'completed',
  })
  expect(found.find(({ name }) => name === 'decide parent')?.attributes['unitflow.identity']).toBe('one')
})

test('D79 spans of a process that several programs work on are one trace, each span once', async () => {
  const { clock, open } = world(parent)
  const [one, two, three] = [open('one'), open('two'), open('three')]
  await one.manager.start(parent, null, { id: 'a' })
  await one.decide()
  await one.work()
  const found = [...(await one.spans())]
  await clock.advance(MINUTE)
  await two.work()
  await clock.advance(MINUTE)
  await three.work()
  await two.decide()
  await clock.advance(MINUTE)
  await three.decide()
  await clock.advance(MINUTE)
  // It has not seen anything of the process so far.
  const four = open('four')
  await four.decide()
  for (const { spans } of [two, three, four]) found.push(...(await spans()))
  expect(lines(found)).toEqual(WHOLE)
  expect(new Set(found.map((span) => span.spanContext().spanId)).size).toBe(WHOLE.length)
  expect(new Set(found.map((span) => span.spanContext().traceId)).size).toBe(1)
  const paid = found.find(({ name }) => name === 'activity pay')!
  expect(paid.events.map(({ attributes }) => attributes?.['identity'] ?? '')).toEqual([
    'one',
    '',
    'two',
    '',
    'three',
  ])
})

test('D79 what fails, times out, is canceled or dropped says so', async () => {
  const manual = defineActivity('manual', {
    completion: 'manual',
    scheduleToStart: '1h',
    startToClose: '10m',
    input: of<string>(),
  })
  const several = defineWorkflow({
    name: 'several',
    input: of<null>(),
    signals: { stop: of<null>(), fail: of<null>() },
    activities: [manual],
    decide(process) {
      if (process.signals('fail').length > 0) throw new TypeError('a bug')
      const [first, second] = process.all(manual)
      if (first === undefined || second === undefined)
        return ['a', 'b', 'c', 'd'].map((id) => scheduleActivity(manual, id, { id }))
      return process.signals('stop').length > 0 && second.type === 'started' ? cancelActivity(second) : []
    },
  })
  const { clock, open } = world(several)
  const { manager, decide, work, spans } = open()
  const id = await manager.start(several, null, { id: 'x' })
  await decide()
  for (let count = 0; count < 3; count++) await work()
  await clock.advance(MINUTE)
  const [a] = await manager.waiting({ activity: manual })
  await manager.fail(a!.token!, new Error('no'))
  await manager.signal(id, 'stop', null)
  await decide()
  await clock.advance(10 * MINUTE)
  await manager.backend.tick()
  await work()
  await manager.signal(id, 'fail', null)
  await decide()
  await clock.advance(MINUTE)
  await manager.backend.pollDecisionTasks()
  await manager.cancel(id, { reason: 'enough' })
  const found = await spans()
  const told = found
    .filter(({ name }) => name !== 'several')
    .map((span) => [
      `${minute(span.startTime)}-${minute(span.endTime)}`,
      span.attributes['unitflow.activity'] ?? 'decision',
      span.attributes['unitflow.result'] ?? span.attributes['unitflow.decided'],
      span.status.message,
    ])
  expect(told).toEqual([
    ['0-0', 'decision', Array(4).fill('schedule-activity manual'), undefined],
    ['0-1', 'a', 'failed', 'no'],
    ['1-1', 'decision', ['cancel-activity'], undefined],
    ['0-1', 'b', 'canceled', undefined],
    // A time-out is noticed when its time is over.
    [expect.stringMatching(/^0-1[01]/), 'c', 'timed-out', 'timed out (start-to-close)'],
    ['11-11', 'decision', undefined, 'a bug'],
    ['0-12', 'd', 'dropped', undefined],
    ['12-12', 'decision', 'dropped', undefined],
  ])
  const whole = found.find(({ name }) => name === 'several')!
  expect(whole.attributes['unitflow.result']).toBe('canceled')
  expect(whole.status.code).toBe(SpanStatusCode.UNSET)
})

test('D79 D83 what goes on for another process, or was forked from it, is linked to it', async () => {
  const twice = defineWorkflow({
    name: 'twice',
    input: of<number>(),
    activities: [pay],
    decide: (process) => (process.input === 1 ? continueAsNew(2) : completeProcess()),
  })
  const { clock, open } = world(twice, parent)
  const { manager, decide, work, spans } = open()
  const first = await manager.start(twice, 1, { id: 'first' })
  await decide()
  await decide()
  expect(await manager.result(first)).toMatchObject({ status: 'completed' })

  await manager.start(parent, null, { id: 'a' })
  await decide()
  await work()
  await clock.advance(30 * MINUTE)
  await manager.fork('a', { at: 5, id: 'b' })
  await manager.cancel('a')
  await work()
  await manager.cancel('b')
  const found = await spans()
  const spanOf = (process: string) =>
    found.find(({ name, attributes }) => attributes['unitflow.process'] === process && !name.includes(' '))!
  const second = found.find(({ name, links }) => name === 'twice' && links.length > 0)!
  expect(second.links).toMatchObject([
    {
      context: { spanId: spanOf('first').spanContext().spanId },
      attributes: { 'unitflow.origin': 'continued' },
    },
  ])
  expect(spanOf('b').links).toMatchObject([
    { context: spanIds(spanOf('a')), attributes: { 'unitflow.origin': 'forked' } },
  ])
  expect(spanOf('b').spanContext().traceId).not.toBe(spanOf('a').spanContext().traceId)
  // What it has in common with the other one is that one's: its own begins when it was forked.
  expect(lines(found.filter(({ attributes }) => attributes['unitflow.process'] === 'b'))).toEqual([
    '30-30 activity pay, in parent b: dropped',
    '30-30 parent, in -: canceled',
  ])
  expect(lines(found.filter(({ attributes }) => attributes['unitflow.process'] === 'a'))).toEqual([
    '0-0 decide parent, in parent a: schedule-activity pay',
    '0-30 activity pay, in parent a: dropped',
    '0-30 parent, in -: canceled',
  ])
})

function spanIds(span: ReadableSpan): { readonly spanId: string; readonly traceId: string } {
  const { spanId, traceId } = span.spanContext()
  return { spanId, traceId }
}

test('the program of README prints the spans of an order', async () => {
  const folder = join(inject('application'), 'tracing')
  await cp(join(root, 'examples/tracing'), folder, {
    recursive: true,
    filter: (path) => !path.includes('node_modules'),
  })
  await mkdir(join(folder, 'node_modules'))
  await symlink(join(root, 'node_modules/@opentelemetry'), join(folder, 'node_modules/@opentelemetry'))
  const { stdout } = await run(process.execPath, ['main.mjs'], { cwd: folder })
  const plain = stdout.replace(/ {2}at \d+ ms for \d+ ms/g, '')
  const [order, ...rest] = plain.trimEnd().split('\n')
  expect(order).toBe('order  completed')
  expect(rest).toContain('  activity charge  completed  [attempt]  [failed: the bank is busy]  [attempt]')
  expect(rest).toContain('    activity pack  failed  [attempt]  ERROR it is broken')
  expect(rest.filter((line) => line.startsWith('  parcel'))).toEqual([
    '  parcel  completed',
    '  parcel  completed',
  ])
  const readme = await readFile(join(folder, 'README.md'), 'utf8')
  expect(readme).toContain('```sh\nnpm install\nnode main.mjs\n```')
  const printed = /^```\n(order {2}at [\s\S]*?)^```/m.exec(readme)?.[1] ?? ''
  for (const line of printed
    .replace(/ {2}at \d+ ms for \d+ ms/g, '')
    .trimEnd()
    .split('\n')
    .slice(0, -1))
    expect(plain.split('\n')).toContain(line)
})
