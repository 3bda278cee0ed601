import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cacheElementUnitsForWorkflow, createMemoryStore, readElementUnit, readManifest } from 'unitflow'
import type { ActiveElement, CacheStore, UnitRequest } from 'unitflow'
import { randomWorkflow } from '../../fixtures/units/random-workflow.js'
import { unreachable, workflowJson } from '../../fixtures/units/spec-builder.js'
import type { Dialect, Json, ProcessSketch } from '../../fixtures/units/spec-builder.js'
import { outcome } from './refused.js'
import { contentOf } from './stores-under-test.js'

const padding = unreachable()

async function cached(
  processes: readonly ProcessSketch[],
  rest: Json = {},
  dialect: Dialect = 'c',
): Promise<CacheStore> {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', workflowJson(processes, rest, dialect))
  return store
}

async function rootText(store: CacheStore): Promise<string> {
  const [root] = [...(await contentOf(store, 'v2/roots')).values()]
  return new TextDecoder().decode(root)
}

/** The unit, or the code of the refusal. */
async function read(store: CacheStore, request: UnitRequest): Promise<unknown> {
  const result = await outcome(readElementUnit(store, 'k', request))
  return result instanceof Error ? String((result as Error & { code?: string }).code) : result
}

async function sameUnits(
  processes: readonly ProcessSketch[],
  elements: readonly ActiveElement[],
  rest: Json = {},
  dialect: Dialect = 'c',
): Promise<void> {
  const whole = await cached(processes, rest, dialect)
  const parted = await cached([...processes, ...padding], rest, dialect)
  expect(await rootText(whole)).toContain('"objects":[')
  expect(await rootText(parted)).toContain('"graph":')
  for (const { id: processId } of processes) {
    expect(await read(parted, { processId })).toEqual(await read(whole, { processId }))
    for (const element of elements) {
      // Once with a graph that was read before, once without.
      for (const from of [parted, { ...parted }]) {
        const request = { processId, elements: [element] }
        expect(await read(from, request), JSON.stringify(request)).toEqual(await read(whole, request))
      }
    }
    const all = { processId, elements }
    if (elements.length > 0) expect(await read({ ...parted }, all)).toEqual(await read(whole, all))
  }
  const [a, b] = [await readManifest(whole, 'k'), await readManifest(parted, 'k')]
  const own = (id: string): boolean => !id.startsWith('zz_padding')
  expect(b.processes.filter(({ id }) => own(id))).toEqual(a.processes)
  expect(Object.entries(b.elements).filter(([id]) => own(id))).toEqual(Object.entries(a.elements))
  expect(
    b.objects
      .flatMap(({ processes: members }) => members)
      .filter(own)
      .sort(),
  ).toEqual(a.processes.map(({ id }) => id).sort())
}

test('U18 U19 U20 random workflows give the same units from a manifest in one piece and from one in parts', async () => {
  await fc.assert(
    fc.asyncProperty(randomWorkflow, async ({ processes, rest, dialect }) => {
      const names = processes.flatMap(({ tasks = [] }) => tasks.map(({ name }) => name))
      const ids = processes.map(({ id }) => id)
      const elements: ActiveElement[] = [...new Set([...names, ...ids])].slice(0, 8)
      if (names[0] !== undefined) elements.push({ processId: ids.at(-1) ?? '', elementId: names[0] })
      await sameUnits(processes, [...elements, 'no such element'], rest, dialect)
    }),
    { numRuns: 10 },
  )
})

describe('U19 U20 the same units for', () => {
  const ids = (count: number, prefix: string): string[] =>
    Array.from({ length: count }, (_, index) => `${prefix}${index}`)
  test.each<[string, ProcessSketch[], string[]]>([
    [
      'a process that triggers more than a locator names',
      [{ id: 'Top', triggers: ids(20, 'P') }, ...ids(20, 'P').map((id) => ({ id, elements: [`e${id}`] }))],
      ['eP3', 'Top'],
    ],
    [
      'a process that triggers as many as a locator names',
      [{ id: 'Top', triggers: ids(15, 'P') }, ...ids(15, 'P').map((id) => ({ id }))],
      ['P3'],
    ],
    [
      'more embedded subprocesses than are searched',
      [
        { id: 'Top', embeds: ids(260, 'S'), calls: ['X'] },
        ...ids(260, 'S').map((id) => ({ id })),
        { id: 'X' },
      ],
      ['S7', 'X'],
    ],
    [
      'missing references, and none besides',
      [
        {
          id: 'Top',
          calls: ['Gone'],
          embeds: ['Lost'],
          tasks: [{ name: 'u', typename: 'Ours', spec: 'Nowhere' }],
        },
      ],
      ['u', 'Top'],
    ],
    [
      'missing references in what is embedded',
      [
        { id: 'Top', embeds: ['A'] },
        { id: 'A', embeds: ['B', 'Lost'], calls: ['Gone'] },
        { id: 'B', calls: ['Gone', 'Top'] },
      ],
      ['B'],
    ],
    ['a process without any reference', [{ id: 'Top' }, { id: 'P', elements: ['e'] }], ['e', 'P', 'Top']],
    [
      'an element that many hold',
      ids(40, 'P').map((id, index) => ({
        id,
        elements: ['same'],
        calls: index < 39 ? [`P${index + 1}`] : [],
      })),
      ['same'],
    ],
  ])('%s', async (_what, processes, elements) => {
    await sameUnits(processes, elements)
  })
})

test('U18 other fields that are too large for a root come back the same from both forms', async () => {
  await sameUnits([{ id: 'Top', elements: ['e'] }], ['e'], { large: 'x'.repeat(40_000), more: { n: 1 } })
})

test('U16 U18 a reader never mixes two roots: a unit is of one version, whenever another is cached', async () => {
  const versions = ['one', 'two'].map((mark) =>
    workflowJson([
      { id: 'Top', calls: ['A'], fields: { mark } },
      { id: 'A', elements: ['a'], fields: { mark } },
      ...padding,
    ]),
  ) as [string, string]
  for (let n = 0; n < 6; n++) {
    const store = createMemoryStore()
    await cacheElementUnitsForWorkflow(store, 'k', versions[0])
    let count = 0
    const between = async (): Promise<void> => {
      if (count++ === n) await cacheElementUnitsForWorkflow(store, 'k', versions[1])
    }
    const reader: CacheStore = {
      ...store,
      get: async (key) => {
        await between()
        return store.get(key)
      },
      getMany: async (keys) => {
        await between()
        return store.getMany(keys)
      },
    }
    const { specs } = await readElementUnit(reader, 'k', { processId: 'Top', elements: ['a'] })
    const marks = Object.values(specs).map(({ text }) => /"mark":"(\w+)"/.exec(text)?.[1])
    expect(new Set(marks).size).toBe(1)
    expect(marks).toHaveLength(2)
  }
})
