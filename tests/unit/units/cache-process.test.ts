import { describe, expect, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  cacheProcess,
  createMemoryStore,
  readElementUnit,
  readManifest,
  removeProcess,
} from 'unitflow'
import type { CacheStore } from 'unitflow'
import { processSpec, unreachable, workflowJson, workflowOf } from '../../fixtures/units/spec-builder.js'
import type { ProcessSketch } from '../../fixtures/units/spec-builder.js'
import { refused } from './refused.js'
import { contentOf, storesUnderTest } from './stores-under-test.js'

const company: ProcessSketch[] = [
  { id: 'Top', calls: ['A', 'Later'] },
  { id: 'A', embeds: ['In'], elements: ['a'] },
  { id: 'In', embeds: ['Deep'], elements: ['i'] },
  { id: 'Deep' },
  { id: 'B', embeds: ['Shared'] },
  { id: 'C', embeds: ['Shared'] },
  { id: 'Shared' },
]
const rest = { serializer_version: 'fixture', more: [1.5] }
const json = (sketch: ProcessSketch): string => JSON.stringify(processSpec(sketch))
const without = (...ids: string[]): ProcessSketch[] => company.filter(({ id }) => !ids.includes(id))

async function cached(processes: readonly ProcessSketch[] = company): Promise<CacheStore> {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', workflowJson(processes, rest))
  return store
}

/** The manifest as the root holds it, and every value that it leads to. */
async function stateOf(store: CacheStore): Promise<unknown> {
  const [root] = [...(await contentOf(store, 'v2/roots')).values()]
  const body = new TextDecoder().decode(root).split('\n')[1]
  const { version, objects } = await readManifest(store, 'k')
  const keys = objects.map(({ hash }) => `v2/objects/${hash.slice(0, 40)}`).sort()
  return {
    body,
    version,
    keys,
    values: (await store.getMany(keys)).map((value) => new TextDecoder().decode(value)),
  }
}

/** What an edit gave is what caching the whole edited workflow gives, to the byte. */
async function expectAs(store: CacheStore, processes: readonly ProcessSketch[], more = rest): Promise<void> {
  const whole = createMemoryStore()
  const report = await cacheElementUnitsForWorkflow(whole, 'k', workflowJson(processes, more))
  expect(await stateOf(store)).toEqual(await stateOf(whole))
  expect((await readManifest(store, 'k')).version).toBe(report.version)
}

describe.each(storesUnderTest)('$kind', ({ create }) => {
  test('U32 replacing, adding and removing give what caching the whole edited workflow gives', async () => {
    const { store } = await create()
    await cacheElementUnitsForWorkflow(store, 'k', workflowJson(company, rest))
    const edit = { id: 'B', embeds: ['Shared'], elements: ['new'] }
    const report = await cacheProcess(store, 'k', json(edit))
    expect(report.written).toEqual(['B'])
    expect(report.unchanged).toEqual(['A', 'C', 'Shared', 'Top'])
    let now = company.map((process) => (process.id === 'B' ? edit : process))
    await expectAs(store, now)
    const added = { id: 'Later', calls: ['B'] }
    expect((await cacheProcess(store, 'k', json(added))).missing).toEqual([])
    await expectAs(store, [...now, added])
    expect((await removeProcess(store, 'k', 'Later')).missing).toEqual(['Later'])
    await expectAs(store, now)
    now = now.filter(({ id }) => !['A', 'In', 'Deep'].includes(id))
    await removeProcess(store, 'k', 'A')
    await expectAs(store, now)
  })
})

test('U32 saving the same again writes nothing', async () => {
  const store = await cached()
  const before = await contentOf(store)
  const report = await cacheProcess(store, 'k', json(company[4]!))
  expect([report.written, report.bytes.written]).toEqual([[], 0])
  expect(await contentOf(store)).toEqual(before)
})

test('U32 a spec comes with what is embedded in it, and takes along what only the old one embedded', async () => {
  const store = await cached()
  const edited: ProcessSketch[] = [
    { id: 'A', embeds: ['Other'] },
    { id: 'Other', elements: ['o'] },
  ]
  await cacheProcess(store, 'k', JSON.stringify(workflowOf(edited, { serializer_version: 'not theirs' })))
  await expectAs(store, [...without('A', 'In', 'Deep'), ...edited])
  await cacheProcess(store, 'k', JSON.stringify(workflowOf(company.slice(1, 4))))
  await expectAs(store, company)
})

test('U32 a bare spec that embeds what it embedded before keeps it', async () => {
  const store = await cached()
  const edit = { ...company[1]!, elements: ['new'] }
  const report = await cacheProcess(store, 'k', json(edit))
  expect(report.missing).toEqual(['Later'])
  await expectAs(store, [...without('A'), edit])
})

test('U32 what others embed or call stays when its process goes', async () => {
  const store = await cached()
  await removeProcess(store, 'k', 'B')
  await expectAs(store, without('B'))
  await removeProcess(store, 'k', 'C')
  await expectAs(
    store,
    without('B', 'C').filter(({ id }) => id !== 'Shared'),
  )
})

test('U32 an embedded process can be saved by itself', async () => {
  const store = await cached()
  const edit = { id: 'In', embeds: ['Deep'], elements: ['new'] }
  await cacheProcess(store, 'k', json(edit))
  await expectAs(
    store,
    company.map((process) => (process.id === 'In' ? edit : process)),
  )
})

test('U32 an embedded process that is removed takes along what only it embeds', async () => {
  const store = await cached()
  const report = await removeProcess(store, 'k', 'In')
  expect(report.missing).toEqual(['In', 'Later'])
  await expectAs(store, without('In', 'Deep'))
})

test('U32 the top process can be saved, with all other top-level fields kept, and not removed', async () => {
  const store = await cached()
  const edit = { id: 'Top', calls: ['B'], elements: ['new'] }
  const report = await cacheProcess(store, 'k', json(edit))
  expect([report.top, report.missing]).toEqual(['Top', []])
  await expectAs(store, [edit, ...company.slice(1)])
  const error = await refused(removeProcess(store, 'k', 'Top'))
  expect(error).toMatchObject({ code: 'top-process', fields: { processId: 'Top' } })
  await expectAs(store, [edit, ...company.slice(1)])
})

test('U32 what is unknown is said, and nothing is written', async () => {
  const store = await cached()
  const before = await contentOf(store)
  for (const id of ['Later', '', '__proto__', 'a']) {
    expect(await refused(removeProcess(store, 'k', id))).toMatchObject({
      code: 'unknown-process',
      fields: { cacheKey: 'k', processId: id },
    })
  }
  expect(await refused(removeProcess(store, 'other', 'A'))).toMatchObject({
    code: 'unknown-cache-key',
    fields: { cacheKey: 'other' },
  })
  expect(await refused(cacheProcess(store, 'other', json({ id: 'X' })))).toMatchObject({
    code: 'unknown-cache-key',
  })
  expect(await contentOf(store)).toEqual(before)
})

test('U32 large workflows in parts, with large other fields, are edited alike', async () => {
  const more = { ...rest, large: 'x'.repeat(9000) }
  const processes = [...company, ...unreachable()]
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', workflowJson(processes, more))
  const edit = { id: 'B', calls: ['zz_padding_0007'], elements: ['new'] }
  const report = await cacheProcess(store, 'k', json(edit))
  // What B no longer embeds only C does now, so it is stored with that.
  expect(report.written).toEqual(['B', 'C'])
  await expectAs(
    store,
    processes.map((process) => (process.id === 'B' ? edit : process)),
    more,
  )
  await removeProcess(store, 'k', 'zz_padding_0007')
  const left = processes
    .filter(({ id }) => id !== 'zz_padding_0007')
    .map((process) => (process.id === 'B' ? edit : process))
  await expectAs(store, left, more)
  expect((await readElementUnit(store, 'k', { processId: 'B' })).missing).toEqual(['zz_padding_0007'])
})

test.each(['__proto__', 'constructor', '', '\ud800', '\u{1f600}', 'a"\\\n', 'x'.repeat(5000)])(
  'U5 U32 hostile id %# is saved and removed like any other',
  async (id) => {
    const store = await cached()
    await cacheProcess(store, 'k', json({ id, calls: ['A'], elements: [id] }))
    await expectAs(store, [...company, { id, calls: ['A'], elements: [id] }])
    await removeProcess(store, 'k', id)
    await expectAs(store, company)
  },
)

describe('U4 U32 the place of what is wrong', () => {
  const good = json({ id: 'B', elements: ['b'] })
  const wrapped = `{"spec":${good},"subprocess_specs":{}}`

  async function fieldsOf(text: string | Uint8Array): Promise<Record<string, unknown>> {
    const store = await cached()
    const before = await contentOf(store)
    const error = await refused(cacheProcess(store, 'k', text))
    expect(await contentOf(store)).toEqual(before)
    return { code: error.code, ...error.fields }
  }

  test('is told in a workflow as in a workflow', async () => {
    expect(await fieldsOf(wrapped.replace('"inputs":[]', '"inputs":7'))).toMatchObject({
      code: 'bad-spec',
      pointer: '/spec/task_specs/Start/inputs',
    })
    expect(await fieldsOf(wrapped.slice(0, -5))).toMatchObject({
      code: 'not-json',
      offset: wrapped.length - 5,
    })
  })

  test('is told in a bare spec by its own pointer, offset, line and column', async () => {
    const broken = good.replace('"inputs":[]', '"inputs":7')
    const offset = broken.indexOf('7')
    const place = { pointer: '/task_specs/Start/inputs', offset, line: 1, column: offset + 1 }
    expect(await fieldsOf(broken)).toMatchObject({ code: 'bad-spec', ...place })
    expect(await fieldsOf(new TextEncoder().encode(`\n${broken}`))).toMatchObject({
      ...place,
      offset: offset + 1,
      line: 2,
    })
    expect(await fieldsOf(good.replace('"data_objects":{},', ''))).toMatchObject({
      pointer: '/data_objects',
      offset: 0,
    })
    expect(await fieldsOf(good.replace('"inputs":[]', '"inputs":!'))).toMatchObject({
      code: 'not-json',
      pointer: '/task_specs/Start/inputs',
    })
  })

  test('is told in a bare spec that is too deep, or too long, as well', async () => {
    const store = await cached([{ id: 'Top' }])
    const deep = good.replace('"description":"B"', `"description":${'['.repeat(9)}${']'.repeat(9)}`)
    const error = await refused(cacheProcess(store, 'k', deep, { limits: { depth: 9 } }))
    expect(error).toMatchObject({
      code: 'limit-exceeded',
      fields: { limit: 'depth', maximum: 9, pointer: `/description${'/0'.repeat(8)}` },
    })
    const bytes = good.length - 1
    const long = await refused(cacheProcess(store, 'k', good, { limits: { bytes } }))
    expect(long).toMatchObject({
      code: 'limit-exceeded',
      fields: { limit: 'bytes', maximum: bytes, pointer: '' },
    })
  })
})

test('U32 numbers and strings of all other processes keep their spelling through an edit', async () => {
  const text = workflowJson([{ id: 'Top', fields: { mark: 'HERE' } }, { id: 'A' }], { n: 'HERE' }).replaceAll(
    '"HERE"',
    '[1.0,1e400,"\\ud800\\u0041",-0]',
  )
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', text)
  await cacheProcess(store, 'k', json({ id: 'A', elements: ['x'] }))
  const { specs, rest: others } = await readElementUnit(store, 'k', { processId: 'Top' })
  expect(specs['Top']!.text).toContain('"mark":[1.0,1e400,"\\ud800\\u0041",-0]')
  expect(others).toContain('"n":[1.0,1e400,"\\ud800\\u0041",-0]')
})
