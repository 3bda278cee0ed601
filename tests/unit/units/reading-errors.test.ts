import { describe, expect, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  createMemoryStore,
  prune,
  readElementUnit,
  readManifest,
  removeWorkflow,
  listWorkflows,
  unitJson,
  verifyStore,
  workflowFromCachedElementUnit,
} from 'unitflow'
import type { CacheLayout } from 'unitflow'
import { createFilesystemStore } from 'unitflow/stores/filesystem'
import { unreachable, workflowJson } from '../../fixtures/units/spec-builder.js'
import { refused } from './refused.js'
import { storesUnderTest } from './stores-under-test.js'

const processes = [
  { id: 'Top', calls: ['Called'], elements: ['at_top'] },
  { id: 'Called', elements: ['at_called'] },
  { id: 'Alone', elements: ['at_alone'] },
]
const small = workflowJson(processes)
const large = workflowJson([...processes, ...unreachable()])

describe.each(storesUnderTest)('$kind', ({ create }) => {
  test.each([
    ['one piece', small],
    ['parts', large],
  ])('U16 each thing unknown has an error of its own, with a manifest in %s', async (_form, specs) => {
    const { store } = await create()
    await cacheElementUnitsForWorkflow(store, 'k', specs)
    const read = (cacheKey: string, processId: string, ...elements: string[]): Promise<unknown> =>
      readElementUnit(store, cacheKey, { processId, elements })
    for (const key of ['K', 'k ', '', 'k/', '../k', '__proto__']) {
      expect(await refused(read(key, 'Top'))).toMatchObject({
        code: 'unknown-cache-key',
        fields: { cacheKey: key },
      })
      expect(await refused(readManifest(store, key))).toMatchObject({
        code: 'unknown-cache-key',
        fields: { cacheKey: key },
      })
    }
    for (const processId of ['top', '', 'at_top', '__proto__', 'constructor', 'x'.repeat(20_000)]) {
      const error = await refused(read('k', processId))
      expect(error).toMatchObject({ code: 'unknown-process', fields: { cacheKey: 'k', processId } })
      expect(await refused(read('k', processId, 'at_top'))).toMatchObject({ code: 'unknown-process' })
    }
    for (const element of ['nothing', '', '__proto__', 'toString', 'at_alone', 'Alone', 'Start']) {
      const fields = { cacheKey: 'k', processId: 'Top', elements: [element] }
      expect(await refused(read('k', 'Top', element))).toMatchObject({ code: 'unknown-element', fields })
      const named = await refused(workflowFromCachedElementUnit(store, 'k', 'Top', element))
      expect(named).toMatchObject({ code: 'unknown-element', fields })
    }
    const wrongProcess = { processId: 'Called', elementId: 'at_top' }
    const error = await refused(readElementUnit(store, 'k', { processId: 'Top', elements: [wrongProcess] }))
    expect(error).toMatchObject({ code: 'unknown-element', fields: { elements: ['Called/at_top'] } })
    const nowhere = { processId: 'no such', elementId: 'at_top' }
    expect(
      await refused(readElementUnit(store, 'k', { processId: 'Top', elements: [nowhere] })),
    ).toMatchObject({
      code: 'unknown-element',
    })
    // One that is found is enough.
    expect(
      await readElementUnit(store, 'k', { processId: 'Top', elements: ['nothing', 'at_called'] }),
    ).toMatchObject({
      included: ['Called', 'Top'],
    })
  })

  test.each<CacheLayout>(['v1', 'v2'])(
    'U15 U16 layout %s answers by name and refuses by name',
    async (layout) => {
      const { store } = await create()
      await cacheElementUnitsForWorkflow(store, 'k', small, { layout })
      const read = (key: string, process: string, element: string): Promise<string> =>
        workflowFromCachedElementUnit(store, key, process, element, { layout })
      expect(JSON.parse(await read('k', 'Top', 'Top'))).toMatchObject({ spec: { name: 'Top' } })
      expect((await refused(read('other', 'Top', 'Top'))).code).toBe('unknown-cache-key')
      expect((await refused(read('k', 'Nobody', 'Top'))).code).toBe('unknown-process')
      expect((await refused(read('k', 'Top', 'nothing'))).code).toBe('unknown-element')
      const other = layout === 'v1' ? 'v2' : 'v1'
      const error = await refused(workflowFromCachedElementUnit(store, 'k', 'Top', 'Top', { layout: other }))
      expect(error.code).toBe('unknown-cache-key')
    },
  )

  test('U16 a workflow that was removed is unknown, and removing it again is no error', async () => {
    const { store } = await create()
    await cacheElementUnitsForWorkflow(store, 'k', small)
    await cacheElementUnitsForWorkflow(store, 'other', small)
    await removeWorkflow(store, 'k')
    await removeWorkflow(store, 'k')
    expect((await refused(readElementUnit(store, 'k', { processId: 'Top' }))).code).toBe('unknown-cache-key')
    expect((await listWorkflows(store)).map(({ cacheKey }) => cacheKey)).toEqual(['other'])
    expect((await readElementUnit(store, 'other', { processId: 'Top' })).included).toEqual(['Top'])
  })
})

test('U16 a store root that does not exist is named as such, not as an unknown key', async () => {
  const root = '/nonexistent/unitflow/root'
  const store = createFilesystemStore({ root })
  for (const work of [
    () => readElementUnit(store, 'k', { processId: 'Top' }),
    () => readManifest(store, 'k'),
    () => workflowFromCachedElementUnit(store, 'k', 'Top', 'Top'),
    () => workflowFromCachedElementUnit(store, 'k', 'Top', 'Top', { layout: 'v1' }),
    () => listWorkflows(store),
    () => verifyStore(store),
    () => prune(store),
  ]) {
    expect(await refused(work)).toMatchObject({ code: 'root-missing', fields: { root } })
  }
})

test('U15 the stamp is an option, and replaces what the workflow has', async () => {
  const store = createMemoryStore()
  const specs = workflowJson(processes, { serializer_version: 'theirs', extra: { n: 1.5 } }).replace(
    '1.5',
    '1.50',
  )
  for (const layout of ['v1', 'v2'] as const) {
    await cacheElementUnitsForWorkflow(store, 'k', specs, { layout })
    const read = async (stamp?: string | false): Promise<string> =>
      workflowFromCachedElementUnit(store, 'k', 'Top', 'Top', {
        layout,
        ...(stamp === undefined ? {} : { stamp }),
      })
    const version = async (stamp?: string | false): Promise<unknown> =>
      (JSON.parse(await read(stamp)) as { serializer_version: unknown }).serializer_version
    expect(await version()).toMatch(/^unitflow-\d+\.\d+\.\d+/)
    expect(await version('spiff-element-units-0.3.1')).toBe('spiff-element-units-0.3.1')
    expect(await version('"\ud800\\')).toBe('"\ud800\\')
    expect(await version(false)).toBe('theirs')
    expect(await read()).toContain('"extra":{"n":1.50}')
    expect((await read()).split('"serializer_version"')).toHaveLength(2)
  }
})

test('U15 a workflow with a stamp written twice, or escaped, gets one', async () => {
  const store = createMemoryStore()
  const specs = small.replace(
    /\}$/,
    ',"serializer_version":"b","\\u0073erializer_version":"c","x":{"serializer_version":1}}',
  )
  await cacheElementUnitsForWorkflow(store, 'k', specs)
  const text = await workflowFromCachedElementUnit(store, 'k', 'Top', 'Top', { stamp: 'ours' })
  expect(text.match(/serializer_version":"/g)).toHaveLength(1)
  expect(JSON.parse(text)).toMatchObject({ serializer_version: 'ours', x: { serializer_version: 1 } })
  expect(
    JSON.parse(await workflowFromCachedElementUnit(store, 'k', 'Top', 'Top', { stamp: false })),
  ).toMatchObject({
    serializer_version: 'c',
  })
})

test('U16 an aborted read and an aborted caching stop with the reason, and leave what was there', async () => {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', small)
  const reason = new Error('stop')
  const signal = AbortSignal.abort(reason)
  await expect(readElementUnit(store, 'k', { processId: 'Top' }, { signal })).rejects.toBe(reason)
  const edited = workflowJson([{ id: 'Top', elements: ['new'] }])
  await expect(cacheElementUnitsForWorkflow(store, 'k', edited, { signal })).rejects.toBe(reason)
  const controller = new AbortController()
  const onProgress = (): void => controller.abort(reason)
  await expect(
    cacheElementUnitsForWorkflow(store, 'k', edited, { signal: controller.signal, onProgress }),
  ).rejects.toBe(reason)
  const unit = await readElementUnit(store, 'k', { processId: 'Top', elements: ['at_called'] })
  expect(JSON.parse(unitJson(unit))).toMatchObject({ spec: { name: 'Top' } })
})
