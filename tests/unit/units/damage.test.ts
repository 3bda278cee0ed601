import { describe, expect, test } from 'vitest'
import {
  cacheElementUnitsForWorkflow,
  cacheProcess,
  createMemoryStore,
  isUnitflowError,
  listWorkflows,
  prune,
  readElementUnit,
  readManifest,
  unitJson,
  verifyStore,
  workflowFromCachedElementUnit,
} from 'unitflow'
import type { CacheStore } from 'unitflow'
import { sha256Hex } from '../../../ts/sha256/index.js'
import { processSpec, unreachable, workflowJson } from '../../fixtures/units/spec-builder.js'
import { outcome, refused } from './refused.js'
import { contentOf, storeOf, storesUnderTest } from './stores-under-test.js'

const processes = [
  { id: 'Top', calls: ['Called'], elements: ['at_top'] },
  { id: 'Called', embeds: ['Inner'] },
  { id: 'Inner', elements: ['at_inner'] },
]
const small = workflowJson(processes)
const large = workflowJson([...processes, ...unreachable()])
const encoder = new TextEncoder()

/** Everything that a reader asks, each on its own. */
const reads: readonly ((store: CacheStore) => Promise<unknown>)[] = [
  async (store) => unitJson(await readElementUnit(store, 'k', { processId: 'Top' })),
  async (store) => unitJson(await readElementUnit(store, 'k', { processId: 'Called' })),
  async (store) => unitJson(await readElementUnit(store, 'k', { processId: 'Top', elements: ['at_inner'] })),
  async (store) => JSON.stringify(await readManifest(store, 'k')),
  async (store) => JSON.stringify(await listWorkflows(store)),
]
const answers = (store: CacheStore): Promise<unknown[]> =>
  Promise.all(reads.map((read) => outcome(read(store))))

/** The ways in which a value may come back other than it was written. */
function* damages(value: Uint8Array, step = 1): Generator<readonly [what: string, damaged: Uint8Array]> {
  for (let at = 0; at < value.length; at += step) {
    for (const mask of [1, 0x20, 0x80]) {
      const flipped = value.slice()
      flipped[at] = (flipped[at] ?? 0) ^ mask
      yield [`byte ${at} flipped by ${mask}`, flipped]
    }
    yield [`cut at ${at}`, value.slice(0, at)]
    yield [`begun at ${at + 1}`, value.slice(at + 1)]
  }
  yield ['a byte more', Uint8Array.from([...value, 10])]
  yield ['twice', Uint8Array.from([...value, ...value])]
  yield ['zeros', new Uint8Array(value.length)]
}

async function cached(specs: string): Promise<Map<string, Uint8Array>> {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', specs)
  return contentOf(store)
}
const rootOf = (content: ReadonlyMap<string, Uint8Array>): string =>
  [...content.keys()].find((key) => key.startsWith('v2/roots'))!

test('U16 a root that is torn or altered at any byte gives a typed error or the right answer', async () => {
  const content = await cached(small)
  const rightAnswers = await answers(await storeOf(content))
  const key = rootOf(content)
  let wrong = 0
  for (const [what, damaged] of damages(content.get(key)!)) {
    const store = await storeOf(new Map(content).set(key, damaged))
    const found = await answers(store)
    found.forEach((answer, index) => {
      if (answer === rightAnswers[index]) return
      wrong++
      expect(isUnitflowError(answer, 'root-damaged') || isUnitflowError(answer, 'newer-format'), what).toBe(
        true,
      )
      if (isUnitflowError(answer, 'root-damaged')) expect(answer.fields.key, what).toBe(key)
    })
    if (wrong % 7 === 0 && found.some((answer, index) => answer !== rightAnswers[index])) {
      expect((await verifyStore(store)).findings, what).toMatchObject([{ key }])
      expect(isUnitflowError(await outcome(prune(store, { grace: 0 }))), what).toBe(true)
      expect(
        isUnitflowError(await outcome(cacheProcess(store, 'k', JSON.stringify(processSpec({ id: 'X' }))))),
        what,
      ).toBe(true)
    }
  }
  expect(wrong).toBeGreaterThan(1000)
})

test('U16 the same for a reader that has read the root before', async () => {
  const content = await cached(small)
  const key = rootOf(content)
  const store = await storeOf(content)
  const rightAnswers = await answers(store)
  for (const [what, damaged] of damages(content.get(key)!, 3)) {
    await store.set(key, damaged)
    const found = await answers(store)
    found.forEach((answer, index) => {
      if (answer !== rightAnswers[index]) expect(isUnitflowError(answer), what).toBe(true)
    })
  }
})

test('U16 caching again mends a damaged root', async () => {
  const content = await cached(small)
  const key = rootOf(content)
  for (const [what, damaged] of damages(content.get(key)!, 41)) {
    if (damaged.length === 0) continue
    const store = await storeOf(new Map(content).set(key, damaged))
    if (isUnitflowError(await outcome(readManifest(store, 'k')), 'newer-format')) continue
    await cacheElementUnitsForWorkflow(store, 'k', small)
    expect(await answers({ ...store }), what).toEqual(await answers(await storeOf(content)))
  }
})

test('U16 caching again mends a damaged root, also through a store object that knew it whole', async () => {
  const content = await cached(small)
  const key = rootOf(content)
  const store = await storeOf(content)
  await readManifest(store, 'k')
  const damaged = content.get(key)!.slice()
  damaged[damaged.length - 3] = (damaged.at(-3) ?? 0) ^ 1
  await store.set(key, damaged)
  await cacheElementUnitsForWorkflow(store, 'k', small)
  expect(await outcome(readManifest({ ...store }, 'k'))).toEqual(
    await readManifest(await storeOf(content), 'k'),
  )
})

test('U16 a root under the key of another is damaged, and one of a later format says so', async () => {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', small)
  await cacheElementUnitsForWorkflow(store, 'other', large)
  const [a, b] = [...(await contentOf(store, 'v2/roots'))]
  await store.setMany([
    [a![0], b![1]],
    [b![0], a![1]],
  ])
  for (const cacheKey of ['k', 'other']) {
    const error = await refused(readElementUnit({ ...store }, cacheKey, { processId: 'Top' }))
    expect(error).toMatchObject({ code: 'root-damaged', fields: { cacheKey } })
  }
  const later = new TextDecoder().decode(a![1]).replace('{"unitflow":2,', '{"unitflow":3,"more":[],')
  await store.set(a![0], encoder.encode(later))
  const error = await refused(listWorkflows({ ...store }))
  expect(error).toMatchObject({ code: 'newer-format', fields: { key: a![0], found: 3, known: 2 } })
  expect((await refused(cacheElementUnitsForWorkflow({ ...store }, 'k', small))).code).toBe('newer-format')
})

describe.each([
  ['in one piece', small],
  ['in parts', large],
])('with a manifest %s', (_form, specs) => {
  test('U27 an object that is altered, torn or exchanged is object-damaged by name, or not looked at', async () => {
    const content = await cached(specs)
    const rightAnswers = await answers(await storeOf(content))
    const padding = (key: string): boolean =>
      new TextDecoder().decode(content.get(key)).startsWith('[{"id":"zz_')
    const keys = [...content.keys()].filter((key) => key !== rootOf(content))
    const all = await verifyStore(await storeOf(content))
    expect(all).toEqual({ roots: 1, held: 0, objects: keys.length, findings: [] })
    const wanted = new Set<string>()
    for (const [index, key] of keys.entries()) {
      if (padding(key)) continue
      const value = content.get(key)!
      const other = content.get(keys[(index + 1) % keys.length]!)!
      const step = Math.ceil(value.length / (specs === small ? 25 : 2))
      for (const [what, damaged] of [
        ...damages(value, step),
        ['another', other] as const,
        ['empty', new Uint8Array()] as const,
      ]) {
        const store = await storeOf(new Map(content).set(key, damaged))
        const found = await answers(store)
        found.forEach((answer, at) => {
          if (answer === rightAnswers[at]) return
          wanted.add(key)
          expect(isUnitflowError(answer, 'object-damaged') && answer.fields.key, what).toBe(key)
        })
      }
      const store = await storeOf(new Map(content).set(key, Uint8Array.of(1)))
      expect((await verifyStore(store)).findings).toMatchObject([
        { code: 'object-damaged', key, cacheKey: 'k' },
      ])
    }
    if (specs === small) expect([...wanted].sort()).toEqual(keys.sort())
  })

  test('U16 U27 an object that is missing is named, and may come later', async () => {
    const content = await cached(specs)
    const rightAnswers = await answers(await storeOf(content))
    for (const [index, key] of [...content.keys()].entries()) {
      if (key === rootOf(content) || (specs === large && index % 5 > 0)) continue
      const less = new Map(content)
      less.delete(key)
      const store = await storeOf(less)
      ;(await answers(store)).forEach((answer, at) => {
        if (answer === rightAnswers[at]) return
        expect(isUnitflowError(answer, 'object-missing') && answer.fields).toEqual({ key, retryable: true })
      })
      expect((await verifyStore(store)).findings).toEqual([{ code: 'object-missing', key, cacheKey: 'k' }])
      await store.set(key, content.get(key)!)
      expect(await answers(store)).toEqual(rightAnswers)
    }
  })
})

test('U26 U27 a process text is handed on by its hash alone and never parsed', async () => {
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', workflowJson([{ id: 'Top' }]))
  const [[key, object]] = [...(await contentOf(store, 'v2/objects'))] as [[string, Uint8Array]]
  const [head] = new TextDecoder().decode(object).split('\n')
  const broken = encoder.encode(`${head}\n{"spec is": broken [\n`)
  // As if the core had written it: under its own hash, with a root that names that.
  const hash = sha256Hex(broken)
  const root = await contentOf(store, 'v2/roots')
  const [[rootKey, rootValue]] = [...root] as [[string, Uint8Array]]
  const [first, body] = new TextDecoder().decode(rootValue).split('\n') as [string, string]
  const spellings = [
    key.slice('v2/objects/'.length),
    Buffer.from(key.slice('v2/objects/'.length), 'hex').toString('base64url'),
  ]
  const named = /"hash":"([^"]+)"/.exec(body)![1]!
  const isHex = /^[0-9a-f]+$/.test(named)
  expect(spellings.some((spelling) => named.startsWith(spelling.slice(0, 20)))).toBe(true)
  const forged = body.replace(named, isHex ? hash : Buffer.from(hash, 'hex').toString('base64url'))
  const head2 = first.replace(/"sha256":"\w+"/, `"sha256":"${sha256Hex(encoder.encode(forged))}"`)
  await store.setMany([
    [`v2/objects/${hash.slice(0, 40)}`, broken],
    [rootKey, encoder.encode(`${head2}\n${forged}\n`)],
  ])
  const unit = await readElementUnit(store, 'k', { processId: 'Top' })
  expect(unit.specs['Top']).toEqual({ hash, text: '{"spec is": broken [' })
  expect(unitJson(unit)).toContain('"spec":{"spec is": broken [')
})

test('U16 layout v1: a file that is cut off at any byte gives a typed error that names it, or the right answer', async () => {
  const workflow = workflowJson(
    [
      { id: 'Top', calls: ['Called'], elements: ['at_top'] },
      { id: 'Called', elements: ['at_called'] },
    ],
    {},
    'a',
  )
  const store = createMemoryStore()
  await cacheElementUnitsForWorkflow(store, 'k', workflow, { layout: 'v1' })
  const content = await contentOf(store)
  const asked = [
    ['Top', 'Top'],
    ['Top', 'at_top'],
    ['Top', 'at_called'],
    ['Top', 'call_Called'],
    ['Called', 'Called'],
  ] as const
  const read = (from: CacheStore): Promise<unknown[]> =>
    Promise.all(
      asked.map(([process, element]) =>
        outcome(workflowFromCachedElementUnit(from, 'k', process, element, { layout: 'v1' })),
      ),
    )
  const rightAnswers = await read(store)
  expect(new Set(rightAnswers).size).toBe(3)
  for (const [key, value] of content) {
    const wrong: (readonly [string, Uint8Array])[] = [
      'null',
      '7',
      '"x"',
      '[]',
      '{}',
      '[[],{}]',
      '{"items":[],"index_map":{}}',
      '{"FullWorkflow":{}}',
      '{"LazySubprocesses":[]}',
      '{"LazySubprocesses":[{},{},{}]}',
      '{"LazySubprocesses":{"0":{},"1":{}}}',
      '{"LazySubprocesses":[[],[]]}',
      '{"Other":[{},{}]}',
      '{"ResumableSubprocess":[{},{}]}',
      '{"FullWorkflow":{"spec":{},"subprocess_specs":[]}}',
      '{"items":[{}],"index_map":{"Top":[0],"at_top":[0],"at_called":[0],"call_Called":[0],"Called":[0]}}',
      '{"items":[{"sha2":"../../x"}],"index_map":{"Top":[0],"at_top":[0],"at_called":[0],"call_Called":[0],"Called":[0]}}',
      '{"items":[],"index_map":{"Top":[0],"at_top":["x"],"at_called":[-1],"call_Called":[],"Called":7}}',
    ].map((text) => [text, encoder.encode(text)])
    for (let at = 0; at < value.length; at += 2) wrong.push([`cut at ${at}`, value.slice(0, at)])
    wrong.push(['not UTF-8', Uint8Array.from([...value.subarray(0, 20), 0xff, ...value.subarray(20)])])
    const altered = await storeOf(content)
    for (const [what, damaged] of wrong) {
      await altered.set(key, damaged)
      ;(await read(altered)).forEach((answer, index) => {
        if (answer === rightAnswers[index]) return
        const isTyped =
          isUnitflowError(answer, 'object-damaged') || isUnitflowError(answer, 'unknown-element')
        expect(isTyped, `${key} ${what}: ${String(answer)}`).toBe(true)
        if (isUnitflowError(answer, 'object-damaged')) expect(answer.fields.key).toBe(key)
        else expect(what).toMatch(/"items":\[\]/)
      })
    }
    await altered.delete(key)
    for (const [index, answer] of (await read(altered)).entries()) {
      if (answer !== rightAnswers[index]) expect(isUnitflowError(answer)).toBe(true)
    }
  }
})

test.each(storesUnderTest)('U16 a torn root on $kind is named and mended', async ({ create }) => {
  const { store, another } = await create()
  await cacheElementUnitsForWorkflow(store, 'k', small)
  const [[key, value]] = [...(await contentOf(store, 'v2/roots'))] as [[string, Uint8Array]]
  await store.set(key, value.slice(0, value.length / 2))
  expect(await refused(readManifest(another(), 'k'))).toMatchObject({
    code: 'root-damaged',
    fields: { cacheKey: 'k', key },
  })
  await cacheElementUnitsForWorkflow(another(), 'k', small)
  expect((await readManifest(another(), 'k')).top).toBe('Top')
})
