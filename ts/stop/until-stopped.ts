import type { Clock } from '../clock/index.js'
import type { Stop } from './stop.js'

/** How a function of the user's is waited for. */
export interface Waiting<Reason extends string, T> {
  readonly stop: Stop<Reason>
  readonly clock: Clock
  /** How long it may take, in ms. */
  readonly timeout: number
  /** Says that it takes too long. */
  readonly tooLong: () => void
  /** Whether it is not waited for any more, once it was stopped for this; else it is given some time to end by itself. */
  readonly isLeft: (reason: Reason | undefined) => boolean
  /** What it has come to, where it is not waited for any more. */
  readonly stopped: () => T
}

/** How long (ms) a function whose signal was aborted is waited for. */
const LAST_GRACE = 5000

/** Waits for what never rejects, but no longer than until it was stopped. What comes later is not looked at any more. */
export async function untilStopped<Reason extends string, T>(
  ending: Promise<T>,
  { stop, clock, timeout, tooLong, isLeft, stopped }: Waiting<Reason, T>,
): Promise<T> {
  let end: (end: T) => void = () => undefined
  const ended = new Promise<T>((resolve) => (end = resolve))
  void ending.then(end)
  const inTime = timeout === Infinity ? undefined : clock.setTimer(tooLong, timeout)
  let grace: (() => void) | undefined
  stop.onAbort(() => {
    if (isLeft(stop.reason)) end(stopped())
    else grace ??= clock.setTimer(() => end(stopped()), LAST_GRACE, { keepAlive: false })
  })
  try {
    return await ended
  } finally {
    inTime?.()
    grace?.()
  }
}
