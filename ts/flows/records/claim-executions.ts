import type { RecordKey } from '../../records/index.js'
import type { AnyFlow } from '../definitions/index.js'
import type { Execution, FlowEvent } from '../execution/index.js'
import { claimed, recovered } from '../execution/index.js'
import { valuesOf } from './execution-values.js'
import type { FlowRecords } from './flow-records.js'
import type { StoredProgress } from './stored-form.js'

/** What a runner takes. */
export interface Claim {
  readonly flows: readonly AnyFlow[]
  readonly owner: string
  readonly now: number
  /** Milliseconds that its lease lasts. */
  readonly lease: number
  /** So many at most, from 1. */
  readonly limit: number
  readonly only: 'scheduled' | 'rescheduled' | undefined
  /** Whether it looks for what has lost its runner before. */
  readonly recovers: boolean
}

/** An execution that a runner was given, and the events with its values. */
export interface Claimed {
  readonly flow: AnyFlow
  readonly execution: Execution
  readonly values: readonly FlowEvent[]
  /** What its task has said in the attempt before. */
  readonly said: StoredProgress | undefined
}

interface Candidate {
  readonly flow: AnyFlow
  readonly due: number
  readonly id: string
}

/** So many that wait are looked through at once, where some of them are not meant. */
const PAGE = 100

/** Takes what waits: the one that has waited longest first (F16). */
export async function claimExecutions(records: FlowRecords, claim: Claim): Promise<readonly Claimed[]> {
  if (claim.recovers) await recoverExpired(records, claim.now)
  const claims: Claimed[] = []
  const lines = claim.flows.map((flow) => new WaitingLine(records, flow, claim))
  while (claims.length < claim.limit) {
    let first: { readonly line: WaitingLine; readonly candidate: Candidate } | undefined
    for (const line of lines) {
      const candidate = await line.first()
      if (candidate === undefined) continue
      if (first === undefined || isBefore(candidate, first.candidate)) first = { line, candidate }
    }
    if (first === undefined) break
    const execution = await first.line.take(first.candidate)
    if (execution !== undefined) claims.push(await claimOne(records, execution, first.candidate.flow, claim))
  }
  return claims
}

/** Takes this one, which waits. @throws `illegal-transition` */
export async function claimOne(
  records: FlowRecords,
  before: Execution,
  flow: AnyFlow,
  { owner, now, lease }: Pick<Claim, 'owner' | 'now' | 'lease'>,
): Promise<Claimed> {
  const { execution, events } = claimed(before, now, { owner, until: now + lease })
  const { limits } = flow
  const isLimited = limits.atOnce !== undefined || limits.atOncePerKey !== undefined
  if (isLimited) await records.count(execution)
  const counted = { ...execution, counted: isLimited, parked: false }
  return {
    flow,
    execution: await records.change(before, { execution: counted, events }),
    values: await valuesOf(records, execution),
    // The first runner finds nothing.
    said: execution.token === 1 ? undefined : await records.progress(execution),
  }
}

/** Whether as many of a flow, or of one key of it, run as may at once. */
export async function isFull(
  records: FlowRecords,
  { name, limits }: AnyFlow,
  { key }: Pick<Execution, 'key'>,
): Promise<'flow' | 'key' | undefined> {
  const { atOnce, atOncePerKey } = limits
  if (atOnce !== undefined && (await records.running(name)) >= atOnce) return 'flow'
  if (atOncePerKey === undefined || key === null) return undefined
  return (await records.running(name, key)) >= atOncePerKey ? 'key' : undefined
}

/** What has lost its runner waits again. */
export async function recoverExpired(records: FlowRecords, now: number): Promise<readonly string[]> {
  const found = await records.transaction.scan({
    from: ['flow_leases'],
    to: ['flow_leases', now + 1],
    limit: PAGE,
  })
  const ids = found.map(({ key }) => String(key[2]))
  for (const id of ids) {
    const execution = await records.get(id)
    await records.change(execution, recovered(execution, now, 'expired'))
  }
  return ids
}

/** What waits of one flow, the oldest first; those that may not run now are passed by. */
class WaitingLine {
  readonly #records: FlowRecords
  readonly #flow: AnyFlow
  readonly #claim: Claim
  #known: Candidate[] = []
  #after: readonly [due: number, id: string] | undefined
  #isDone = false

  constructor(records: FlowRecords, flow: AnyFlow, claim: Claim) {
    this.#records = records
    this.#flow = flow
    this.#claim = claim
  }

  async first(): Promise<Candidate | undefined> {
    while (this.#known.length === 0 && !this.#isDone) await this.#read()
    return this.#known[0]
  }

  /** Takes the first, unless its key runs as often as it may: then it is put aside. */
  async take({ id }: Candidate): Promise<Execution | undefined> {
    this.#known.shift()
    const execution = await this.#records.get(id)
    const full = await isFull(this.#records, this.#flow, execution)
    if (full === undefined) return execution
    if (full === 'key') this.#records.park(execution)
    else {
      this.#known = []
      this.#isDone = true
    }
    return undefined
  }

  async #read(): Promise<void> {
    const { now, only, limit } = this.#claim
    const { name, fingerprint } = this.#flow
    const start = this.#after ?? []
    const size = only === undefined && this.#after === undefined ? limit : PAGE
    const found = await this.#records.transaction.scan({
      from: ['flow_waiting', name, fingerprint, ...start],
      to: ['flow_waiting', name, fingerprint, now + 1],
      limit: size + 1,
    })
    // The page begins with the one that the last page ended with, as long as that waits.
    for (const { key, value } of found) {
      const [due, id] = [Number(key[3]), String(key[4])]
      if (this.#after?.[0] === due && this.#after[1] === id) continue
      if (only === undefined || (only === 'rescheduled') === (value === 1)) {
        this.#known.push({ flow: this.#flow, due, id })
      }
    }
    const last = found.at(-1)
    this.#isDone = found.length <= size
    if (last !== undefined) this.#after = [Number(last.key[3]), String(last.key[4])]
  }
}

function isBefore(a: Candidate, b: Candidate): boolean {
  return a.due === b.due ? a.id < b.id : a.due < b.due
}

/** When there is something to do for a runner, after a time: what waits is due and may run, or a lease runs out. */
export async function nextDue(
  records: FlowRecords,
  flows: readonly AnyFlow[],
  after: number,
): Promise<number | undefined> {
  const { transaction } = records
  const [lease] = await transaction.scan({ from: ['flow_leases'], limit: 1 })
  let next = lease === undefined ? Infinity : Number(lease.key[1])
  for (const flow of flows) {
    if ((await isFull(records, flow, { key: null })) !== undefined) continue
    const { name, fingerprint } = flow
    const queue: RecordKey = ['flow_waiting', name, fingerprint]
    const [first] = await transaction.scan({ from: [...queue, after], to: [...queue, ''], limit: 1 })
    if (first !== undefined) next = Math.min(next, Number(first.key[3]))
  }
  return next === Infinity ? undefined : next
}

/** Some of what waits and is due, and was scheduled under other definitions of a flow than those of these fingerprints. */
export async function waitingElsewhere(
  { transaction }: FlowRecords,
  name: string,
  known: readonly string[],
  now: number,
): Promise<readonly string[]> {
  const sorted = [...known].sort()
  const ends: readonly RecordKey[] = [
    ...sorted.map((fingerprint) => ['flow_waiting', name, fingerprint] as const),
    ['flow_waiting', `${name}\u0000`],
  ]
  const ids: string[] = []
  let from: RecordKey = ['flow_waiting', name]
  for (const [index, to] of ends.entries()) {
    for (const { key } of await transaction.scan({ from, to, limit: PAGE })) {
      if (Number(key[3]) <= now) ids.push(String(key[4]))
    }
    from = ['flow_waiting', name, `${sorted[index] ?? ''}\u0000`]
  }
  return ids
}
