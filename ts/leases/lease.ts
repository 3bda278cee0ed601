import { UnitflowError } from '../errors/index.js'
import type { RecordKey, RecordTransaction } from '../records/index.js'

/** Who may do something alone, for how long. Plain data, stored in the record of the lease. */
export interface Lease {
  /** For people, and to tell whose lease may be ended because its owner is gone. */
  readonly owner: string
  /**
   * Counts how often the lease was given, from 1. Of two who believe that they hold it the higher one is right: whatever
   * is done under a lease is done in a transaction that calls {@link assertLease}.
   */
  readonly token: number
  /** From this time on (milliseconds since 1970) somebody else may have it. */
  readonly until: number
}

/** Who asks for a lease. */
export interface LeaseRequest {
  readonly owner: string
  /** Milliseconds since 1970. */
  readonly now: number
  /** Milliseconds, more than 0. */
  readonly duration: number
}

/**
 * Gives a lease to one who asks; `undefined` while another one lasts, also one of the same owner, who may have started
 * twice. The key is of a record that nothing else writes; it stays, so that no token is given twice.
 *
 * @throws (by rejecting) `bad-argument`, `store-damaged` where the record is no lease, what the transaction throws
 */
export async function acquireLease(
  transaction: RecordTransaction,
  key: RecordKey,
  { owner, now, duration }: LeaseRequest,
): Promise<Lease | undefined> {
  if (typeof owner !== 'string' || owner === '') throw badArgument('owner', 'a text')
  const until = end(now, duration)
  const last = await leaseAt(transaction, key)
  if (last !== undefined && now < last.until) return undefined
  return write(transaction, key, { owner, token: (last?.token ?? 0) + 1, until })
}

/**
 * Makes a lease last for `duration` from now. One that has run out is renewed as well, as long as nobody else was given it.
 *
 * @throws (by rejecting) `lease-lost`, `bad-argument`, `store-damaged`, what the transaction throws
 */
export async function renewLease(
  transaction: RecordTransaction,
  key: RecordKey,
  token: number,
  { now, duration }: Omit<LeaseRequest, 'owner'>,
): Promise<Lease> {
  const until = end(now, duration)
  const { owner } = await assertLease(transaction, key, token)
  return write(transaction, key, { owner, token, until })
}

/**
 * Ends a lease, so that it can be given at once: `false` where it was another's already, which is left alone. Its token
 * is refused from then on.
 *
 * @throws (by rejecting) `store-damaged`, what the transaction throws
 */
export async function releaseLease(
  transaction: RecordTransaction,
  key: RecordKey,
  token: number,
): Promise<boolean> {
  const last = await leaseAt(transaction, key)
  if (last?.token !== token || isReleased(last)) return false
  write(transaction, key, { ...last, until: RELEASED })
  return true
}

/**
 * Fencing: refuses everybody but the one who was given the lease last. Time does not count: a lease that has run out and
 * was given to nobody else still keeps what its holder does in order.
 *
 * @throws (by rejecting) `lease-lost`, `store-damaged`, what the transaction throws
 */
export async function assertLease(
  transaction: RecordTransaction,
  key: RecordKey,
  token: number,
): Promise<Lease> {
  const last = await leaseAt(transaction, key)
  if (last?.token === token && !isReleased(last)) return last
  const current = last?.token ?? 0
  const now = current === token ? 'it has been released' : `the token now is ${current}`
  const message = `the lease with token ${token} is lost: ${now}`
  throw new UnitflowError('lease-lost', message, { token, current })
}

/**
 * The lease that was given last, also one that has run out; `undefined` where there is none, or it was released.
 *
 * @throws (by rejecting) `store-damaged`, what the transaction throws
 */
export async function readLease(transaction: RecordTransaction, key: RecordKey): Promise<Lease | undefined> {
  const last = await leaseAt(transaction, key)
  return last === undefined || isReleased(last) ? undefined : last
}

/** Before every time that a lease can have. */
const RELEASED = -1

function isReleased({ until }: Lease): boolean {
  return until === RELEASED
}

function end(now: number, duration: number): number {
  if (!Number.isFinite(now) || now < 0) throw badArgument('now', 'milliseconds since 1970')
  if (!Number.isFinite(duration) || duration <= 0) throw badArgument('duration', 'milliseconds, more than 0')
  return now + duration
}

async function leaseAt(transaction: RecordTransaction, key: RecordKey): Promise<Lease | undefined> {
  const value: unknown = await transaction.get(key)
  if (value === undefined) return undefined
  if (isLease(value)) return value
  const problem = `the record ${JSON.stringify(key[0])} that was asked for a lease holds something else`
  throw new UnitflowError('store-damaged', problem, { problem })
}

function isLease(value: unknown): value is Lease {
  if (typeof value !== 'object' || value === null) return false
  return (
    'owner' in value &&
    typeof value.owner === 'string' &&
    'token' in value &&
    Number.isSafeInteger(value.token) &&
    'until' in value &&
    Number.isFinite(value.until)
  )
}

function write(transaction: RecordTransaction, key: RecordKey, lease: Lease): Lease {
  const { owner, token, until } = lease
  transaction.set(key, { owner, token, until })
  return lease
}

function badArgument(argument: string, expected: string): UnitflowError<'bad-argument'> {
  return new UnitflowError('bad-argument', `${argument}: expected ${expected}`, { argument, expected })
}
