import { UnitflowError } from '../../errors/index.js'
import type { AnyFlow, OldExecution } from '../definitions/index.js'
import type { Context, Execution } from '../execution/index.js'
import { migrated } from '../execution/index.js'
import type { FlowRecords, FlowStore, PayloadSealer } from '../records/index.js'
import { contextOf, taskNames, valuesOf, waitingElsewhere } from '../records/index.js'
import { copied } from '../../fields/index.js'

/** Executions that were scheduled under other definitions of their flows (F28). */
export class ExecutionMigrator {
  readonly #store: FlowStore
  readonly #sealer: PayloadSealer

  constructor(store: FlowStore, sealer: PayloadSealer) {
    this.#store = store
    this.#sealer = sealer
  }

  /**
   * Brings an execution that waits, or has ended without completing, under this definition; nothing happens where it is.
   *
   * @throws (by rejecting) `definition-changed`, `bad-argument` where `migrate` names no task, and what it throws
   */
  async migrate(id: string, flow: AnyFlow, now: () => number): Promise<void> {
    const { execution, names, events } = await this.#store.read(async (records) => {
      const found = await records.get(id)
      if (found.fingerprint === flow.fingerprint) return { execution: found, names: [], events: [] }
      const tasks = await taskNames(records, found.flow, found.fingerprint)
      return { execution: found, names: tasks, events: await valuesOf(records, found) }
    })
    if (execution.fingerprint === flow.fingerprint) return
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
    await this.#store.write(async (records) => {
      const current = await records.get(id)
      // Somebody else was quicker.
      if (current.step !== execution.step) return
      await this.#store.define(records, flow)
      const migration = { fingerprint: flow.fingerprint, tasks, next, context: payload }
      await records.change(current, migrated(current, now(), migration))
    })
  }

  /**
   * What waits of these flows under other definitions, as far as it can be brought under these.
   *
   * @returns whether any was, and why others were not
   */
  async migrateWaiting(
    flows: readonly AnyFlow[],
    now: () => number,
  ): Promise<{ readonly isAny: boolean; readonly refused: readonly unknown[] }> {
    const waiting = await this.#store.read(async (records) => waitingOf(records, flows, now()))
    let isAny = false
    const refused: unknown[] = []
    for (const { id, flow } of waiting) {
      try {
        await this.migrate(id, flow, now)
        isAny = true
      } catch (error) {
        refused.push(error)
      }
    }
    return { isAny, refused }
  }
}

async function waitingOf(
  records: FlowRecords,
  flows: readonly AnyFlow[],
  now: number,
): Promise<readonly { readonly id: string; readonly flow: AnyFlow }[]> {
  const found: { id: string; flow: AnyFlow }[] = []
  for (const flow of flows) {
    for (const id of await waitingElsewhere(records, flow, now)) found.push({ id, flow })
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
