import { UnitflowError } from '../../errors/index.js'
import { canceled, storableError } from '../../outcome/index.js'
import type { AnyFlow } from '../definitions/index.js'
import { definitionOf } from '../definitions/index.js'
import type { Execution } from '../execution/index.js'
import { assertHeld, recovered, taskFailed, WAITING } from '../execution/index.js'
import type { Claimed, FlowRecords, StoredFlows } from '../records/index.js'
import { claimExecutions, claimOne, contextOf, isFull, nextDue, valuesOf } from '../records/index.js'
import type { RunnerParts } from './held-execution.js'
import { HeldExecution } from './held-execution.js'
import { HeldValues } from './held-values.js'
import { LeaseKeeper } from './lease-keeper.js'
import type { ExecutionMigrator } from './migrate-executions.js'
import type { PlainReport } from './runner-types.js'

/** Between two looks for what has lost its runner, in ms, as long as there is other work. */
const BETWEEN_LOOKS = 1000

/** Takes executions and runs them. */
export class ExecutionRuns {
  readonly keeper: LeaseKeeper
  readonly #parts: RunnerParts
  readonly #flows: readonly AnyFlow[]
  readonly #queries: StoredFlows
  readonly #migrator: ExecutionMigrator
  #lookedAt = -Infinity

  constructor(
    parts: RunnerParts,
    flows: readonly AnyFlow[],
    queries: StoredFlows,
    migrator: ExecutionMigrator,
  ) {
    this.#parts = parts
    this.#flows = flows
    this.#queries = queries
    this.#migrator = migrator
    this.keeper = new LeaseKeeper(parts.store, parts.clock, parts.lease)
  }

  /** Takes what has waited longest. */
  async claim(limit: number, only?: 'scheduled' | 'rescheduled'): Promise<readonly Claimed[]> {
    const { store, clock, owner } = this.#parts
    const now = clock.now()
    const isTime = now >= this.#lookedAt + Math.min(BETWEEN_LOOKS, this.#parts.lease / 3)
    const claim = { flows: this.#flows, owner, now, lease: this.#parts.lease, limit, only }
    const found = await store.write((records) => claimExecutions(records, { ...claim, recovers: isTime }))
    if (isTime) this.#lookedAt = now
    if (found.length > 0 || isTime) return found
    this.#lookedAt = now
    return store.write((records) => claimExecutions(records, { ...claim, recovers: true }))
  }

  /**
   * Takes this one under this definition, or an earlier one, unless as many of its flow or key run as may.
   *
   * @throws (by rejecting) `no-such-execution`, `illegal-transition`, what bringing it under the definition throws
   */
  claimThis(id: string, flow: AnyFlow): Promise<Claimed | undefined> {
    const { clock } = this.#parts
    return this.#migrator.under(flow, id, {
      from: WAITING,
      find: async (records) => unlost(records, await records.get(id), clock.now()),
      act: (records, execution) => this.#claimFound(records, execution, flow),
    })
  }

  /**
   * Takes one that is to be tried again now, unless somebody else has, it was stopped, or goes on under another definition.
   */
  claimAgain(id: string, flow: AnyFlow, due: number): Promise<Claimed | undefined> {
    return this.#parts.store.write(async (records) => {
      const execution = await records.get(id)
      const { status, fingerprint, parked } = execution
      const isMeant =
        status === 'retrying' &&
        execution.due === due &&
        !parked &&
        fingerprint === definitionOf(flow, fingerprint).fingerprint
      return isMeant ? this.#claimFound(records, execution, flow) : undefined
    })
  }

  /** Where an execution is that somebody else goes on with. */
  async reportOf(id: string, flow: AnyFlow): Promise<PlainReport> {
    const { store, sealer } = this.#parts
    const { execution, events } = await store.read(async (records) => {
      const found = await records.get(id)
      return { execution: found, events: await valuesOf(records, found) }
    })
    return this.#report(execution, flow, new HeldValues(contextOf(await sealer.open(events))))
  }

  /** When there is something to claim, after a time (ms since 1970). */
  due(after: number): Promise<number | undefined> {
    return this.#parts.store.read((records) => nextDue(records, this.#flows, after))
  }

  /** Runs one that was taken, until it has ended or waits. */
  async execute(claimed: Claimed, signal?: AbortSignal): Promise<PlainReport> {
    const { flow } = claimed
    let held
    try {
      held = await this.#hold(claimed)
    } catch (error) {
      return this.#report(await this.#fail(claimed.execution, error), flow, undefined)
    }
    let cancelEnd: (() => void) | undefined
    const end = (): void => {
      cancelEnd = this.#end(held)
    }
    this.keeper.add(held)
    if (signal?.aborted === true) end()
    else signal?.addEventListener('abort', end)
    try {
      return await this.#report(await held.run(), flow, held.values)
    } finally {
      cancelEnd?.()
      this.keeper.remove(held)
      signal?.removeEventListener('abort', end)
    }
  }

  async #claimFound(records: FlowRecords, execution: Execution, of: AnyFlow): Promise<Claimed | undefined> {
    const flow = definitionOf(of, execution.fingerprint)
    if ((await isFull(records, flow, execution)) !== undefined) return undefined
    const { clock, owner, lease } = this.#parts
    return claimOne(records, execution, flow, { owner, now: clock.now(), lease })
  }

  async #hold({ flow, execution, values, said }: Claimed): Promise<HeldExecution> {
    const { sealer } = this.#parts
    const context = contextOf(sealer.isClear ? values : await sealer.open(values))
    const before = said && (await sealer.opened(said))
    const details = before !== undefined && 'details' in before ? before.details : undefined
    return new HeldExecution(this.#parts, flow, execution, new HeldValues(context), before && { details })
  }

  /** Its task may end; when that takes too long its signal is aborted, and it is given back. @returns takes the last back */
  #end(held: HeldExecution): () => void {
    held.end()
    const { clock, grace } = this.#parts
    return clock.setTimer(
      () => {
        const message = 'the runner is to end, and gives the execution back'
        held.stop.abort(
          'released',
          new UnitflowError('canceled', message, { reason: 'its runner is to end' }),
        )
      },
      grace,
      { keepAlive: false },
    )
  }

  /** What it was to run with cannot be read: a key is missing, say. */
  async #fail(before: Execution, thrown: unknown): Promise<Execution> {
    const { store, sealer, clock } = this.#parts
    const error = await sealer.seal({ error: storableError(thrown) })
    return store.write(async (records) => {
      const execution = await records.find(before.id)
      assertHeld(execution, before.token)
      return records.change(execution, taskFailed(execution, clock.now(), { status: 'failed', error }))
    })
  }

  async #report(execution: Execution, flow: AnyFlow, values: HeldValues | undefined): Promise<PlainReport> {
    const { id, status, task, due, reason } = execution
    const base = { id, flow: flow.name }
    switch (status) {
      case 'completed':
        return { ...base, status, result: values?.all() ?? {} }
      case 'failed':
        return { ...base, status, task, error: await this.#queries.error(execution) }
      case 'canceled':
        return { ...base, status, task, error: canceled(reason ?? '').error }
      case 'paused':
        return { ...base, status, task }
      case 'scheduled':
      case 'rescheduled':
      case 'retrying':
      case 'running':
        return { ...base, status, task, ...(due !== null && { due }) }
    }
  }
}

/** One whose lease has run out waits, too. */
async function unlost(records: FlowRecords, execution: Execution, now: number): Promise<Execution> {
  if (execution.status !== 'running' || (execution.lease?.until ?? 0) > now) return execution
  return records.change(execution, recovered(execution, now, 'expired'))
}
