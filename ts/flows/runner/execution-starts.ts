import { assertName, assertThat } from '../../checks/index.js'
import type { Clock } from '../../clock/index.js'
import { milliseconds } from '../../clock/index.js'
import { UnitflowError } from '../../errors/index.js'
import type { SchemaIssue } from '../../schema/index.js'
import { invalidValue, isTypeOnly } from '../../schema/index.js'
import type { AnyFlow } from '../definitions/index.js'
import type { Context, Execution } from '../execution/index.js'
import { scheduled } from '../execution/index.js'
import type { FlowReader, FlowStore, PayloadSealer } from '../records/index.js'
import { stillSealed } from '../records/index.js'
import { validated } from '../../fields/index.js'
import type { ScheduleOptions } from './runner-types.js'

/** Schedules executions: new ones, and those that begin as another one did. */
export class ExecutionStarts {
  readonly #store: FlowStore
  readonly #sealer: PayloadSealer
  readonly #clock: Clock
  readonly #newId: () => string

  constructor(store: FlowStore, sealer: PayloadSealer, clock: Clock, newId: () => string) {
    this.#store = store
    this.#sealer = sealer
    this.#clock = clock
    this.#newId = newId
  }

  /** @returns its id */
  async start(flow: AnyFlow, input: unknown, options: ScheduleOptions): Promise<string> {
    const { id = this.#newId(), key = null, tags = [] } = options
    assertName(id, 'id')
    if (key !== null) assertName(key, 'key')
    assertThat('tags', 'a list of names', Array.isArray(tags))
    for (const tag of tags) assertName(tag, 'tag')
    const due = this.#dueOf(options)
    return this.#add(flow, await startOf(flow, input), {
      id,
      due,
      key,
      tags: [...new Set(tags)],
      origin: null,
    })
  }

  /** A new execution with the input of another. @returns its id */
  async again(id: string, flow: AnyFlow, reader: FlowReader): Promise<string> {
    const [created] = await reader.history(id)
    const { key = null, tags } = await reader.execution(id)
    if (created?.type !== 'flow-created' || !('input' in created)) throw stillSealed()
    const names = Object.keys(flow.tasks[0]?.inputs ?? {})
    if (!names.every((name) => Object.hasOwn(created.input, name))) {
      const message = `the flow '${flow.name}' begins with other inputs than the execution ${JSON.stringify(id)} had`
      const fields = {
        execution: id,
        flow: flow.name,
        started: created.fingerprint,
        defined: flow.fingerprint,
      }
      throw new UnitflowError('definition-changed', message, fields)
    }
    const due = this.#clock.now()
    return this.#add(flow, created.input, { id: this.#newId(), due, key, tags, origin: id })
  }

  async #add(flow: AnyFlow, values: Context, given: NewOptions): Promise<string> {
    const { id } = given
    const { name, fingerprint } = flow
    const input = this.#sealer.isClear ? { input: values } : await this.#sealer.seal({ input: values })
    const tasks = flow.tasks.map((task) => task.name)
    const committed = await this.#store.write(async (records) => {
      const known = await records.find(id)
      if (known !== undefined && known.flow !== name) throw executionExists(known)
      if (known !== undefined) return () => undefined
      records.add(scheduled({ ...given, flow: name, fingerprint, tasks, input }, this.#clock.now()))
      return this.#store.define(records, flow)
    })
    committed()
    return id
  }

  #dueOf({ at, delay }: ScheduleOptions): number {
    const now = this.#clock.now()
    if (at !== undefined) {
      const time = Number(at)
      assertThat('at', 'milliseconds since 1970, or a Date', isTime(at) && Number.isFinite(time))
      return Math.max(now, Math.ceil(time))
    }
    return delay === undefined ? now : now + Math.ceil(milliseconds(delay, 'delay'))
  }
}

type NewOptions = Pick<Execution, 'id' | 'key' | 'tags' | 'origin'> & { readonly due: number }

/** What a flow is started with, as its first task's schemas make it (F4, F7). @throws (by rejecting) `invalid-value` */
async function startOf({ name, tasks }: AnyFlow, given: unknown): Promise<Context> {
  const inputs = tasks[0]?.inputs ?? {}
  const subject = `input of flow '${name}'`
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalidValue(subject, [{ message: 'expected an object of inputs' }])
  }
  const issues: SchemaIssue[] = []
  for (const [key, schema] of Object.entries(inputs)) {
    if (Object.hasOwn(given, key) || !isTypeOnly(schema)) continue
    issues.push({ path: [key], message: 'it is missing' })
  }
  for (const key of Object.keys(given)) {
    if (!Object.hasOwn(inputs, key)) issues.push({ path: [key], message: 'no input of the first task' })
  }
  if (issues.length > 0) throw invalidValue(subject, issues)
  return validated(inputs, { ...given }, subject)
}

/** Of this realm or another. */
function isTime(at: unknown): boolean {
  return typeof at === 'number' || Object.prototype.toString.call(at) === '[object Date]'
}

function executionExists({ id, flow }: Execution): UnitflowError<'execution-exists'> {
  const message = `there is an execution ${JSON.stringify(id)} already, of the flow ${JSON.stringify(flow)}`
  return new UnitflowError('execution-exists', message, { execution: id })
}
