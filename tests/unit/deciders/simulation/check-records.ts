import {
  activityQueueKey,
  awaitedKey,
  COLLECTION,
  decisionQueueKey,
  limitedRunningKey,
  listKeys,
  OPEN_KINDS,
  READ,
  timerQueueKey,
} from '../../../../ts/deciders/backend/stored-process.js'
import type { StoredProcess } from '../../../../ts/deciders/backend/stored-process.js'
import type { AnyActivity } from '../../../../ts/deciders/definitions/index.js'
import { nextDeadline } from '../../../../ts/deciders/process/index.js'
import type { OpenActivity, OpenTimer } from '../../../../ts/deciders/process/index.js'
import type { RecordEntry, RecordKey, RecordStore, RecordTransaction } from '../../../../ts/records/index.js'
import { allRecords } from '../../../../ts/testing/all-records.js'
import { count } from './ledger.js'

/** Those that hold nothing but what can be told from the processes. */
const DERIVED = [
  'decision_queue',
  'activity_queue',
  'limited_queue',
  'limited_running',
  'timer_queue',
  'awaited_activities',
  'process_deadlines',
  'process_list',
] as const
const OPEN_COLLECTIONS = OPEN_KINDS.map((kind) => COLLECTION[kind])
const ALL = ['processes', 'process_events', ...OPEN_COLLECTIONS, ...DERIVED]

/** What in the records of a backend does not agree with its processes: each queue has what it must have, and nothing else. */
export function brokenRecords(records: RecordStore): Promise<string[]> {
  return records.transact(look, { readonly: true })
}

/** The keys of all records that belong to a process, whichever. */
export function recordsOfProcesses(records: RecordStore): Promise<string[]> {
  const work = async (transaction: RecordTransaction): Promise<string[]> =>
    (await allRecords(transaction, ALL)).map(({ key }) => key.join())
  return records.transact(work, { readonly: true })
}

/** D84: of what runs, there is no more at once than there may be. */
export function brokenLimits(records: RecordStore, activities: readonly AnyActivity[]): Promise<string[]> {
  const work = async (transaction: RecordTransaction): Promise<string[]> => {
    const running = new Map<string, number>()
    for (const { key } of await allRecords(transaction, ['limited_running'])) {
      const [, activity, lane] = key
      count(running, String(activity))
      // Without a key it runs beside all others.
      if (lane !== '') count(running, `${activity} ${lane}`)
    }
    const broken: string[] = []
    for (const [what, times] of running) {
      const [activity, lane] = what.split(' ')
      const limits = activities.find(({ name }) => name === activity)?.limits
      const most = (lane === undefined ? limits?.atOnce : limits?.atOncePerKey) ?? Infinity
      if (times > most) broken.push(`${times} of ${what} run at once`)
    }
    return broken
  }
  return records.transact(work, { readonly: true })
}

async function look(transaction: RecordTransaction): Promise<string[]> {
  const broken: string[] = []
  const expected = new Set<string>()
  const expect = (key: RecordKey | undefined): void => {
    if (key !== undefined) expected.add(key.join())
  }
  const outside = new Map<string, RecordEntry[]>()
  for (const entry of await allRecords(transaction, OPEN_COLLECTIONS)) {
    const id = String(entry.key[1])
    outside.set(id, [...(outside.get(id) ?? []), entry])
  }
  const lastSeqs = await lastSeqsOf(transaction, broken)
  const stored = (await allRecords(transaction, ['processes'])).map(({ value }) => READ.process(value))
  for (const process of stored) {
    const { state, due } = process
    const { id, closed, lastSeq } = state
    const others = outside.get(id) ?? []
    outside.delete(id)
    const open = openOf(process, others)
    if ((process.more ?? 0) !== others.length)
      broken.push(`${id}: more is ${process.more ?? 0}, not ${others.length}`)
    if (closed !== undefined && (open.count > 0 || state.decision.status !== 'none')) {
      broken.push(`${id}: it is closed, and something is open`)
    }
    if (lastSeqs.get(id) !== lastSeq) broken.push(`${id}: lastSeq is ${lastSeq}, not ${lastSeqs.get(id)}`)
    lastSeqs.delete(id)
    expect(decisionQueueKey(state))
    for (const key of listKeys(state)) expect(key)
    for (const activity of open.activities) {
      expect(activityQueueKey(id, activity))
      expect(limitedRunningKey(id, activity))
      expect(awaitedKey(id, activity))
    }
    for (const timer of open.timers) expect(timerQueueKey(id, timer))
    if (due !== null) expect(['process_deadlines', due, id])
    const next = nextDeadline(state, open.activities)
    if (next < (due ?? Infinity))
      broken.push(`${id}: something is due at ${next}, and it is looked at at ${due}`)
  }
  for (const id of outside.keys()) broken.push(`${id}: something is open in a process that is not there`)
  for (const id of lastSeqs.keys()) broken.push(`${id}: events of a process that is not there`)
  for (const { key } of await allRecords(transaction, DERIVED)) {
    if (!expected.delete(key.join())) broken.push(`left over: ${key.join()}`)
  }
  for (const key of expected) broken.push(`missing: ${key}`)
  return broken
}

function openOf(
  { activities = [], timers = [], children = [] }: StoredProcess,
  others: readonly RecordEntry[],
) {
  const of = (collection: string): readonly RecordEntry[] => others.filter(({ key }) => key[0] === collection)
  const allActivities: OpenActivity[] = [...activities, ...of('open_activities').map(({ value }) => READ.activities(value))] // prettier-ignore
  const allTimers: OpenTimer[] = [...timers, ...of('open_timers').map(({ value }) => READ.timers(value))]
  return { activities: allActivities, timers: allTimers, count: allActivities.length + allTimers.length + children.length + of('open_children').length } // prettier-ignore
}

/** By process; events that have gaps, or stand twice, are broken. */
async function lastSeqsOf(transaction: RecordTransaction, broken: string[]): Promise<Map<string, number>> {
  const last = new Map<string, number>()
  for (const { key, value } of await allRecords(transaction, ['process_events'])) {
    const id = String(key[1])
    const events = READ.events(value)
    if (events[0]?.seq !== key[2]) broken.push(`${key.join()}: begins with ${events[0]?.seq}`)
    for (const { seq } of events) {
      if (seq !== (last.get(id) ?? 0) + 1) broken.push(`${id}: ${seq} follows ${last.get(id) ?? 0}`)
      last.set(id, seq)
    }
  }
  return last
}
