import { UnitflowError } from '../errors/index.js'
import type { Clock } from './clock.js'
import { assertWait, sleepBy } from './timer.js'

/** A clock that stands still until it is told to go on. */
export interface ManualClock extends Clock {
  /**
   * Goes on by so many milliseconds and fires what is due on the way: by time, then in the order in which it was set, also
   * what is set meanwhile. Between any two it lets everything run that waits for neither time nor the outside, so what a
   * timer wakes sees the time at which it was due.
   *
   * @throws (by rejecting) `bad-argument` for what is no finite number from 0, and what a timer throws; time then stands
   * where that timer was due
   */
  advance(ms: number): Promise<void>
  /** The same, to the time of the next timer: `false` where there is none. */
  advanceToNext(): Promise<boolean>
  /** When the next timer is due, in milliseconds since 1970; `undefined` where there is none. */
  nextTimer(): number | undefined
}

interface Timer {
  readonly due: number
  readonly callback: () => void
}

/**
 * Makes a clock for tests: virtual time, the same every time.
 *
 * @param start milliseconds since 1970
 * @example
 * const clock = createManualClock()
 * const waiting = clock.sleep(60_000)
 * await clock.advance(60_000)
 * await waiting
 */
export function createManualClock(start = 0): ManualClock {
  assertTime('start', Number.isFinite(start))
  let now = start
  // In the order in which they were set.
  const timers = new Set<Timer>()

  const next = (): Timer | undefined => {
    let first: Timer | undefined
    for (const timer of timers) if (first === undefined || timer.due < first.due) first = timer
    return first
  }

  const setTimer: Clock['setTimer'] = (callback, ms) => {
    assertWait(ms)
    const timer = { due: now + Math.max(0, ms), callback }
    if (timer.due < Infinity) timers.add(timer)
    return () => timers.delete(timer)
  }

  async function advanceTo(target: number): Promise<void> {
    // What was begun before time goes on may still set timers of its own.
    await turn()
    for (let timer = next(); timer !== undefined && timer.due <= target; timer = next()) {
      timers.delete(timer)
      now = timer.due
      timer.callback()
      await turn()
    }
    now = Math.max(now, target)
  }

  return {
    now: () => now,
    setTimer,
    sleep: (ms, options) => sleepBy(setTimer, ms, options),
    async advance(ms) {
      assertTime('ms', Number.isFinite(ms) && ms >= 0)
      await advanceTo(now + ms)
    },
    async advanceToNext() {
      await turn()
      const timer = next()
      if (timer === undefined) return false
      await advanceTo(timer.due)
      return true
    },
    nextTimer: () => next()?.due,
  }
}

/** A macrotask, before which the host runs every microtask, and those that they lead to. */
function turn(): Promise<void> {
  const host: { readonly setImmediate?: (callback: () => void) => unknown } = globalThis
  return new Promise((resolve) => {
    if (host.setImmediate === undefined) setTimeout(resolve)
    else host.setImmediate(resolve)
  })
}

function assertTime(argument: string, isGood: boolean): void {
  if (isGood) return
  const expected = argument === 'ms' ? 'a finite number from 0' : 'a finite number'
  throw new UnitflowError('bad-argument', `${argument}: expected ${expected}`, { argument, expected })
}
