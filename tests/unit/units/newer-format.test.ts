import { describe, expect, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  cacheProcess,
  createMemoryStore,
  heldVersions,
  holdVersion,
  listWorkflows,
  prune,
  readElementUnit,
  readManifest,
  removeProcess,
  verifyStore,
  workflowFromCachedElementUnit,
} from 'unitflow'
import type { CacheStore } from 'unitflow'
import { processSpec, unreachable, workflowJson } from '../../fixtures/units/spec-builder.js'
import { outcome, refused } from './refused.js'
import { contentOf, storeOf } from './stores-under-test.js'

const small = workflowJson([
  { id: 'Top', calls: ['A'] },
  { id: 'A', elements: ['a'] },
])
const large = workflowJson([{ id: 'Top', calls: ['A'] }, { id: 'A', elements: ['a'] }, ...unreachable()])

/** A store in which the roots, or the held ones, are of another format. */
async function storeOfFormat(specs: string, folder: string, format: string): Promise<CacheStore> {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', specs)
  await holdVersion(store, 'k')
  const content = await contentOf(store)
  for (const [key, bytes] of content) {
    if (!key.startsWith(folder)) continue
    // What follows the first line may be anything: nobody who does not know the format looks at it.
    const [head = ''] = new TextDecoder().decode(bytes).split('\n')
    const other = head.replace('"unitflow":2', `"unitflow":${format}`).replace(/"sha256":"\w+"/, '"more":[1]')
    content.set(key, new TextEncoder().encode(`${other}\nnot JSON \u0000`))
  }
  return storeOf(content)
}

const readers: Readonly<Record<string, (store: CacheStore) => Promise<unknown>>> = {
  readElementUnit: (store) => readElementUnit(store, 'k', { processId: 'Top' }),
  'readElementUnit, of an element': (store) =>
    readElementUnit(store, 'k', { processId: 'Top', elements: ['a'] }),
  workflowFromCachedElementUnit: (store) => workflowFromCachedElementUnit(store, 'k', 'Top', 'a'),
  readManifest: (store) => readManifest(store, 'k'),
  listWorkflows: (store) => listWorkflows(store),
}

const writers: Readonly<Record<string, (store: CacheStore) => Promise<unknown>>> = {
  cacheElementUnitsForWorkflow: (store) => cacheElementUnitsForWorkflow(store, 'k', small),
  'cacheElementUnitsForWorkflow, to repair': (store) =>
    cacheElementUnitsForWorkflow(store, 'k', large, { repair: true }),
  cacheProcess: (store) => cacheProcess(store, 'k', JSON.stringify(processSpec({ id: 'A' }))),
  removeProcess: (store) => removeProcess(store, 'k', 'A'),
  holdVersion: (store) => holdVersion(store, 'k'),
  prune: (store) => prune(store, { grace: 0, now: () => 9e15, held: [] }),
}

describe.each([
  ['in one piece', small],
  ['in parts', large],
])('a root of a later format, a manifest %s before', (_form, specs) => {
  test.each(Object.entries({ ...readers, ...writers }))('U18 %s says so', async (_name, use) => {
    for (const [format, found] of [
      ['3', 3],
      ['2.5', 2.5],
      ['1e300', 1e300],
    ] as const) {
      const error = await refused(use(await storeOfFormat(specs, 'v2/roots', format)))
      expect(error).toMatchObject({ code: 'newer-format', fields: { found, known: 2 } })
      expect(error.message).toContain('update')
    }
  })

  test.each(Object.entries(writers))('U18 %s leaves all of it alone', async (_name, write) => {
    const store = await storeOfFormat(specs, 'v2/roots', '3')
    const before = await contentOf(store)
    await refused(write(store))
    const after = await contentOf(store)
    for (const [key, bytes] of before) expect(after.get(key), key).toEqual(bytes)
  })

  test('U18 one of no format that ever was is damaged', async () => {
    for (const format of ['1', '0', '-1', '"2"', 'null']) {
      const error = await refused(readManifest(await storeOfFormat(specs, 'v2/roots', format), 'k'))
      expect(error.code, format).toBe('root-damaged')
    }
  })

  test('U38 a held root of a later format is told, and never taken for another', async () => {
    const store = await storeOfFormat(specs, 'v2/held', '3')
    const { version } = await readManifest(store, 'k')
    const findings = (await verifyStore(store)).findings
    expect(findings.length).toBeGreaterThan(0)
    expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(['newer-format']))
    expect(await heldVersions(store)).toEqual([{ version: version.slice(0, 40), heldSince: 0 }])
    expect(await refused(writers['prune']!(store))).toMatchObject({ code: 'newer-format' })
    const asked = await outcome(readElementUnit({ ...store }, 'k', { processId: 'Top' }, { version }))
    expect(asked).toMatchObject({ code: 'newer-format', fields: { found: 3, known: 2 } })
  })
})
