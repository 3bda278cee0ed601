import type { RecordKey, Value } from '../../records/index.js'
import { GROUPS } from './execution-keys.js'
import type { FlowRecords } from './flow-records.js'
import { flowNames } from './list-executions.js'
import { READ } from './stored-form.js'

const PAGE = 1000

/** What the definitions were made from under which executions may still go on: all but those that have completed. */
export async function sourcesInUse(records: FlowRecords): Promise<ReadonlySet<string>> {
  const inUse = new Set<string>()
  for (const flow of await flowNames(records.transaction)) {
    const sources = new Map<string, readonly string[]>()
    for await (const { key, value } of below(records, ['flow_definitions', flow])) {
      const definition = READ.definition(value)
      if (definition.sources !== undefined) sources.set(String(key[2]), definition.sources)
    }
    for (const group of GROUPS) {
      if (group !== 'completed') await find(records, ['flow_list', flow, group], sources, inUse)
    }
  }
  return inUse
}

/** Takes the sources away that executions of a list go on under. */
async function find(
  records: FlowRecords,
  list: RecordKey,
  sources: Map<string, readonly string[]>,
  inUse: Set<string>,
): Promise<void> {
  if (sources.size === 0) return
  for await (const { key } of below(records, list)) {
    const fingerprint = (await records.head(String(key.at(-1))))?.fingerprint ?? ''
    for (const source of sources.get(fingerprint) ?? []) inUse.add(source)
    sources.delete(fingerprint)
    if (sources.size === 0) return
  }
}

async function* below(
  { transaction }: FlowRecords,
  prefix: RecordKey,
): AsyncGenerator<{ readonly key: RecordKey; readonly value: Value }> {
  const start = await transaction.scan({ prefix, limit: PAGE })
  for (let page = start; ;) {
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return
    // The prefix ends before the next text that has a character more.
    const to: RecordKey = [prefix[0], ...prefix.slice(1, -1), `${String(prefix.at(-1))}\u0000`]
    page = await transaction.scan({ from: [...last.key, ''], to, limit: PAGE })
  }
}
