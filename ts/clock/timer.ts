import { UnitflowError } from '../errors/index.js'
import type { Clock, SleepOptions } from './clock.js'

/** @throws `bad-argument` */
export function assertWait(ms: number): void {
  if (typeof ms === 'number' && !Number.isNaN(ms)) return
  const expected = 'a number of milliseconds'
  throw new UnitflowError('bad-argument', `ms: expected ${expected}`, { argument: 'ms', expected })
}

/** A sleep over the timers of a clock. */
export async function sleepBy(
  setTimer: Clock['setTimer'],
  ms: number,
  { signal, ...options }: SleepOptions = {},
): Promise<void> {
  signal?.throwIfAborted()
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      cancel()
      // What an AbortSignal is given as its reason is the caller's own.
      reject(signal?.reason as Error)
    }
    const cancel = setTimer(
      () => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      },
      ms,
      options,
    )
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
