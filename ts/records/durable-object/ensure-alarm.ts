import { UnitflowError } from '../../errors/index.js'
import type { DurableObjectAlarm } from './durable-object-storage.js'

/** The storage refuses alarms after 2189. Where one rings before anything is due, it is asked for again. */
const LATEST = Date.UTC(2189, 0)

/**
 * Sees to it that the alarm of a Durable Object rings at this time at the latest. One that is already set for an earlier
 * time stays, so everybody in the object may ask for what is due next of theirs, in any order, and the earliest wins.
 *
 * There is only one alarm, and it rings once: `alarm()` does what is due, in all parts of the object, and asks again for
 * what is due next. Ask before the transaction that stores what is to be done: an alarm that finds nothing does no harm,
 * while an object that is reset between the two would sleep on what is due.
 *
 * @param storage `ctx.storage`
 * @param time milliseconds since 1970; what is past rings at once
 * @returns when it rings; the alarm is confirmed by then
 * @throws (by rejecting) `bad-argument`, `store-failed`
 * @example
 * async alarm() {
 *   await this.doWhatIsDue(Date.now())
 *   const next = await this.nextDue()
 *   if (next !== undefined) await ensureAlarm(this.ctx.storage, next)
 * }
 */
export function ensureAlarm(storage: DurableObjectAlarm, time: number): Promise<number> {
  const run = (turns.get(storage) ?? Promise.resolve()).then(() => setNoLater(storage, time))
  turns.set(
    storage,
    run.catch(() => undefined),
  )
  return run
}

/** Between looking at the alarm and setting it another one could set an earlier one. */
const turns = new WeakMap<DurableObjectAlarm, Promise<unknown>>()

async function setNoLater(storage: DurableObjectAlarm, time: number): Promise<number> {
  if (!Number.isFinite(time)) {
    const expected = 'milliseconds since 1970'
    throw new UnitflowError('bad-argument', `time: expected ${expected}`, { argument: 'time', expected })
  }
  // Not before it is due: the storage counts whole milliseconds.
  const asked = Math.min(Math.max(Math.ceil(time), 1), LATEST)
  try {
    const set = await storage.getAlarm()
    if (set === null || asked < set) await storage.setAlarm(asked)
    await storage.sync()
    return set === null ? asked : Math.min(set, asked)
  } catch (cause) {
    const told = cause instanceof Error ? cause.message : String(cause)
    const message = `the alarm of the Durable Object could not be set: ${told}`
    throw new UnitflowError('store-failed', message, { operation: 'setAlarm', key: '' }, { cause })
  }
}
