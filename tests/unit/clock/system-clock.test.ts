import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { systemClock } from '../../../ts/clock/index.js'

beforeEach(() => void vi.useFakeTimers({ now: 5000 }))
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const LONGEST = 2 ** 31 - 1

test('it is the clock of the host', async () => {
  expect(systemClock.now()).toBe(5000)
  let woken = false
  const sleeping = systemClock.sleep(100).then(() => (woken = true))
  await vi.advanceTimersByTimeAsync(99)
  expect(woken).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  await sleeping
})

test('a wait that is longer than the host can wait for is waited for in parts', async () => {
  const fired = vi.fn()
  systemClock.setTimer(fired, 3 * LONGEST + 7)
  await vi.advanceTimersByTimeAsync(3 * LONGEST + 6)
  expect(fired).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(fired).toHaveBeenCalledTimes(1)
  expect(vi.getTimerCount()).toBe(0)
})

test('no part is longer than the host can wait for', () => {
  const asked = vi.spyOn(globalThis, 'setTimeout')
  systemClock.setTimer(() => undefined, Infinity)()
  systemClock.setTimer(() => undefined, LONGEST + 1)()
  systemClock.setTimer(() => undefined, -10)()
  expect(asked.mock.calls.map(([, ms]) => ms)).toEqual([LONGEST, LONGEST, 0])
})

test('a timer is taken away, in its second part as well', async () => {
  const fired = vi.fn()
  const cancel = systemClock.setTimer(fired, LONGEST + 10)
  await vi.advanceTimersByTimeAsync(LONGEST + 5)
  cancel()
  await vi.advanceTimersByTimeAsync(100)
  expect(fired).not.toHaveBeenCalled()
  expect(vi.getTimerCount()).toBe(0)
})

test('only what does not keep the process alive is unref’d', () => {
  const made = vi.spyOn(globalThis, 'setTimeout')
  systemClock.setTimer(() => undefined, 1)
  systemClock.setTimer(() => undefined, 1, { keepAlive: false })
  expect(made.mock.results.map(({ value }) => (value as NodeJS.Timeout).hasRef())).toEqual([true, false])
})

test('a sleep ends with the reason of its signal, and leaves no timer and no listener', async () => {
  const controller = new AbortController()
  const removed = vi.spyOn(controller.signal, 'removeEventListener')
  const done = systemClock.sleep(10, { signal: controller.signal })
  await vi.advanceTimersByTimeAsync(10)
  await done
  expect(removed).toHaveBeenCalledTimes(1)
  const sleeping = systemClock.sleep(1000, { signal: controller.signal })
  controller.abort(new Error('enough'))
  await expect(sleeping).rejects.toThrow('enough')
  expect(vi.getTimerCount()).toBe(0)
})

test('a wait of NaN is refused', async () => {
  await expect(systemClock.sleep(NaN)).rejects.toMatchObject({ code: 'bad-argument' })
})
