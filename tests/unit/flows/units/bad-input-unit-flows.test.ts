import { expect, test } from 'vitest'
import { isName } from '../../../../ts/checks/index.js'
import type { AnyTask } from '../../../../ts/flows/index.js'
import { createFlowRunner, defineTask } from '../../../../ts/flows/index.js'
import { elementPath } from '../../../../ts/flows/units/element-path.js'
import type { UnitFlowOptions } from '../../../../ts/flows/units/index.js'
import { flowFromUnit } from '../../../../ts/flows/units/index.js'
import type { CacheStore } from '../../../../ts/stores/index.js'
import { createMemoryRecords } from '../../../../ts/records/memory/index.js'
import { flowFromUnit as unchecked } from '../../../../ts/flows/units/flow-from-unit.js'
import type { Model } from './drawn-workflows.js'
import { cached, call, embed, line, plain, service } from './drawn-workflows.js'

const nothing: AnyTask = defineTask({ name: 'nothing', run: () => undefined })
const make = (store: CacheStore, more: Partial<UnitFlowOptions> = {}): ReturnType<typeof flowFromUnit> =>
  flowFromUnit(store, 'key', 'Top', { tasks: { op: nothing }, ...more })

test.each([
  [undefined, 'flowFromUnit'],
  [{}, 'tasks'],
  [{ tasks: null }, 'tasks'],
  [{ tasks: { A: 1 } }, 'tasks: "A"'],
  [{ tasks: { A: 'Skip' } }, 'tasks: "A"'],
  [{ tasks: { A: { type: 'flow' } } }, 'tasks: "A"'],
  [{ tasks: { A: () => 1 } }, 'tasks: "A": for the element "A"'],
  [{ tasks: { A: 'expand' } }, 'tasks: "A": for the element "A"'],
  [{ tasks: { A: () => 'expand' } }, 'tasks: "A": for the element "A"'],
  [{ tasks: { A: () => null } }, 'tasks: "A": for the element "A"'],
  [{ tasks: { A: async () => nothing } }, 'tasks: "A": for the element "A"'],
  [{ tasks: {}, name: ' ' }, 'name of the flow'],
  [{ tasks: {}, input: 1 }, 'input'],
  [{ tasks: {}, input: { a: 1 } }, 'input.a'],
  [{ tasks: {}, result: { a: {} } }, 'result.a'],
  [{ tasks: {}, expansion: { depth: 0 } }, 'expansion.depth'],
  [{ tasks: {}, expansion: { elements: 1.5 } }, 'expansion.elements'],
  [{ tasks: { A: nothing }, version: '' }, 'version'],
  [{ tasks: { A: nothing }, limits: { atOnce: 0 } }, 'limits.atOnce'],
  [{ tasks: { A: nothing }, earlier: [1] }, 'earlier'],
])('U35 options that are none are refused: %o', async (options, argument) => {
  const store = await cached(line('Top', plain('A')))
  await expect(unchecked(store, 'key', 'Top', options as never)).rejects.toMatchObject({
    code: 'bad-argument',
    message: expect.stringContaining(argument) as string,
  })
})

test('U35 what a function throws that is to make a task is thrown as it is', async () => {
  const error = new RangeError('mine')
  const failing = (): never => {
    throw error
  }
  await expect(make(await cached(line('Top', plain('A'))), { tasks: { A: failing } })).rejects.toBe(error)
})

test('U35 a damaged object is told, unless nobody needs it', async () => {
  const store = await cached(line('Top', plain('A'), call('In', 'Sub')), line('Sub', plain('B')))
  const tasks = { A: nothing, B: nothing }
  for await (const key of store.keys('v2/objects')) {
    const bytes = await store.get(key)
    if (new TextDecoder().decode(bytes).includes('"Sub"')) await store.set(key, new Uint8Array([1]))
  }
  // The process at the top names it as well.
  await expect(make(store, { tasks })).rejects.toMatchObject({ code: 'object-damaged' })
  const other = await cached(line('Top', plain('A'), call('In', 'Sub')), line('Sub', plain('B')))
  let damaged = 0
  for await (const key of other.keys('v2/objects')) {
    const text = new TextDecoder().decode(await other.get(key))
    if (!text.includes('"In"')) damaged++
    if (!text.includes('"In"')) await other.set(key, new Uint8Array([1]))
  }
  expect(damaged).toBe(1)
  await expect(make(other, { tasks })).rejects.toMatchObject({ code: 'object-damaged' })
  expect((await make(other, { tasks: { ...tasks, In: nothing } })).tasks).toHaveLength(2)
})

const HOSTILE = [
  '__proto__',
  'constructor',
  'toString',
  '',
  ' ',
  ' a ',
  'a/b',
  'a%2Fb',
  '../../x',
  '~a',
  'a\u0000b',
  'a\nb',
  '\uD800',
  '\u00e9',
  '\u{1F600}',
  'x'.repeat(5000),
  `${'x'.repeat(4999)}y`,
  '\u{1F600}'.repeat(300),
  `y${'\u{1F600}'.repeat(300)}`,
]

test('U35 an element of any id has a task of a name of its own, also inside of others', () => {
  const paths = new Set<string>()
  for (const id of HOSTILE) {
    const outer = elementPath(undefined, id)
    for (const path of [outer, ...HOSTILE.map((inner) => elementPath(outer, inner))]) {
      expect(isName(path), JSON.stringify(path)).toBe(true)
      paths.add(path)
    }
  }
  expect(paths.size).toBe(HOSTILE.length * (HOSTILE.length + 1))
  expect(elementPath('Shipping', 'Pack')).toBe('Shipping/Pack')
  expect(elementPath(undefined, 'a/b')).toBe('a%002fb')
})

test('U35 ids that mean something elsewhere are ids', async () => {
  const ids = HOSTILE.filter((id) => id !== '' && !/\p{Cs}/u.test(id) && id.length < 1000)
  const store = await cached(line('Top', ...ids.map((id) => service(id, 'op')), call('In', '__proto__')), {
    ...line('__proto__', plain('A')),
  })
  const seen: string[] = []
  const task = defineTask({ name: 'x', run: (_, { idempotencyKey }) => void seen.push(idempotencyKey) })
  await expect(make(store, { tasks: {} })).rejects.toMatchObject({ code: 'unbound-elements' })
  const flow = await make(store, { tasks: { op: task, A: task } })
  const runner = createFlowRunner({ records: createMemoryRecords(), flows: [flow] })
  await runner.schedule(flow, {})
  expect(await runner.run()).toMatchObject({ status: 'completed' })
  expect(new Set(seen).size).toBe(ids.length + 1)
})

test('U35 a line of 10,000 tasks becomes a flow in time that is linear in them', async () => {
  const long = (count: number): Promise<CacheStore> =>
    cached(line('Top', ...Array.from({ length: count }, (_, at) => service(`Task_${at}`, 'op'))))
  const flow = await make(await long(10_000))
  expect(flow.tasks).toHaveLength(10_000)
  expect(flow.tasks[9999]?.name).toBe('Task_9999')
})

test('U35 as many processes as there may be stand in one another, and no more', async () => {
  const chain = (count: number): [Model, ...Model[]] => {
    const models = Array.from({ length: count }, (_, at) =>
      line(at === 0 ? 'Top' : `P${at}`, at + 1 === count ? plain('A') : call(`C${at}`, `P${at + 1}`)),
    )
    return [models[0]!, ...models.slice(1)]
  }
  const tasks = { A: nothing }
  const flow = await make(await cached(...chain(100)), { tasks })
  expect(flow.tasks.map(({ name }) => name.length)).toEqual([100])
  await expect(make(await cached(...chain(101)), { tasks })).rejects.toMatchObject({
    code: 'expansion-limit',
    fields: { process: 'P99', element: 'C99', limit: 'depth', maximum: 100 },
  })
  await expect(make(await cached(...chain(3)), { tasks, expansion: { depth: 2 } })).rejects.toMatchObject({
    fields: { process: 'P1', element: 'C1', limit: 'depth', maximum: 2 },
  })
  const deeper = await make(await cached(...chain(150)), { tasks, expansion: { depth: 150 } })
  expect(deeper.tasks).toHaveLength(1)
})

test('U35 processes that call one another ever more often come to an end', async () => {
  const doubling = Array.from({ length: 60 }, (_, at) =>
    line(at === 0 ? 'Top' : `P${at}`, call('One', `P${at + 1}`), call('Two', `P${at + 1}`)),
  )
  const store = await cached(doubling[0]!, ...doubling.slice(1), line('P60'))
  await expect(make(store)).rejects.toMatchObject({
    code: 'expansion-limit',
    fields: { limit: 'elements', maximum: 200_000 },
  })
  await expect(make(store, { expansion: { elements: 10 } })).rejects.toMatchObject({
    fields: { limit: 'elements', maximum: 10 },
  })
})

test('U35 making a flow ends by its signal', async () => {
  const store = await cached(line('Top', plain('A')))
  const reason = new Error('enough')
  await expect(make(store, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
})

test('U35 an id of a process that is no name needs a name for the flow', async () => {
  const store = await cached(line('x'.repeat(101), plain('A')))
  const tasks = { A: nothing }
  await expect(flowFromUnit(store, 'key', 'x'.repeat(101), { tasks })).rejects.toMatchObject({
    code: 'bad-argument',
  })
  const flow = await flowFromUnit(store, 'key', 'x'.repeat(101), { tasks, name: 'long' })
  expect(flow.name).toBe('long')
})

test('U35 a subprocess that embeds itself in a circle is refused', async () => {
  const store = await cached(line('Top', embed('In')), line('In', { ...embed('In') }))
  await expect(make(store)).rejects.toMatchObject({ code: 'not-linear', fields: { element: 'In' } })
})
