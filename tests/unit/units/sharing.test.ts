import { describe, expect, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  createMemoryStore,
  decompose,
  listWorkflows,
  readElementUnit,
  readManifest,
} from 'unitflow'
import type { CacheProgress, Manifest, ManifestProcess } from 'unitflow'
import { callTask, workflowJson } from '../../fixtures/units/spec-builder.js'
import type { ProcessSketch } from '../../fixtures/units/spec-builder.js'
import { observe } from './observed-store.js'
import { contentOf, storesUnderTest } from './stores-under-test.js'

const manifest = (...processes: ProcessSketch[]): Manifest => decompose(workflowJson(processes)).manifest
const stored = (...processes: ProcessSketch[]): string[][] =>
  manifest(...processes)
    .objects.map(({ processes: members }) => [...members])
    .sort()
const processIn = (from: Manifest, id: string): ManifestProcess =>
  from.processes.find((process) => process.id === id)!

const company: ProcessSketch[] = [
  { id: 'Top', calls: ['A', 'B'] },
  { id: 'A', calls: ['C'], embeds: ['Inner'] },
  { id: 'Inner', elements: ['deep'] },
  { id: 'B', calls: ['C'] },
  { id: 'C' },
]
const edited = (id: string): ProcessSketch[] =>
  company.map((process) =>
    process.id === id ? { ...process, elements: [...(process.elements ?? []), 'new'] } : process,
  )

describe.each(storesUnderTest)('$kind', ({ create }) => {
  test('U17 caching an edited workflow writes the objects that changed and the root, nothing else', async () => {
    const { store: inner } = await create()
    const { store, written, clear } = observe(inner)
    const first = await cacheElementUnitsForWorkflow(store, 'k', workflowJson(company))
    expect(first.written).toEqual(['A', 'B', 'C', 'Top'])
    for (const [id, owner] of [
      ['B', 'B'],
      ['Inner', 'A'],
      ['Top', 'Top'],
    ] as const) {
      await cacheElementUnitsForWorkflow(store, 'k', workflowJson(company))
      clear()
      const report = await cacheElementUnitsForWorkflow(store, 'k', workflowJson(edited(id)))
      expect(report.written).toEqual([owner])
      expect(report.unchanged).toEqual(['A', 'B', 'C', 'Top'].filter((each) => each !== owner))
      const { hash } = report.processes.find((process) => process.id === owner)!
      const keys = written()
      expect(keys.filter((key) => key.startsWith('v2/objects'))).toEqual([`v2/objects/${hash.slice(0, 40)}`])
      expect(keys).toHaveLength(2)
      const sizes = await inner.getMany(keys)
      expect(report.bytes.written).toBe(sizes.reduce((sum, value) => sum + value!.length, 0))
    }
  })

  test('U17 the same process under two keys and in two workflows is stored once', async () => {
    const { store: inner } = await create()
    const { store, written, clear } = observe(inner)
    await cacheElementUnitsForWorkflow(store, 'k', workflowJson(company))
    const objects = [...(await contentOf(inner, 'v2/objects')).keys()].sort()
    clear()
    await cacheElementUnitsForWorkflow(store, 'other key', workflowJson(company))
    expect(written()).toHaveLength(1)
    const report = await cacheElementUnitsForWorkflow(
      store,
      'other workflow',
      workflowJson([{ id: 'X', calls: ['B'] }, company[3]!, company[4]!]),
    )
    expect(report.written).toEqual(['X'])
    expect(report.unchanged).toEqual(['B', 'C'])
    expect(
      [...(await contentOf(inner, 'v2/objects')).keys()].filter((key) => !objects.includes(key)),
    ).toHaveLength(1)
    const unit = await readElementUnit(store, 'other workflow', { processId: 'X', elements: ['C'] })
    const same = await readElementUnit(store, 'k', { processId: 'B' })
    expect(unit.specs['B']).toEqual(same.specs['B'])
  })
})

test('U17 what is stored grows linearly with the input, whatever calls what', async () => {
  const sizes = await Promise.all(
    [20, 40, 80].map(async (count) => {
      const ids = Array.from({ length: count }, (_, index) => `P${String(index).padStart(2, '0')}`)
      const text = workflowJson(
        ids.map((id, index) => ({ id, calls: ids.slice(0, 10), embeds: index > 0 ? [ids[index - 1]!] : [] })),
      )
      const store = createMemoryStore()
      const report = await cacheElementUnitsForWorkflow(store, 'k', text)
      expect(report.bytes.objects).toBeLessThan(text.length * 1.2)
      return report.bytes.objects / text.length
    }),
  )
  expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThan(0.1)
})

test('U17 what only one process embeds is stored with it, at any depth', () => {
  expect(stored({ id: 'Top', embeds: ['B'] }, { id: 'B', embeds: ['A'] }, { id: 'A' })).toEqual([
    ['Top', 'A', 'B'],
  ])
  expect(
    stored({ id: 'Top', calls: ['P'] }, { id: 'P', embeds: ['A', 'B'] }, { id: 'A' }, { id: 'B' }),
  ).toEqual([['P', 'A', 'B'], ['Top']])
})

test('U17 what two embed, or one embeds and another calls, is an object of its own', () => {
  expect(
    stored(
      { id: 'Top', embeds: ['A', 'B'] },
      { id: 'A', embeds: ['S'] },
      { id: 'B', embeds: ['S'] },
      { id: 'S' },
    ),
  ).toEqual([['S'], ['Top', 'A', 'B']])
  expect(
    stored(
      { id: 'Top', embeds: ['S'], calls: ['A'] },
      { id: 'A', calls: ['S'] },
      { id: 'S', embeds: ['T'] },
      { id: 'T' },
    ),
  ).toEqual([['A'], ['S', 'T'], ['Top']])
  expect(stored({ id: 'Top', embeds: ['S'], tasks: [callTask('S')] }, { id: 'S' })).toEqual([['S'], ['Top']])
  const twice = {
    id: 'Top',
    embeds: ['S'],
    tasks: [{ name: 'again', typename: 'TransactionSubprocess', spec: 'S' }],
  }
  expect(stored(twice, { id: 'S' })).toEqual([['Top', 'S']])
})

test('U17 a process that nothing refers to, and the top one though it is embedded, are objects of their own', () => {
  expect(stored({ id: 'Top' }, { id: 'Alone' })).toEqual([['Alone'], ['Top']])
  expect(stored({ id: 'Top' }, { id: 'A', embeds: ['Top'] })).toEqual([['A'], ['Top']])
})

test('U18 U21 processes that embed one another in a circle stay together and say why', async () => {
  const circle: ProcessSketch[] = [
    { id: 'Top', calls: ['Sane'] },
    { id: 'C', embeds: ['B'] },
    { id: 'B', embeds: ['A'] },
    { id: 'A', embeds: ['C', 'Tail'] },
    { id: 'Tail' },
    { id: 'Sane', embeds: ['In'] },
    { id: 'In' },
  ]
  const { objects, processes } = manifest(...circle)
  expect(objects.map(({ processes: members }) => members)).toContainEqual(['A', 'B', 'C', 'Tail'])
  for (const { id, notSplit } of processes) {
    expect(notSplit, id).toBe(['A', 'B', 'C', 'Tail'].includes(id) ? 'embedding-cycle' : undefined)
  }
  const store = createMemoryStore()
  const report = await cacheElementUnitsForWorkflow(store, 'k', workflowJson(circle))
  expect(report.processes.filter(({ notSplit }) => notSplit !== undefined).map(({ id }) => id)).toEqual([
    'A',
    'B',
    'C',
    'Tail',
  ])
  const unit = await readElementUnit(store, 'k', { processId: 'C' })
  expect([unit.included, unit.reentered]).toEqual([['A', 'B', 'C', 'Tail'], true])
  expect((await readElementUnit(store, 'k', { processId: 'Tail' })).included).toEqual(['Tail'])
})

test('U21 a process that embeds itself is split, and its unit holds it under subprocess_specs', async () => {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(
    store,
    'k',
    workflowJson([
      { id: 'Top', embeds: ['S'] },
      { id: 'S', embeds: ['S'] },
    ]),
  )
  expect((await readElementUnit(store, 'k', { processId: 'S' })).reentered).toBe(true)
  expect((await readElementUnit(store, 'k', { processId: 'Top' })).included).toEqual(['S', 'Top'])
})

test.each([
  ['call', 'in a ring', 40_000],
  ['call', 'in a chain', 10_000],
  ['embed', 'in a ring', 5_000],
  ['embed', 'in a chain', 5_000],
])('U18 processes that %s one another %s, %i of them, cost no stack', (how, where, count) => {
  const process = (index: number): string => {
    const next = index + 1 < count ? `P${index + 1}` : where === 'in a ring' ? 'P0' : 'Gone'
    const typename = how === 'call' ? 'CallActivity' : 'SubWorkflowTask'
    const task = `"t":{"name":"t","typename":"${typename}","inputs":[],"outputs":[],"spec":"${next}"}`
    return `{"name":"P${index}","typename":"x","task_specs":{${task}},"data_objects":{},"correlation_keys":{},"io_specification":null}`
  }
  const others = Array.from({ length: count - 1 }, (_, index) => `"P${index + 1}":${process(index + 1)}`)
  const { objects } = decompose(`{"spec":${process(0)},"subprocess_specs":{${others.join()}}}`)
  expect(objects).toHaveLength(how === 'call' ? count : 1)
})

describe('U18 closure hashes', () => {
  /** Closures that differ after a change, by id. */
  function differing(before: ProcessSketch[], after: ProcessSketch[]): string[] {
    const [a, b] = [manifest(...before), manifest(...after)]
    return a.processes.filter(({ id, closure }) => closure !== processIn(b, id).closure).map(({ id }) => id)
  }
  const change = (list: ProcessSketch[], id: string): ProcessSketch[] =>
    list.map((process) => (process.id === id ? { ...process, elements: ['new'] } : process))

  test.each<[string, ProcessSketch[], string, string[]]>([
    ['a leaf changes all that reach it', company, 'C', ['A', 'B', 'C', 'Top']],
    ['what is embedded counts', company, 'Inner', ['A', 'Inner', 'Top']],
    ['the top one changes alone', company, 'Top', ['Top']],
    ['a change in an owner spares what it embeds', company, 'A', ['A', 'Top']],
    [
      'mutual recursion changes together, and not what it calls',
      [{ id: 'Top', calls: ['P'] }, { id: 'P', calls: ['Q', 'L'] }, { id: 'Q', calls: ['P'] }, { id: 'L' }],
      'Q',
      ['P', 'Q', 'Top'],
    ],
    ['self recursion', [{ id: 'Top' }, { id: 'P', calls: ['P', 'L'] }, { id: 'L' }], 'P', ['P']],
    [
      'what is triggered counts',
      [{ id: 'Top', triggers: ['P'] }, { id: 'P' }, { id: 'X' }],
      'P',
      ['P', 'Top'],
    ],
    [
      'what is not reached does not',
      [{ id: 'Top', calls: ['P'] }, { id: 'P' }, { id: 'X', calls: ['P'] }],
      'X',
      ['X'],
    ],
  ])('%s', (_what, processes, id, expected) => {
    expect(differing(processes, change(processes, id))).toEqual(expected)
    expect(differing(processes, [processes[0]!, ...processes.slice(1).reverse()])).toEqual([])
  })

  test('a missing process that comes changes all that reach it, and only those', () => {
    const before: ProcessSketch[] = [
      { id: 'Top', calls: ['A', 'B'] },
      { id: 'A', calls: ['Later'] },
      { id: 'B' },
    ]
    expect(differing(before, [...before, { id: 'Later' }])).toEqual(['A', 'Top'])
    expect(differing(before, [...before, { id: 'Else' }])).toEqual([])
    const unknown: ProcessSketch[] = [{ id: 'Top', tasks: [{ name: 't', typename: 'Ours', spec: 'Later' }] }]
    expect(differing(unknown, [...unknown, { id: 'Later' }])).toEqual(['Top'])
  })

  test('do not depend on the other top-level fields, nor on which process is the top one', () => {
    const [a, b] = [decompose(workflowJson(company)), decompose(workflowJson(company, { x: 1 }))]
    expect(a.version).not.toBe(b.version)
    expect(a.manifest.processes).toEqual(b.manifest.processes)
    const other = manifest(company[3]!, ...company.filter(({ id }) => id !== 'B'))
    expect(other.processes.map(({ closure }) => closure)).toEqual(
      a.manifest.processes.map(({ closure }) => closure),
    )
    expect(other.version).not.toBe(a.version)
  })

  test('two rings of the same members in another order are told apart', () => {
    const ring = (...ids: string[]): ProcessSketch[] => [
      { id: 'Top', calls: [ids[0]!] },
      ...ids.map((id, index) => ({ id, calls: [ids[(index + 1) % ids.length]!] })),
    ]
    const [a, b] = [manifest(...ring('A', 'B', 'C')), manifest(...ring('A', 'C', 'B'))]
    expect(processIn(a, 'Top').closure).not.toBe(processIn(b, 'Top').closure)
  })
})

test('U18 the version names content: it is the key where none is given, and the same for the same content', async () => {
  const store = createMemoryStore()
  const report = await cacheElementUnitsForWorkflow(store, undefined, workflowJson(company))
  expect(report.cacheKey).toBe(report.version)
  expect(report.version).toBe(decompose(workflowJson(company)).version)
  expect((await readManifest(store, report.version)).version).toBe(report.version)
  const again = await cacheElementUnitsForWorkflow(
    store,
    undefined,
    workflowJson([company[0]!, ...company.slice(1).reverse()]),
  )
  expect(again.version).toBe(report.version)
  expect(await listWorkflows(store)).toEqual([
    { cacheKey: report.version, version: report.version, top: 'Top', processes: 5, objects: 4 },
  ])
  const v1 = await cacheElementUnitsForWorkflow(store, undefined, workflowJson(company), { layout: 'v1' })
  expect(v1.cacheKey).toBe(report.version)
})

test('U17 progress is told in order, and adds up to what the report says', async () => {
  const events: CacheProgress[] = []
  const report = await cacheElementUnitsForWorkflow(createMemoryStore(), 'k', workflowJson(company), {
    onProgress: (event) => events.push(event),
  })
  expect(events.map(({ type }) => type)).toEqual(['decomposed', 'stored', 'cached'])
  expect(events[0]).toEqual({ type: 'decomposed', processes: 5, total: 4, bytes: report.bytes.objects })
  expect(events[1]).toEqual({ type: 'stored', done: 4, total: 4, bytes: report.bytes.objects })
  expect(events[2]).toEqual({ type: 'cached', version: report.version })
  expect(JSON.parse(JSON.stringify(report))).toEqual(report)
})
