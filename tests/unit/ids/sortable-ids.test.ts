import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCountedIds, createSortableIds } from '../../../ts/ids/index.js'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

function timeOf(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)
}

test('the example of RFC 9562, appendix A.6', () => {
  const random = (bytes: Uint8Array): void =>
    bytes.set([0, 0, 0, 0, 0, 0, 0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f])
  const newId = createSortableIds({ now: () => 0x017f22e279b0, random })
  // The example's twelve bits 0xcc3, of which the highest is left for counting on.
  expect(newId()).toBe('017f22e2-79b0-74c3-98c4-dc0c0c07398f')
})

test('ids are UUIDs of version 7 and carry their time', () => {
  const before = Date.now()
  const id = createSortableIds()()
  expect(id).toMatch(UUID)
  expect(timeOf(id)).toBeGreaterThanOrEqual(before)
  expect(timeOf(id)).toBeLessThanOrEqual(Date.now())
})

test('ids sort in the order in which they were drawn, within a millisecond as well', () => {
  const newId = createSortableIds({ now: () => 1_700_000_000_000 })
  // More than a millisecond has room for, so that the next one is borrowed from.
  const ids = Array.from({ length: 20_000 }, () => newId())
  expect(ids.filter((id, at) => at > 0 && !(id > (ids[at - 1] ?? '')))).toEqual([])
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.every((id) => UUID.test(id))).toBe(true)
})

test('ids sort in the order in which they were drawn, whatever the clock does', () => {
  const times = fc.array(fc.nat({ max: 2 ** 48 - 100 }), { minLength: 1, maxLength: 50 })
  fc.assert(
    fc.property(times, (all) => {
      let now = 0
      const newId = createSortableIds({ now: () => now })
      const ids = all.map((time) => {
        now = time + 0.7
        return newId()
      })
      expect([...ids].sort()).toEqual(ids)
      expect(new Set(ids).size).toBe(ids.length)
      expect(timeOf(ids.at(-1) ?? '')).toBe(Math.max(...all))
    }),
  )
})

test('two sources draw different ids at the same time', () => {
  const now = (): number => 5
  const drawn = [createSortableIds({ now }), createSortableIds({ now })].flatMap((newId) =>
    Array.from({ length: 1000 }, () => newId()),
  )
  expect(new Set(drawn).size).toBe(2000)
})

test('the same clock and the same chance give the same ids', () => {
  const ids = (): string[] => {
    let seed = 1
    const random = (bytes: Uint8Array): void => {
      for (const at of bytes.keys()) bytes[at] = seed = (seed * 31 + 7) & 0xff
    }
    const newId = createSortableIds({ now: () => 42, random })
    return Array.from({ length: 10 }, () => newId())
  }
  expect(ids()).toEqual(ids())
})

test.each([NaN, -1, Infinity, 2 ** 48])('a clock that says %s is refused', (time) => {
  expect(() => createSortableIds({ now: () => time })()).toThrow(
    expect.objectContaining({ code: 'bad-argument' }),
  )
})

test('at the end of all times it refuses rather than repeat itself', () => {
  const newId = createSortableIds({ now: () => 2 ** 48 - 1 })
  const ids: string[] = []
  expect(() => {
    for (;;) ids.push(newId())
  }).toThrow(expect.objectContaining({ code: 'bad-argument' }))
  expect(ids.length).toBeGreaterThan(2000)
  expect(new Set(ids).size).toBe(ids.length)
})

test('counted ids are the same every time, and sort', () => {
  const newId = createCountedIds()
  expect(newId()).toBe('00000000-0000-7000-8000-000000000001')
  const ids = Array.from({ length: 300 }, () => newId())
  expect([...ids].sort()).toEqual(ids)
  expect(ids.every((id) => UUID.test(id))).toBe(true)
  expect(createCountedIds()()).toBe('00000000-0000-7000-8000-000000000001')
})
