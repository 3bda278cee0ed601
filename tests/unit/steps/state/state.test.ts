import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { RecordStore } from '../../../../ts/records/index.js'
import { createSqliteRecords } from '../../../../ts/records/sqlite/index.js'
import type { State, StateValues } from '../../../../ts/steps/state/index.js'
import { createRecordState, createState } from '../../../../ts/steps/state/index.js'
import { recordStores } from '../../records/record-stores.js'
import { temporaryFolder } from '../../records/sqlite/temporary-folder.js'

type Make = (initial?: StateValues, mutable?: boolean) => Promise<State>

function inRecords(open: () => RecordStore): Make {
  return async (initial = {}, mutable = false) => {
    const records = open()
    onTestFinished(() => records.close())
    const state = createRecordState({ records, name: 'etl', mutable })
    await state.setMany(initial)
    return state
  }
}

const states: readonly (readonly [name: string, make: Make])[] = [
  ['no records', async (initial = {}, mutable = false) => createState(initial, { mutable })],
  ...recordStores.map(({ name, open }) => [`records: ${name}`, inRecords(open)] as const),
]

describe.each(states)('%s', (_, make) => {
  test('S6 S28 values are got by name, dotted or not, and a missing one is a typed error', async () => {
    const state = await make({ raw: [1], 'etl.stage.mean': 3.5 })
    expect(await state.get('etl.stage.mean')).toBe(3.5)
    expect(await state.names()).toEqual(['etl.stage.mean', 'raw'])
    await expect(state.get('none')).rejects.toMatchObject({ code: 'no-such-state', fields: { name: 'none' } })
    await expect(state.delete('none')).rejects.toMatchObject({ code: 'no-such-state' })
  })

  test('S6 immutable state is set once, and again when it was deleted', async () => {
    const state = await make({ a: 1 })
    await expect(state.set('a', 2)).rejects.toMatchObject({
      code: 'state-is-immutable',
      fields: { name: 'a' },
    })
    expect(await state.get('a')).toBe(1)
    await state.delete('a')
    await state.set('a', 2)
    expect(await state.get('a')).toBe(2)
  })

  test('S6 mutable state is set again', async () => {
    const state = await make({ a: 1 }, true)
    await state.set('a', 2)
    expect([state.isMutable, await state.get('a')]).toEqual([true, 2])
  })

  test('S6 nobody changes what is held by what was handed in or out', async () => {
    const rows = [{ amount: 1 }]
    const state = await make({ rows })
    rows.push({ amount: 2 })
    const got = await state.get('rows')
    expect(got).toEqual([{ amount: 1 }])
    if (Array.isArray(got)) got.pop()
    expect(await state.snapshot()).toEqual({ rows: [{ amount: 1 }] })
  })

  test('S7 whether a name has a value is asked, and not an error', async () => {
    const state = await make({ a: undefined, b: null })
    expect([await state.has('a'), await state.has('b'), await state.has('c')]).toEqual([true, true, false])
    expect([await state.get('a'), await state.get('b')]).toEqual([undefined, null])
  })

  test('S8 what can be stored is the same everywhere', async () => {
    const values = {
      date: new Date(0),
      bytes: new Uint8Array([1, 2]),
      nested: { none: undefined, list: [null, NaN, -0] },
      map: new Map([['a', new Set([1n])]]),
      __proto__x: 1,
    }
    const state = await make(values)
    expect(await state.snapshot()).toEqual(values)
    for (const wrong of [() => 1, Symbol('x'), new URL('http://localhost'), [{ deep: () => 1 }]]) {
      await expect(state.set('wrong', wrong)).rejects.toMatchObject({ code: 'unsupported-value' })
    }
    await expect(state.set('', 1)).rejects.toMatchObject({ code: 'bad-argument' })
    expect(await state.has('wrong')).toBe(false)
  })

  test('S21 several values are set all, or none', async () => {
    const state = await make({ b: 1 })
    await expect(state.setMany({ a: 1, b: 2 })).rejects.toMatchObject({ code: 'state-is-immutable' })
    await expect(state.setMany({ a: 1, c: () => 1 })).rejects.toMatchObject({ code: 'unsupported-value' })
    expect(await state.snapshot()).toEqual({ b: 1 })
    await state.setMany({ a: 1, c: 3 })
    expect(await state.snapshot()).toEqual({ a: 1, b: 1, c: 3 })
  })

  test('who listens is woken by changes, until that is ended', async () => {
    const state = await make({}, true)
    let changes = 0
    const end = state.onChange(() => changes++)
    await state.set('a', 1)
    await state.delete('a')
    expect(changes).toBeGreaterThanOrEqual(2)
    end()
    const before = changes
    await state.set('b', 1)
    expect(changes).toBe(before)
  })
})

test('S9 state in SQLite is there when the file is opened again, and states of one store do not mix', async () => {
  const path = join(temporaryFolder(), 'state.db')
  const first = createSqliteRecords({ path })
  await createRecordState({ records: first, name: 'etl' }).setMany({ a: { b: [1] } })
  await createRecordState({ records: first, name: 'etl2' }).set('a', 'other')
  await first.close()
  const again = createSqliteRecords({ path })
  onTestFinished(() => again.close())
  expect(await createRecordState({ records: again, name: 'etl' }).snapshot()).toEqual({ a: { b: [1] } })
  expect(await createRecordState({ records: again, name: 'et' }).names()).toEqual([])
  expect(() => createRecordState({ records: again, name: '' })).toThrow('name')
})
