import { describe, expect, test } from 'vitest'
import { createManualClock } from '../../../../ts/clock/index.js'
import { HeldValue } from '../../../../ts/steps/values/index.js'
import { problemOf } from '../../errors/problem-of.js'
import { caches, keyOf, resultOf, valuesAt } from './caches-under-test.js'

const DAYS = 2 * 24 * 60 * 60 * 1000
const text = (at: number): string => `${at} `.padEnd(1000, 'x')

describe.each(caches)('results in %s', (_, make) => {
  test('S12 what was kept for inputs is there for them, and for no others', async () => {
    const { cache, again } = make({ clock: createManualClock(9) })
    expect(await cache.get(keyOf('s', '=1'))).toBeUndefined()
    await cache.set(keyOf('s', '=1', '=2'), resultOf(3, 'x'.repeat(500)))
    for (const one of [cache, again()]) {
      expect(await one.get(keyOf('s', '=1', '=2'))).toMatchObject({ step: 'Sum', at: 5 })
      expect(await valuesAt(one, keyOf('s', '=1', '=2'))).toEqual([3, 'x'.repeat(500)])
    }
    const others = [keyOf('s', '=1'), keyOf('s', '=2', '=1'), keyOf('s'), keyOf('t', '=1', '=2')]
    for (const key of others) expect(await cache.get(key)).toBeUndefined()
  })

  test('S19 a step without inputs or outputs has a result as well', async () => {
    const { cache, again } = make({ clock: createManualClock() })
    await cache.set(keyOf('none'), resultOf())
    await cache.set(keyOf('one', '='), resultOf(1))
    expect(await valuesAt(again(), keyOf('none'))).toEqual([])
    expect(await valuesAt(again(), keyOf('one', '='))).toEqual([1])
    expect(await cache.get(keyOf('one'))).toBeUndefined()
  })

  test('S22 every kind of value comes back as it was, with its digest, and is nobody else’s', async () => {
    const { cache, again } = make({ clock: createManualClock() })
    const values = [
      undefined,
      null,
      NaN,
      -0,
      12n,
      true,
      '',
      '\ud800',
      'long '.repeat(100),
      new Date(7),
      new Uint8Array([1, 2]),
      new Map([['a', new Set([1])]]),
      { b: 1, a: [{ z: 1, y: 'x'.repeat(200) }] },
      { __proto__: null, $type: 'date' },
    ]
    const held = resultOf(...values)
    await cache.set(keyOf('s', '=1'), held)
    const found = await again().get(keyOf('s', '=1'))
    expect(found?.outputs.map(({ digest }) => digest)).toEqual(held.outputs.map(({ digest }) => digest))
    for (const [at, output] of (found?.outputs ?? []).entries()) {
      expect(output.text).toBe(HeldValue.of(values[at]).text)
    }
    const [first, second] = [await valuesAt(cache, keyOf('s', '=1')), await valuesAt(cache, keyOf('s', '=1'))]
    expect(first?.[12]).toEqual(second?.[12])
    expect(first?.[12]).not.toBe(second?.[12])
  })

  test('a result that is kept again is in the place of the one before, and counts once', async () => {
    const { cache, again } = make({ clock: createManualClock(), maxBytes: 10_000 })
    for (let at = 0; at < 100; at++) await cache.set(keyOf('s', '=1'), resultOf(text(at), at))
    await cache.set(keyOf('s', '=1'), resultOf(text(5)))
    expect(await valuesAt(again(), keyOf('s', '=1'))).toEqual([text(5)])
    const report = await cache.prune()
    expect(report).toMatchObject({ deleted: 0, kept: 1 })
    expect(report.bytes).toBeLessThan(3500)
  })

  test('where there is more than there may be, that goes which was longest not asked for', async () => {
    const clock = createManualClock()
    const { cache, again } = make({ clock, maxBytes: 30_000 })
    for (let at = 0; at < 60; at++) {
      await cache.set(keyOf(`s${at}`, '=1'), resultOf(text(at)))
      await clock.advance(DAYS)
      if (at > 0) expect(await valuesAt(cache, keyOf('s0', '=1'))).toEqual([text(0)])
      await clock.advance(DAYS)
    }
    const { kept, bytes } = await again().prune()
    expect(bytes).toBeLessThanOrEqual(30_000)
    expect(kept).toBeGreaterThan(5)
    const there: number[] = []
    for (let at = 0; at < 60; at++) {
      const values = await valuesAt(cache, keyOf(`s${at}`, '=1'))
      if (values !== undefined) there.push(at)
      if (values !== undefined) expect(values).toEqual([text(at)])
    }
    expect(there).toEqual([0, ...Array.from({ length: kept - 1 }, (__, at) => 60 - kept + 1 + at)])
  })

  test('pruning takes nothing where there is room, and says what there is', async () => {
    const { cache } = make({ clock: createManualClock() })
    for (let at = 0; at < 5; at++) await cache.set(keyOf('s', `=${at}`), resultOf(text(at)))
    const report = await cache.prune()
    expect(report).toMatchObject({ deleted: 0, kept: 5 })
    expect(report.bytes).toBeGreaterThan(5000)
    expect(await valuesAt(cache, keyOf('s', '=0'))).toEqual([text(0)])
  })

  test('what was cleared is gone, and there is room again', async () => {
    const { cache, again } = make({ clock: createManualClock(), maxBytes: 20_000 })
    for (let at = 0; at < 8; at++) await cache.set(keyOf('s', `=${at}`), resultOf(at))
    await cache.clear()
    for (let at = 0; at < 8; at++) expect(await again().get(keyOf('s', `=${at}`))).toBeUndefined()
    expect(await cache.prune()).toMatchObject({ deleted: 0, kept: 0, bytes: 0 })
    await cache.set(keyOf('s', '=1'), resultOf('new'))
    expect(await valuesAt(cache, keyOf('s', '=1'))).toEqual(['new'])
  })

  test('several at once lose nothing', async () => {
    const { cache, again } = make({ clock: createManualClock() })
    const numbers = Array.from({ length: 50 }, (__, at) => at)
    await Promise.all(numbers.map(async (at) => cache.set(keyOf('s', `=${at}`), resultOf(text(at)))))
    const found = await Promise.all(numbers.map((at) => valuesAt(again(), keyOf('s', `=${at}`))))
    expect(found).toEqual(numbers.map((at) => [text(at)]))
    expect((await cache.prune()).kept).toBe(50)
  })

  test.each([-1, NaN, '1'])('a limit that is none is refused: %o', (maxBytes) => {
    const problem = problemOf(() => make({ clock: createManualClock(), maxBytes: maxBytes as number }))
    expect(problem).toMatch(/^bad-argument: /)
  })
})
