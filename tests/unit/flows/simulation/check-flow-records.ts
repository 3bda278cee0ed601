import { listKey, placeKey, runningKey } from '../../../../ts/flows/records/execution-keys.js'
import { FLOW_COLLECTIONS, FlowRecords } from '../../../../ts/flows/records/index.js'
import type { Execution } from '../../../../ts/flows/execution/index.js'
import type { RecordKey, RecordStore, RecordTransaction } from '../../../../ts/records/index.js'
import { allRecords } from '../../../../ts/testing/all-records.js'

/** What executions are, and what is said of them. */
const OWN: readonly string[] = ['flow_executions', 'flow_history', 'flow_progress']
const OF_ALL: readonly string[] = ['flow_definitions', 'flow_schema']
const OF_EXECUTIONS = FLOW_COLLECTIONS.filter((name) => !OF_ALL.includes(name))
/** Those that hold nothing but what can be told from the executions. */
const DERIVED = OF_EXECUTIONS.filter((name) => !OWN.includes(name))

/** What in the records does not agree with the executions: each list has what it must have, and nothing else. */
export function brokenRecords(records: RecordStore): Promise<string[]> {
  return records.transact(look, { readonly: true })
}

/** The keys of all records that belong to an execution, whichever. */
export function recordsOfExecutions(records: RecordStore): Promise<string[]> {
  const work = async (transaction: RecordTransaction): Promise<string[]> =>
    (await allRecords(transaction, OF_EXECUTIONS)).map(({ key }) => key.join())
  return records.transact(work, { readonly: true })
}

async function look(transaction: RecordTransaction): Promise<string[]> {
  const records = new FlowRecords(transaction)
  const executions: Execution[] = []
  for (const { key } of await allRecords(transaction, ['flow_executions']))
    executions.push(await records.get(String(key[1])))
  const broken: string[] = []
  const expected = new Map<string, unknown>()
  const expect = (key: RecordKey | undefined, value: unknown = 0): void => {
    if (key !== undefined) expected.set(key.join(), value)
  }
  const running = new Map<string, number>()
  const definitions = new Set(
    (await allRecords(transaction, ['flow_definitions'])).map(({ key }) => key.slice(1).join()),
  )
  for (const execution of executions) {
    const { id, flow, fingerprint, key, tags, createdAt, status, lease } = execution
    expect(placeKey(execution), status === 'rescheduled' ? 1 : 0)
    expect(listKey(execution))
    for (const tag of tags) expect(['flow_tags', tag, createdAt, id])
    if (execution.counted) {
      const keys = [runningKey(flow), ...(key === null ? [] : [runningKey(flow, key)])]
      for (const name of keys) running.set(name.join(), (running.get(name.join()) ?? 0) + 1)
    }
    if (!definitions.has([flow, fingerprint].join())) broken.push(`${id}: its definition is missing`)
    if ((status === 'running') !== (lease !== null))
      broken.push(`${id}: ${status}, with the lease ${lease?.owner}`)
    if (execution.counted && status !== 'running') broken.push(`${id}: it counts, and is ${status}`)
    if (isForgotten(execution, executions)) broken.push(`${id}: it is parked, and nobody of its key is there`)
  }
  for (const [key, count] of running) expected.set(key, count)
  for (const { key, value } of await allRecords(transaction, DERIVED)) {
    if (expected.get(key.join()) !== value)
      broken.push(`left over, or wrong: ${key.join()} ${JSON.stringify(value)}`)
    expected.delete(key.join())
  }
  for (const key of expected.keys()) broken.push(`missing: ${key}`)
  broken.push(...(await brokenParts(transaction, new Set(executions.map(({ id }) => id)))))
  return broken
}

/** One that is put aside is let go by the next of its key that ends: there must be one. */
function isForgotten({ parked, due, flow, key }: Execution, executions: readonly Execution[]): boolean {
  if (!parked || due === null) return false
  const lets = (one: Execution): boolean =>
    one.flow === flow && one.key === key && (one.status === 'running' || (!one.parked && one.due !== null))
  return !executions.some(lets)
}

/** Histories and progress are of executions that are there. */
async function brokenParts(transaction: RecordTransaction, ids: ReadonlySet<string>): Promise<string[]> {
  const parts = await allRecords(transaction, ['flow_history', 'flow_progress'])
  return parts.flatMap(({ key }) => (ids.has(String(key[1])) ? [] : [`left over: ${key.join()}`]))
}
