import type { Clock, SleepOptions, TimerOptions } from './clock.js'
import { assertWait, sleepBy } from './timer.js'

/** The longest that hosts wait for in one timer: beyond it they fire at once. */
const LONGEST = 2 ** 31 - 1

/** The clock of the host. Its timers count time that has gone by, whatever is done to the time of day. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer,
  sleep: (ms: number, options?: SleepOptions) => sleepBy(setTimer, ms, options),
}

function setTimer(callback: () => void, ms: number, { keepAlive = true }: TimerOptions = {}): () => void {
  assertWait(ms)
  let left = Math.max(0, ms)
  let timer: unknown
  const wait = (): void => {
    const part = Math.min(left, LONGEST)
    left -= part
    timer = setTimeout(left > 0 ? wait : callback, part)
    if (!keepAlive && canUnref(timer)) timer.unref()
  }
  wait()
  return () => clearTimeout(timer as ReturnType<typeof setTimeout>)
}

/** In Node, Deno and Bun a timer is an object that can let the process end. */
function canUnref(timer: unknown): timer is { unref(): void } {
  return typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function'
}
