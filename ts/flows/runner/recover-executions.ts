import type { Clock } from '../../clock/index.js'
import type { RecordKey } from '../../records/index.js'
import type { Execution, RecoveryReason } from '../execution/index.js'
import { recovered } from '../execution/index.js'
import type { FlowStore } from '../records/index.js'
import { goneOwners } from './owner-lock.js'

const PAGE = 1000
/** So many in one transaction. */
const AT_ONCE = 100

/** Finds executions whose runners are gone. @param isHeld whether one runs here @returns their ids */
export async function recoverExecutions(
  store: FlowStore,
  clock: Clock,
  owner: string | undefined,
  isHeld: (id: string) => boolean,
): Promise<readonly string[]> {
  const running = await runningExecutions(store)
  const owners = [...new Set(running.flatMap(({ lease }) => (lease === null ? [] : [lease.owner])))]
  const gone = await goneOwners(owners)
  const now = clock.now()
  const found = running.flatMap((execution) => {
    const why = reasonFor(execution, { owner, gone, now })
    return why === undefined || isHeld(execution.id) ? [] : [{ execution, why }]
  })
  const ids: string[] = []
  for (let at = 0; at < found.length; at += AT_ONCE) {
    const some = found.slice(at, at + AT_ONCE)
    const recoveredIds = await store.write(async (records) => {
      const done: string[] = []
      for (const { execution, why } of some) {
        const current = await records.find(execution.id)
        // Somebody else was quicker, or it has a runner that lives.
        if (current?.token !== execution.token || current.status !== 'running') continue
        if (why === 'expired' && (current.lease?.until ?? Infinity) > now) continue
        await records.change(current, recovered(current, now, why))
        done.push(current.id)
      }
      return done
    })
    ids.push(...recoveredIds)
  }
  return ids
}

function reasonFor(
  { lease }: Execution,
  {
    owner,
    gone,
    now,
  }: { readonly owner: string | undefined; readonly gone: ReadonlySet<string>; readonly now: number },
): RecoveryReason | undefined {
  if (lease === null) return undefined
  if (lease.until <= now) return 'expired'
  if (lease.owner === owner) return 'asked'
  return gone.has(lease.owner) ? 'gone' : undefined
}

async function runningExecutions(store: FlowStore): Promise<readonly Execution[]> {
  return store.read(async (records) => {
    const running: Execution[] = []
    for (let from: RecordKey = ['flow_leases']; ;) {
      const page = await records.transaction.scan({ from, limit: PAGE })
      for (const { key } of page) {
        const execution = await records.find(String(key[2]))
        if (execution !== undefined) running.push(execution)
      }
      const last = page.at(-1)
      if (last === undefined || page.length < PAGE) return running
      from = [...last.key, '']
    }
  })
}
