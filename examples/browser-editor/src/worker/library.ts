import { cacheElementUnitsForWorkflow, readManifest } from 'unitflow'
import type { CacheProgress } from 'unitflow'
import type { Calls, ChangeReport, Progress } from '../protocol.js'
import { addVersion, readRecord, readRecords, writeRecord } from './catalogue.js'
import { changeReport } from './change-report.js'
import { announce, catalogue, dropStore, inTurn, storeOf } from './database.js'
import { closeRuns } from './run/runs.js'
import type { Context } from './worker.js'

export async function list(): Promise<Calls['list']['result']> {
  const records = await readRecords()
  const workflows = records.flatMap(({ id, name, versions }) => {
    const current = versions.at(-1)
    if (current === undefined) return []
    const { top, processes, units, bytes } = current
    const shown = versions.map(({ version, at, note }) => ({ version, at, note }))
    return [{ id, name, top, processes, units, bytes, versions: shown }]
  })
  const { usage = 0, quota = 0 } = await navigator.storage.estimate()
  return { workflows, storage: { usage, quota } }
}

export async function importFile(
  { file, name, replaces }: Calls['import']['params'],
  context: Context,
): Promise<ChangeReport> {
  context.report({ done: 0, total: 0, text: `Reading ${name}` })
  const specs = new Uint8Array(await file.arrayBuffer())
  const id = replaces ?? crypto.randomUUID()
  const report = await inTurn(id, async () => {
    if (replaces !== undefined) return update(id, name, specs, context)
    try {
      return await create(id, name, specs, context)
    } catch (error) {
      await dropStore(id)
      throw error
    }
  })
  announce(id)
  return report
}

async function create(id: string, name: string, specs: Uint8Array, context: Context): Promise<ChangeReport> {
  const written = await cacheSpecs(id, specs, context)
  const manifest = await readManifest(storeOf(id), id)
  const note = `Opened ${name}`
  const title = name.replace(/\.json$/i, '') || name
  await addVersion({ id, name: title, created: Date.now(), versions: [], edits: [] }, manifest, note, [])
  return changeReport({ id, note, before: undefined, after: manifest, written, undoable: false })
}

async function update(id: string, name: string, specs: Uint8Array, context: Context): Promise<ChangeReport> {
  const record = await readRecord(id)
  const before = await readManifest(storeOf(id), id)
  const written = await cacheSpecs(id, specs, context)
  const after = await readManifest(storeOf(id), id)
  const note = `Updated from ${name}`
  // What undo has kept belongs to the processes as they were, so a new file ends it.
  if (after.version !== before.version) await addVersion(record, after, note, [])
  return changeReport({ id, note, before, after, written, undoable: false })
}

/** @returns bytes written */
async function cacheSpecs(id: string, specs: Uint8Array, { signal, report }: Context): Promise<number> {
  signal.throwIfAborted()
  report({ done: 0, total: 0, text: 'Taking the workflow apart' })
  const onProgress = (progress: CacheProgress): void => report(progressOf(progress))
  const { bytes } = await cacheElementUnitsForWorkflow(storeOf(id), id, specs, { signal, onProgress })
  return bytes.written
}

function progressOf(progress: CacheProgress): Progress {
  if (progress.type === 'decomposed') {
    return { done: 0, total: progress.total, text: `Storing the units of ${progress.processes} processes` }
  }
  if (progress.type === 'stored') {
    const { done, total } = progress
    return { done, total, text: `Stored ${done} of ${total} objects` }
  }
  return { done: 0, total: 0, text: 'Noting the version' }
}

export async function rename({ id, name }: Calls['rename']['params']): Promise<undefined> {
  await inTurn(id, async () => writeRecord({ ...(await readRecord(id)), name }))
  announce(id)
}

export async function remove({ id }: Calls['remove']['params']): Promise<undefined> {
  await inTurn(id, async () => {
    // The record first: without it nobody looks for the units, or works on the runs.
    await catalogue.delete(id)
    await closeRuns(id)
    await dropStore(id)
  })
  announce(id)
}
