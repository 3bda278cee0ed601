import { expect, test } from 'vitest'
import { createManualClock } from '../../../../ts/clock/index.js'
import type { RecordStore, Value } from '../../../../ts/records/index.js'
import { createMemoryRecords } from '../../../../ts/records/memory/index.js'
import { createRecordCache, createStoreCache } from '../../../../ts/steps/cache/index.js'
import type { ResultCache } from '../../../../ts/steps/cache/index.js'
import { of } from '../../../../ts/schema/index.js'
import {
  createRecordState,
  createRunner,
  createState,
  createStepWorkflow,
  defineModel,
  defineStep,
} from '../../../../ts/steps/index.js'
import { fieldsOf } from '../../../../ts/steps/values/index.js'
import type { CacheStore } from '../../../../ts/stores/index.js'
import { createMemoryStore } from '../../../../ts/stores/memory/index.js'
import { keyOf, resultOf, resultRecords, spoil, valuesAt } from './caches-under-test.js'

const long = 'x'.repeat(500)
const key = keyOf('s', '=1')
const other = keyOf('s', '=2')

/** What is wrong with an entry is a miss; then it is kept anew, and prune and clear do not stumble over it. */
async function expectMiss(cache: ResultCache): Promise<void> {
  expect(await cache.get(key)).toBeUndefined()
  await cache.prune()
  await cache.set(key, resultOf(long, 2))
  expect(await valuesAt(cache, key)).toEqual([long, 2])
}

type Spoil = (value: Readonly<Record<string, unknown>>) => unknown

function changed(make: Spoil): (value: Value) => Value {
  return (value) => make(fieldsOf(value)) as Value
}

const entries: readonly (readonly [what: string, make: Spoil])[] = [
  ['another version', (entry) => ({ ...entry, version: 2 })],
  ['no version', ({ version: _, ...entry }) => entry],
  ['a text', () => 'torn'],
  ['nothing', () => null],
  ['a list', (entry) => Object.values(entry)],
  ['a time that is none', (entry) => ({ ...entry, at: 'now' })],
  ['another time', (entry) => ({ ...entry, at: 9 })],
  ['one output less', ({ marks, ...entry }) => ({ ...entry, marks: (marks as unknown[]).slice(1) })],
  [
    'outputs the other way round',
    ({ marks, ...entry }) => ({ ...entry, marks: [...(marks as [])].reverse() }),
  ],
  ['outputs that are none', (entry) => ({ ...entry, marks: [1, 2] })],
  ['another output', (entry) => ({ ...entry, marks: ['=3', '=2'] })],
  ['no check', ({ check: _, ...entry }) => entry],
]

const values: readonly (readonly [what: string, make: (value: Value) => Value | undefined])[] = [
  ['no value', () => undefined],
  ['another value', () => ({ value: 'other' })],
  ['a value that is none', () => 'torn'],
  ['a large one that is nowhere', () => ({ large: 500 })],
]

test.each([
  ...entries.map(([what, make]) => [what, 'step_results', changed(make)] as const),
  ...values.map(([what, make]) => [what, 'step_result_values', make] as const),
])('S18 a record of results that has %s is a miss', async (_, collection, make) => {
  const records = createMemoryRecords()
  const cache = createRecordCache({ records, clock: createManualClock() })
  await cache.set(key, resultOf(long, 2))
  await spoil(records, collection, make)
  await expectMiss(cache)
})

test('S18 a record of results that was moved to another key is a miss', async () => {
  const records = createMemoryRecords()
  const cache = createRecordCache({ records, clock: createManualClock() })
  await cache.set(key, resultOf(long, 2))
  const mine = await resultRecords(records)
  await cache.clear()
  await cache.set(other, resultOf(long, 3))
  const [theirs] = await resultRecords(records)
  const hash = theirs?.key[1] ?? ''
  await records.transact((transaction) => {
    for (const {
      key: [collection = '', , ...place],
      value,
    } of mine) {
      transaction.set([collection, hash, ...place], value)
    }
  })
  expect(await cache.get(other)).toBeUndefined()
})

test('records of a later version are refused, and left as they are', async () => {
  const records = createMemoryRecords()
  const cache = createRecordCache({ records, clock: createManualClock() })
  await cache.set(key, resultOf(long))
  await records.transact((transaction) => transaction.set(['step_schema'], 2))
  await expect(Promise.resolve(cache.get(key))).rejects.toMatchObject({ code: 'newer-schema' })
  await expect(Promise.resolve(cache.set(key, resultOf(1)))).rejects.toMatchObject({ code: 'newer-schema' })
})

async function keysOf(store: CacheStore): Promise<readonly string[]> {
  const keys: string[] = []
  for await (const one of store.keys()) keys.push(one)
  return keys
}

const texts: readonly (readonly [what: string, make: (text: string) => string])[] = [
  ['nothing', () => ''],
  ['half of it', (text) => text.slice(0, text.length / 2)],
  ['another version', (text) => text.replace('"version":1', '"version":2')],
  ['another value', (text) => text.replace('xxx', 'xyx')],
  ['a value that is none', (text) => text.replace(/"\\"xx/, '"xx')],
  ['outputs that are none', (text) => text.replace(/"outputs":.*/, '"outputs":[["=1"]]}')],
  ['other JSON', () => '[1]'],
  ['what is no JSON', () => 'torn'],
]

test.each(texts)('S18 an entry in a store that has %s is a miss', async (_, make) => {
  const store = createMemoryStore()
  const cache = createStoreCache({ store, clock: createManualClock() })
  await cache.set(key, resultOf(long, 2))
  for (const one of await keysOf(store)) {
    const before = new TextDecoder().decode(await store.get(one))
    const after = make(before)
    expect(after).not.toBe(before)
    await store.set(one, new TextEncoder().encode(after))
  }
  await expectMiss(cache)
})

test('S18 an entry in a store that is no UTF-8, or was moved to another key, is a miss', async () => {
  const store = createMemoryStore()
  const cache = createStoreCache({ store, clock: createManualClock() })
  await cache.set(key, resultOf(1))
  const [mine = ''] = await keysOf(store)
  await cache.set(other, resultOf(2))
  const theirs = (await keysOf(store)).find((one) => one !== mine) ?? ''
  const bytes = await store.get(mine)
  await store.set(theirs, bytes ?? new Uint8Array())
  expect(await cache.get(other)).toBeUndefined()
  await store.set(mine, new Uint8Array([0xff, 0xfe]))
  expect(await cache.get(key)).toBeUndefined()
})

const Grow = defineModel({
  name: 'Grow',
  inputs: { n: of<number>() },
  outputs: { text: of<string>(), more: of<number>() },
  run: ({ n }) => ({ text: `${long}${n}`, more: n + 1 }),
})
const workflow = createStepWorkflow([
  defineStep({ model: Grow, inputs: { n: 'n' }, outputs: { text: 'text', more: 'more' } }),
])

test.each([...entries, ['no value', undefined] as const])(
  'S18 a run over results that have %s computes them anew',
  async (_, make) => {
    const records: RecordStore = createMemoryRecords()
    const state = createRecordState({ records, name: 'etl', mutable: true })
    const runner = createRunner({ workflow, state })
    for (const n of [1, 2]) {
      await state.set('n', n)
      await runner.run()
    }
    if (make === undefined) await spoil(records, 'step_result_values', () => undefined)
    else await spoil(records, 'step_results', changed(make))
    await state.set('n', 1)
    expect(await runner.run()).toMatchObject({ ran: ['Grow'], outputs: { text: `${long}1`, more: 2 } })
    expect(await state.snapshot()).toEqual({ n: 1, text: `${long}1`, more: 2 })
    await state.set('n', 2)
    expect(await runner.run()).toMatchObject({ status: 'completed', outputs: { text: `${long}2`, more: 3 } })
  },
)

test('S20 a cache that fails fails the run, and what is in the state is right', async () => {
  const state = createState({ n: 1 }, { mutable: true })
  const records = createMemoryRecords()
  const cache = createRecordCache({ records })
  await records.close()
  const runner = createRunner({ workflow, state, cache })
  await expect(runner.run()).rejects.toMatchObject({ code: 'store-closed' })
  expect(await state.names()).toEqual(['n'])
})
