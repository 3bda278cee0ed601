import { describe, expect, onTestFinished, test } from 'vitest'
import { createManualClock } from '../../../../ts/clock/index.js'
import type { RecordStore } from '../../../../ts/records/index.js'
import { MAX_VALUE_BYTES } from '../../../../ts/records/index.js'
import { of } from '../../../../ts/schema/index.js'
import type { State, StepRunner } from '../../../../ts/steps/index.js'
import {
  createRecordCache,
  createRecordState,
  createRunner,
  createState,
  createStepWorkflow,
  defineModel,
  defineStep,
} from '../../../../ts/steps/index.js'
import { createLargeValues, sweepLargeValues } from '../../../../ts/steps/caches.js'
import type { CacheStore } from '../../../../ts/stores/index.js'
import { createMemoryStore } from '../../../../ts/stores/memory/index.js'
import { recordsAsText } from '../../../../ts/testing/all-records.js'
import { recordStores } from '../../records/record-stores.js'

const KIB = 1024
const collections = ['step_marks', 'step_state', 'step_lasts', 'step_results', 'step_result_values']

let ran = 0
const Repeat = defineModel({
  name: 'Repeat',
  inputs: { text: of<string>(), times: of<number>() },
  outputs: { long: of<readonly string[]>(), length: of<number>() },
  run: ({ text, times }) => {
    ran++
    return { long: [text.repeat(times)], length: text.length * times }
  },
})
const Measure = defineModel({
  name: 'Measure',
  inputs: { long: of<readonly string[]>() },
  outputs: { size: of<number>() },
  run: ({ long: [one = ''] }) => ({ size: one.length }),
})
const repeat = defineStep({
  model: Repeat,
  inputs: { text: 'text', times: 'times' },
  outputs: { long: 'long', length: 'length' },
})
const workflow = createStepWorkflow([
  repeat,
  defineStep({ model: Measure, inputs: { long: 'long' }, outputs: { size: 'size' } }),
])

interface World {
  readonly records: RecordStore
  readonly large: CacheStore
  readonly state: State
  readonly runner: StepRunner
}

async function world(open: () => RecordStore, hasLarge = true): Promise<World> {
  const [records, large] = [open(), createMemoryStore()]
  onTestFinished(() => records.close())
  const state = createRecordState({
    records,
    name: 'etl',
    mutable: true,
    ...(hasLarge && { large: createLargeValues({ store: large }) }),
  })
  return { records, large, state, runner: createRunner({ workflow, state }) }
}

async function keysOf(store: CacheStore): Promise<readonly string[]> {
  const keys: string[] = []
  for await (const key of store.keys('step-values')) keys.push(key)
  return keys
}

describe.each(recordStores)('records: $name', ({ open }) => {
  test.each([
    ['64 KiB', 80],
    ['1 MiB', 1200],
  ])('values of more than %s are in the store of large values, each once', async (_, kib) => {
    const { records, large, state, runner } = await world(open)
    const text = 'ä"x\n'.repeat(KIB / 4)
    await state.setMany({ text, times: kib, other: [text.repeat(kib)] })
    expect(await runner.run()).toMatchObject({ status: 'completed', outputs: { size: kib * KIB } })
    expect(await state.get('long')).toEqual([text.repeat(kib)])
    expect((await state.snapshot())['other']).toEqual([text.repeat(kib)])
    expect(await keysOf(large)).toHaveLength(1)
    expect((await recordsAsText(records, collections)).length).toBeLessThan(10 * KIB)
    expect((await runner.last('Repeat'))?.outputs).toEqual({ long: [text.repeat(kib)], length: kib * KIB })
    const again = createRecordState({
      records,
      name: 'etl',
      mutable: true,
      large: createLargeValues({ store: large }),
    })
    expect(await createRunner({ workflow, state: again }).run()).toMatchObject({ ran: [] })
    ran = 0
    await again.setMany({ times: 1 })
    await createRunner({ workflow, state: again }).run()
    await again.setMany({ times: kib })
    expect(await createRunner({ workflow, state: again }).run()).toMatchObject({
      outputs: { size: kib * KIB },
    })
    expect(ran).toBe(1)
  })

  test.each([
    ['is gone', 'object-missing', (store: CacheStore, key: string) => store.delete(key)],
    [
      'is damaged',
      'object-damaged',
      async (store: CacheStore, key: string) => {
        const bytes = (await store.get(key)) ?? new Uint8Array()
        await store.set(
          key,
          bytes.map((byte, at) => (at === 500 ? byte + 1 : byte)),
        )
      },
    ],
    ['is torn', 'object-damaged', (store: CacheStore, key: string) => store.set(key, new Uint8Array(3))],
  ])(
    'a large value that %s is an error of its own, and a result is computed anew',
    async (_, code, damage) => {
      const { large, state, runner } = await world(open)
      await state.setMany({ text: 'x'.repeat(KIB), times: 100 })
      await runner.run()
      const damageAll = async (): Promise<void> => {
        for (const key of await keysOf(large)) await damage(large, key)
      }
      await damageAll()
      await expect(state.get('long')).rejects.toMatchObject({ code })
      await expect(state.snapshot()).rejects.toMatchObject({ code })
      expect([await state.has('long'), await state.get('length')]).toEqual([true, 100 * KIB])
      await expect(runner.run({ force: ['Measure'] })).rejects.toMatchObject({ code })
      ran = 0
      await state.delete('long')
      expect(await runner.run({ force: ['Measure'] })).toMatchObject({
        ran: ['Repeat', 'Measure'],
        outputs: { size: 100 * KIB },
      })
      expect(ran).toBe(1)
      await damageAll()
      expect(await runner.run({ force: ['Repeat'] })).toMatchObject({ status: 'completed' })
      expect(await state.get('long')).toEqual(['x'.repeat(100 * KIB)])
    },
  )

  test('S8 S21 without a store of large values, one that a record cannot take is its step’s error', async () => {
    const { state, runner } = await world(open, false)
    await state.setMany({ text: 'x'.repeat(KIB), times: 1100 })
    const report = await runner.run()
    expect(report).toMatchObject({ status: 'failed', failed: ['Repeat', 'Measure'] })
    expect(report).toMatchObject({ error: { code: 'value-too-large', fields: { key: 'long' } } })
    expect(await state.names()).toEqual(['text', 'times'])
    expect(await runner.last('Repeat')).toBeUndefined()
    const set = state.setMany({ fits: 1, 'too.long': 'x'.repeat(2 * KIB * KIB) })
    await expect(set).rejects.toMatchObject({ code: 'value-too-large' })
    expect(await state.has('fits')).toBe(false)
    await state.set('times', 2)
    expect(await runner.run()).toMatchObject({ status: 'completed', outputs: { size: 2 * KIB } })
  })

  test('S8 what a record can just take is taken, and a byte more is refused: as state, and as a result', async () => {
    const { state, runner } = await world(open, false)
    // Of `["…"]`, beside what the record has around it.
    const most = MAX_VALUE_BYTES - 20 - 4
    await state.setMany({ text: 'x', times: most })
    expect(await runner.run()).toMatchObject({ status: 'completed', outputs: { size: most } })
    await state.set('times', most + 1)
    expect(await runner.run()).toMatchObject({ error: { code: 'value-too-large' } })
    expect(await state.get('length')).toBe(most)
  })

  test('S8 a text that JSON makes six times as long is refused in time as well', async () => {
    const { state } = await world(open, false)
    await state.set('times', 200_000)
    const Bell = defineModel({
      name: 'Bell',
      inputs: { times: of<number>() },
      outputs: { text: of<string>() },
      run: ({ times }) => ({ text: '\u0007'.repeat(times) }),
    })
    const step = defineStep({ model: Bell, inputs: { times: 'times' }, outputs: { text: 'text' } })
    const runner = createRunner({ workflow: createStepWorkflow([step]), state })
    expect(await runner.run()).toMatchObject({ error: { code: 'value-too-large', fields: { key: 'text' } } })
    const set = state.set('text', '\u0007'.repeat(200_000))
    await expect(set).rejects.toMatchObject({ fields: { key: 'text' } })
  })

  test('S18 what a cache in records cannot take is not kept in it, and the run is none the worse', async () => {
    const { records, large, state } = await world(open)
    const cache = createRecordCache({ records })
    for (const [where, one] of [
      ['its records', state],
      ['memory', createState(undefined, { mutable: true })],
    ] as const) {
      await one.setMany({ text: 'x'.repeat(KIB), times: 1 })
      const runner = createRunner({ workflow, state: one, cache })
      for (const times of [2000, 3, 2000]) {
        await one.set('times', times)
        expect(await runner.run(), where).toMatchObject({ outputs: { size: times * KIB } })
      }
      ran = 0
      expect(await runner.run(), where).toMatchObject({ ran: [], outputs: { size: 2000 * KIB } })
      await one.delete('long')
      expect(await runner.run(), where).toMatchObject({ ran: ['Repeat'] })
    }
    expect(await keysOf(large)).toHaveLength(1)
  })
})

test('S9 a store of large values that was not handed over is said so', async () => {
  const { records, state } = await world(recordStores[0]!.open)
  await state.set('long', 'x'.repeat(100 * KIB))
  const without = createRecordState({ records, name: 'etl' })
  await expect(without.get('long')).rejects.toMatchObject({ code: 'object-missing' })
  await expect(without.get('long')).rejects.toThrow('`large`')
})

test('from how many characters on a value is large can be said', async () => {
  const records = recordStores[0]!.open()
  const large = createMemoryStore()
  const state = createRecordState({
    records,
    name: 'etl',
    large: createLargeValues({ store: large, from: 100 }),
  })
  await state.setMany({ short: 'x'.repeat(98), long: 'x'.repeat(99) })
  expect(await keysOf(large)).toHaveLength(1)
  expect(() => createLargeValues({ store: large, from: -1 })).toThrow('from')
})

test('S9 no large values are needed where state is in memory', async () => {
  const state = createState({ text: 'x'.repeat(KIB), times: 50 * KIB }, { mutable: true })
  expect(await createRunner({ workflow, state }).run()).toMatchObject({ outputs: { size: 50 * KIB * KIB } })
})

test('large values that nobody names go in two sweeps, and not while somebody may be about to name them', async () => {
  const { records, large, state, runner } = await world(recordStores[0]!.open)
  const clock = createManualClock(1_800_000_000_000)
  const values = createLargeValues({ store: large })
  const sweep = (): Promise<number> => sweepLargeValues(values, { records: [records], clock })
  await state.setMany({ text: 'x'.repeat(KIB), times: 100, other: 'y'.repeat(100 * KIB) })
  await runner.run()
  await state.delete('other')
  await state.delete('long')
  expect(await keysOf(large)).toHaveLength(2)
  expect(await sweep()).toBe(0)
  await clock.advance(60 * 60 * 1000)
  expect(await sweep()).toBe(0)
  await clock.advance(24 * 60 * 60 * 1000)
  expect(await sweep()).toBe(1)
  // What a result names is not gone with the state.
  ran = 0
  expect(await runner.run()).toMatchObject({ ran: [], outputs: { size: 100 * KIB } })
  await state.set('other', 'z'.repeat(100 * KIB))
  await state.delete('other')
  expect(await sweep()).toBe(0)
  await state.set('other', 'z'.repeat(100 * KIB))
  await clock.advance(25 * 60 * 60 * 1000)
  expect(await sweep()).toBe(0)
  expect(await state.get('other')).toBe('z'.repeat(100 * KIB))
  expect(ran).toBe(0)
})
