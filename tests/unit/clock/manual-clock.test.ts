import { expect, test } from 'vitest'
import { createManualClock } from '../../../ts/clock/index.js'

test('time stands still until it is told to go on', async () => {
  const clock = createManualClock(1000)
  expect(clock.now()).toBe(1000)
  await clock.advance(250)
  expect(clock.now()).toBe(1250)
  await clock.advance(0)
  expect(clock.now()).toBe(1250)
})

test('timers fire by time, and at the same time in the order in which they were set', async () => {
  const clock = createManualClock()
  const fired: string[] = []
  const at = (name: string, ms: number): (() => void) =>
    clock.setTimer(() => fired.push(`${name} ${clock.now()}`), ms)
  at('c', 30)
  at('a', 10)
  at('b', 20)
  at('a2', 10)
  at('never', Infinity)
  at('at once', -5)
  at('later', 31)
  await clock.advance(30)
  expect(fired).toEqual(['at once 0', 'a 10', 'a2 10', 'b 20', 'c 30'])
  expect(clock.nextTimer()).toBe(31)
})

test('what a timer wakes runs at the time at which it was due, and may set others that fire on the way', async () => {
  const clock = createManualClock()
  const seen: number[] = []
  const loop = async (): Promise<void> => {
    for (let round = 0; round < 5; round++) {
      await clock.sleep(10)
      seen.push(clock.now())
    }
  }
  const running = loop()
  await clock.advance(35)
  expect(seen).toEqual([10, 20, 30])
  await clock.advance(1000)
  await running
  expect(seen).toEqual([10, 20, 30, 40, 50])
  expect(clock.now()).toBe(1035)
})

test('a timer that was taken away does not fire, also when another one takes it away at the same time', async () => {
  const clock = createManualClock()
  const fired: string[] = []
  clock.setTimer(() => {
    fired.push('first')
    cancel()
  }, 10)
  const cancel = clock.setTimer(() => fired.push('second'), 10)
  clock.setTimer(() => fired.push('third'), 10)()
  await clock.advance(10)
  expect(fired).toEqual(['first'])
  expect(clock.nextTimer()).toBeUndefined()
})

test('it goes to the next timer', async () => {
  const clock = createManualClock()
  const sleeping = clock.sleep(5000)
  expect(clock.nextTimer()).toBe(5000)
  expect(await clock.advanceToNext()).toBe(true)
  await sleeping
  expect(clock.now()).toBe(5000)
  expect(await clock.advanceToNext()).toBe(false)
})

test('a sleep ends with the reason of its signal, and leaves no timer', async () => {
  const clock = createManualClock()
  const controller = new AbortController()
  const sleeping = clock.sleep(1000, { signal: controller.signal })
  const reason = new Error('enough')
  controller.abort(reason)
  await expect(sleeping).rejects.toBe(reason)
  expect(clock.nextTimer()).toBeUndefined()
  await expect(clock.sleep(1000, { signal: controller.signal })).rejects.toBe(reason)
  expect(clock.nextTimer()).toBeUndefined()
})

test('what a timer throws is whose who moves the clock, and the others fire when it goes on', async () => {
  const clock = createManualClock()
  const fired: number[] = []
  clock.setTimer(() => {
    throw new Error('broken timer')
  }, 10)
  clock.setTimer(() => fired.push(clock.now()), 20)
  await expect(clock.advance(100)).rejects.toThrow('broken timer')
  expect(clock.now()).toBe(10)
  await clock.advance(100)
  expect(fired).toEqual([20])
})

test('two moves at once do not turn time back', async () => {
  const clock = createManualClock()
  const seen: number[] = []
  for (const ms of [10, 20, 30, 40]) clock.setTimer(() => seen.push(clock.now()), ms)
  await Promise.all([clock.advance(20), clock.advance(40)])
  expect(seen).toEqual([10, 20, 30, 40])
  expect(clock.now()).toBe(40)
})

test.each([NaN, -1, Infinity])('to advance by %s is refused', async (ms) => {
  await expect(createManualClock().advance(ms)).rejects.toMatchObject({ code: 'bad-argument' })
})

test('a time that is none is refused', async () => {
  expect(() => createManualClock(NaN)).toThrow(expect.objectContaining({ code: 'bad-argument' }))
  expect(() => createManualClock().setTimer(() => undefined, NaN)).toThrow(
    expect.objectContaining({ code: 'bad-argument' }),
  )
  await expect(createManualClock().sleep(NaN)).rejects.toMatchObject({ code: 'bad-argument' })
})
