import type { Calls } from '../../protocol.js'
import { runsOf } from './runs.js'
import type { Runs } from './runs.js'
import { treeOf } from './run-tree.js'

async function needed(id: string): Promise<Runs> {
  const runs = await runsOf(id)
  if (runs === undefined) throw new Error('This workflow has no runs in this browser, or not any more.')
  return runs
}

export async function complete({ id, token, given }: Calls['complete']['params']): Promise<undefined> {
  const { engine } = await needed(id)
  await engine.manager.complete(token, given)
  return undefined
}

/** A message reaches all processes of a run, whichever of them waits for it. */
export async function send({ id, run, name, payload }: Calls['send']['params']): Promise<undefined> {
  const { engine } = await needed(id)
  await engine.manager.signal(run, name, payload)
  return undefined
}

export async function cancelRun({ id, run }: Calls['cancelRun']['params']): Promise<undefined> {
  const { engine } = await needed(id)
  await engine.manager.cancel(run, { reason: 'canceled in the editor' })
  return undefined
}

/** With all the processes that it has called. */
export async function removeRun({ id, run }: Calls['removeRun']['params']): Promise<undefined> {
  const runs = await needed(id)
  const tree = await treeOf(runs, run)
  for (const process of tree.reverse()) await runs.backend.deleteProcess(process.id)
  runs.touch()
  return undefined
}

export async function retryRun({ id, run }: Calls['retryRun']['params']): Promise<string> {
  const runs = await needed(id)
  const again = await runs.engine.manager.retry(run)
  runs.touch()
  return again
}
