import type { ProcessFilter, ProcessInfo } from 'unitflow/deciders'
import type { Runs } from './runs.js'

/** The processes of a workflow's runs, the newest first. */
export async function processesOf({ backend }: Runs, filter: ProcessFilter = {}): Promise<ProcessInfo[]> {
  const found: ProcessInfo[] = []
  for (let after: string | undefined; ;) {
    const page = await backend.processes({
      ...filter,
      workflow: 'run',
      reverse: true,
      limit: 1000,
      ...(after === undefined ? {} : { after }),
    })
    found.push(...page.processes)
    after = page.next
    if (after === undefined) return found
  }
}

/** A run, and all processes that it has called: callers come before what they call. Empty where there is no such run. */
export async function treeOf(runs: Runs, run: string): Promise<ProcessInfo[]> {
  const processes = await processesOf(runs)
  const called = new Map<string, ProcessInfo[]>()
  for (const process of processes) {
    const caller = process.parent?.process
    if (caller === undefined) continue
    const list = called.get(caller)
    if (list === undefined) called.set(caller, [process])
    else list.push(process)
  }
  const tree = processes.filter(({ id }) => id === run)
  // A list goes on over what is added to it meanwhile.
  for (const { id } of tree) tree.push(...(called.get(id) ?? []))
  return tree
}
