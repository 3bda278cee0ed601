import type { Clock } from '../../clock/index.js'
import { UnitflowError } from '../../errors/index.js'
import type { AnyFlow, OldExecution } from '../definitions/index.js'
import { definitionOf, definitionsOf } from '../definitions/index.js'
import type { Context, Execution, FlowStatus, Migration } from '../execution/index.js'
import { migrated, WAITING } from '../execution/index.js'
import type { FlowRecords, FlowStore, PayloadSealer } from '../records/index.js'
import { contextOf, taskNames, valuesOf, waitingElsewhere } from '../records/index.js'
import { copied } from '../../fields/index.js'

/** Something that is done to an execution under a definition. */
export interface Work<T> {
  /** Where it may be brought under the definition for that: one that is elsewhere is left under the one that it has. */
  readonly from: readonly FlowStatus[]
  /** Reads it, as it is to be worked on. */
  readonly find: (records: FlowRecords) => Promise<Execution>
  readonly act: (records: FlowRecords, execution: Execution) => Promise<T>
}

/** An execution that is to be brought under a definition, and what it is to be then. */
interface Prepared {
  readonly old: Execution
  readonly migration: Migration
}

/** Executions that were scheduled under other definitions of their flows (F28). */
export class ExecutionMigrator {
  readonly #store: FlowStore
  readonly #sealer: PayloadSealer
  readonly #clock: Clock

  constructor(store: FlowStore, sealer: PayloadSealer, clock: Clock) {
    this.#store = store
    this.#sealer = sealer
    this.#clock = clock
  }

  /**
   * Works on an execution under this definition, or an earlier one that it brings. Where it is under another one, it is
   * brought under this one and worked on in one transaction: where either is refused, nothing has happened.
   *
   * @throws (by rejecting) `no-such-execution`, `definition-changed`, `bad-argument` where `migrate` names no task, and what
   * it and the work throw
   */
  async under<T>(flow: AnyFlow, id: string, { from, find, act }: Work<T>): Promise<T> {
    const isElsewhere = (execution: Execution): boolean =>
      definitionOf(flow, execution.fingerprint).fingerprint !== execution.fingerprint &&
      from.includes(execution.status)
    for (;;) {
      const prepared = await this.#prepare(flow, id, isElsewhere)
      const done = await this.#store.write(async (records) => {
        const execution = await find(records)
        if (!isElsewhere(execution)) return { result: await act(records, execution) }
        // Something has happened since: it is looked at anew.
        if (prepared?.old.step !== execution.step) return undefined
        await this.#store.define(records, flow)
        const moved = migrated(execution, this.#clock.now(), prepared.migration)
        return { result: await act(records, await records.change(execution, moved)) }
      })
      if (done !== undefined) return done.result
    }
  }

  /**
   * What waits of these flows under other definitions, as far as it can be brought under these.
   *
   * @returns whether any was, and why others were not
   */
  async migrateWaiting(
    flows: readonly AnyFlow[],
  ): Promise<{ readonly isAny: boolean; readonly refused: readonly unknown[] }> {
    const now = this.#clock.now()
    const waiting = await this.#store.read((records) => waitingOf(records, flows, now))
    let isAny = false
    const refused: unknown[] = []
    for (const { id, flow } of waiting) {
      try {
        await this.under(flow, id, {
          from: WAITING,
          find: (records) => records.get(id),
          act: async () => undefined,
        })
        isAny = true
      } catch (error) {
        refused.push(error)
      }
    }
    return { isAny, refused }
  }

  /** Asks `migrate`, and seals what it says, outside of transactions: both may take long. */
  async #prepare(
    flow: AnyFlow,
    id: string,
    isElsewhere: (execution: Execution) => boolean,
  ): Promise<Prepared | undefined> {
    const found = await this.#store.read(async (records) => {
      const execution = await records.get(id)
      if (!isElsewhere(execution)) return undefined
      const names = await taskNames(records, execution.flow, execution.fingerprint)
      return { execution, names, events: await valuesOf(records, execution) }
    })
    if (found === undefined) return undefined
    const { execution, names, events } = found
    const context = contextOf(await this.#sealer.open(events))
    const old: OldExecution = {
      id,
      fingerprint: execution.fingerprint,
      tasks: names,
      next: execution.task,
      context,
    }
    const to = flow.migrate?.(old)
    if (to === undefined) throw definitionChanged(execution, flow)
    const next = placeOf(flow, to.next ?? execution.task)
    const values: Context = to.context === undefined ? context : copied(to.context)
    const payload = await this.#sealer.seal({ context: values })
    const tasks = flow.tasks.map(({ name }) => name)
    return { old: execution, migration: { fingerprint: flow.fingerprint, tasks, next, context: payload } }
  }
}

async function waitingOf(
  records: FlowRecords,
  flows: readonly AnyFlow[],
  now: number,
): Promise<readonly { readonly id: string; readonly flow: AnyFlow }[]> {
  const found: { id: string; flow: AnyFlow }[] = []
  for (const flow of flows) {
    const known = definitionsOf(flow).map(({ fingerprint }) => fingerprint)
    for (const id of await waitingElsewhere(records, flow.name, known, now)) found.push({ id, flow })
  }
  return found
}

/** @throws `bad-argument` */
function placeOf({ name, tasks }: AnyFlow, task: string): number {
  const place = tasks.findIndex((one) => one.name === task)
  if (place >= 0) return place
  const expected = `a task of the flow '${name}'; found ${JSON.stringify(task.slice(0, 100))}`
  throw new UnitflowError('bad-argument', `migrate: next: expected ${expected}`, {
    argument: 'next',
    expected,
  })
}

function definitionChanged(
  { id, flow, fingerprint: started }: Execution,
  { fingerprint: defined }: AnyFlow,
): UnitflowError<'definition-changed'> {
  const message =
    `the execution ${JSON.stringify(id)} was started under another definition of the flow '${flow}' (${started}; here it is ` +
    `${defined}): run it under that one, or give the flow a function \`migrate\``
  return new UnitflowError('definition-changed', message, { execution: id, flow, started, defined })
}
