import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { cacheElementUnitsForWorkflow, createMemoryStore, workflowFromCachedElementUnit } from 'unitflow'
import type { CacheStore } from 'unitflow'
import { minified } from '../../fixtures/units/reference-minifier.js'
import { callTask, processSpec, workflowJson, workflowOf } from '../../fixtures/units/spec-builder.js'
import type { ProcessSketch } from '../../fixtures/units/spec-builder.js'
import { refused } from './refused.js'
import { contentOf, storesUnderTest } from './stores-under-test.js'

const hex = (text: string): string => createHash('sha256').update(text).digest('hex')
const nameOf = (type: string, ...elements: string[]): string => hex(type + elements.sort().join(''))
const simple: ProcessSketch[] = [
  { id: 'Top', calls: ['B', 'A'], elements: ['t'] },
  { id: 'A', elements: ['a'] },
  { id: 'B', tasks: [{ name: 'b', fields: { event_definition: { typename: 'x' } } }] },
]

async function files(specs: string, store: CacheStore = createMemoryStore()): Promise<Map<string, string>> {
  await cacheElementUnitsForWorkflow(store, 'k', specs, { layout: 'v1' })
  const content = [...(await contentOf(store, 'v1/k'))]
  return new Map(content.map(([key, value]) => [key.slice('v1/k/'.length), new TextDecoder().decode(value)]))
}
const unitsOf = (all: ReadonlyMap<string, string>): string[] =>
  [...all]
    .filter(([name]) => /^[0-9a-f]{64}\.json$/.test(name))
    .map(([, text]) => Object.keys(JSON.parse(text) as object)[0] ?? '')
    .sort()

test.each(storesUnderTest)(
  'U6 U7 U8 U9 U11 U12 U13 U14 a workflow of the original’s kind gives its files, on $kind',
  async ({ create }) => {
    const { store } = await create()
    const text = workflowJson(simple, {}, 'a')
    const all = await files(text, store)
    const spec = (index: number): unknown => JSON.parse(JSON.stringify(processSpec(simple[index]!, 'a')))
    const top = ['Top', 'call_A', 'call_B', 't']
    const names = {
      full: nameOf('FullWorkflow', ...top, 'A', 'a', 'B'),
      lazy: nameOf('LazySubprocesses', ...top),
      // The called process's id counts, as its name does.
      resumeA: nameOf('ResumableSubprocess', 'A', 'A', 'a', 'call_A'),
      resumeB: nameOf('ResumableSubprocess', 'B', 'B', 'call_B'),
      promotedA: nameOf('PromotedSubprocess', 'A', 'a'),
      promotedB: nameOf('PromotedSubprocess', 'B'),
    }
    const manifests = ['Top', 'A', 'B'].map((id) => `manifest.${hex(id)}.json`)
    expect([...all.keys()].sort()).toEqual(
      [...Object.values(names).map((name) => `${name}.json`), ...manifests, 'workflow_specs.json'].sort(),
    )
    const read = (name: string): unknown => JSON.parse(all.get(name)!)
    expect(all.get('workflow_specs.json')).toBe(minified(text))
    expect(read(`${names.full}.json`)).toEqual({ FullWorkflow: JSON.parse(text) as unknown })
    expect(read(`${names.lazy}.json`)).toEqual({ LazySubprocesses: [spec(0), {}] })
    expect(read(`${names.resumeA}.json`)).toEqual({ ResumableSubprocess: ['A', spec(0), { A: spec(1) }] })
    expect(read(`${names.promotedB}.json`)).toEqual({ PromotedSubprocess: [spec(2), {}] })
    expect(read(manifests[0]!)).toEqual({
      items: [
        { sha2: names.full, type: 'FullWorkflow' },
        { sha2: names.lazy, type: 'LazySubprocesses' },
        { sha2: names.resumeA, type: 'ResumableSubprocess' },
        { sha2: names.resumeB, type: 'ResumableSubprocess' },
      ],
      index_map: {
        Top: [0, 1],
        t: [0, 1],
        call_A: [0, 1, 2],
        call_B: [0, 1, 3],
        A: [0, 2],
        a: [0, 2],
        B: [0, 3],
      },
    })
    expect(read(manifests[2]!)).toEqual({
      items: [{ sha2: names.promotedB, type: 'PromotedSubprocess' }],
      index_map: { B: [0] },
    })
  },
)

describe('U10', () => {
  const withTop = (change: Partial<ProcessSketch>): ProcessSketch[] => [
    { ...simple[0]!, ...change },
    ...simple.slice(1),
  ]
  const withA = (change: Partial<ProcessSketch>): ProcessSketch[] => [
    simple[0]!,
    { ...simple[1]!, ...change },
    simple[2]!,
  ]
  const split = [
    'FullWorkflow',
    'LazySubprocesses',
    'PromotedSubprocess',
    'PromotedSubprocess',
    'ResumableSubprocess',
    'ResumableSubprocess',
  ]

  test.each<[string, ProcessSketch[]]>([
    ['data objects of the top process', withTop({ fields: { data_objects: { d: 1 } } })],
    ['its io specification', withTop({ fields: { io_specification: {} } })],
    ['its correlation keys', withTop({ fields: { correlation_keys: { c: 1 } } })],
    ['data objects of a called process', withA({ fields: { data_objects: { d: 1 } } })],
    ['io specification of a called process', withA({ fields: { io_specification: {} } })],
    ['no calls', [{ id: 'Top' }]],
    ['a process that is not called', [...simple, { id: 'C' }]],
    ['an embedded process', [...withTop({ embeds: ['In'] }), { id: 'In' }]],
    ['a called process that calls', withA({ calls: ['B'] })],
    ['a called process that calls what is missing', withA({ calls: ['Gone'] })],
    ['a call of what is missing', withTop({ calls: ['A', 'B', 'Gone'] })],
    [
      'a call of what is missing, though the numbers agree',
      [{ ...simple[0]!, calls: ['A', 'Gone'] }, ...simple.slice(1)],
    ],
    ['an element id that repeats', withA({ elements: ['t'] })],
    ['an element id that is a process name', withA({ elements: ['B'] })],
    [
      'recursion',
      [
        { id: 'Top', calls: ['Top'] },
        { id: 'Top', elements: ['x'] },
      ],
    ],
  ])('%s leaves one unit, the whole', async (_what, processes) => {
    const all = await files(workflowJson(processes, {}, 'a'))
    expect(unitsOf(all)).toEqual(['FullWorkflow'])
    expect(all.size).toBe(3)
  })

  test.each<[string, ProcessSketch[]]>([
    ['several calls of one process', withTop({ tasks: [callTask('A', 'again')] })],
    [
      'empty data objects, correlation keys and no io specification',
      withA({ fields: { data_objects: {}, io_specification: null } }),
    ],
    ['repeated ids of tasks that are no elements', withA({ tasks: [{ name: 't', typename: 'Simple' }] })],
    ['repeated ids of events', withA({ tasks: [{ name: 't', fields: { event_definition: {} } }] })],
  ])('%s are no obstacle', async (_what, processes) => {
    expect(unitsOf(await files(workflowJson(processes, {}, 'a')))).toEqual(split)
  })

  test('white space inside empty fields is no content', async () => {
    const text = workflowJson(simple, {}, 'a')
      .replaceAll('"data_objects":{}', '"data_objects" : { \n }')
      .replaceAll('_keys":{}', '_keys":{\t}')
    expect(unitsOf(await files(text))).toEqual(split)
  })
})

test('U11 dialects B and C without positions index processes by their names only', async () => {
  const all = await files(workflowJson(simple, {}, 'c'))
  const manifest = JSON.parse(all.get(`manifest.${hex('Top')}.json`)!) as { index_map: object }
  expect(manifest.index_map).toEqual({ Top: [0, 1], A: [0, 2], B: [0, 3] })
})

test('U15 each element of the top process is read from the last unit that holds it', async () => {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', workflowJson(simple, { more: [1] }, 'a'), { layout: 'v1' })
  const read = async (process: string, element: string): Promise<unknown> => {
    const text = await workflowFromCachedElementUnit(store, 'k', process, element, {
      layout: 'v1',
      stamp: 's',
    })
    const {
      spec,
      subprocess_specs: specs,
      ...rest
    } = JSON.parse(text) as { spec: { name: string }; subprocess_specs: object }
    return [spec.name, Object.keys(specs), rest]
  }
  const stamp = { serializer_version: 's' }
  expect(await read('Top', 't')).toEqual(['Top', [], stamp])
  expect(await read('Top', 'a')).toEqual(['Top', ['A'], stamp])
  expect(await read('Top', 'call_B')).toEqual(['Top', ['B'], stamp])
  expect(await read('B', 'B')).toEqual(['B', [], stamp])
  expect((await refused(read('B', 'call_B'))).code).toBe('unknown-element')
  await cacheElementUnitsForWorkflow(store, 'k', workflowJson([...simple, { id: 'C' }], { more: [1] }, 'a'), {
    layout: 'v1',
  })
  expect(await read('Top', 'a')).toEqual(['Top', ['A', 'B', 'C'], { more: [1], ...stamp }])
})

test('U16 after an edit layout v1 knows no process that the workflow has no more', async () => {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', workflowJson(simple, {}, 'a'), { layout: 'v1' })
  await cacheElementUnitsForWorkflow(store, 'k', workflowJson([{ id: 'Top', elements: ['t'] }], {}, 'a'), {
    layout: 'v1',
  })
  const error = await refused(workflowFromCachedElementUnit(store, 'k', 'A', 'A', { layout: 'v1' }))
  expect(error.code).toBe('unknown-process')
})

test('U14 the same input gives the same files, and the report says what was written', async () => {
  const [one, two] = [createMemoryStore(), createMemoryStore()]
  const text = workflowJson(simple, {}, 'a')
  const shuffled = JSON.stringify({
    ...workflowOf([simple[0]!, simple[2]!, simple[1]!], { serializer_version: 'fixture' }, 'a'),
  })
  const report = await cacheElementUnitsForWorkflow(one, 'k', text, { layout: 'v1' })
  await cacheElementUnitsForWorkflow(two, 'k', shuffled, { layout: 'v1' })
  const [a, b] = [await contentOf(one), await contentOf(two)]
  expect([...b.keys()].sort()).toEqual([...a.keys()].sort())
  expect(report).toMatchObject({
    layout: 'v1',
    cacheKey: 'k',
    top: 'Top',
    written: ['A', 'B', 'Top'],
    missing: [],
  })
  expect(report.bytes.written).toBe([...a.values()].reduce((sum, value) => sum + value.length, 0))
})
