import {
  cacheProcess,
  decompose,
  describeProcess,
  isUnitflowError,
  readElementUnit,
  readManifest,
  unitJson,
} from 'unitflow'
import type { ElementUnit } from 'unitflow'
import type { Calls, ChangeReport, TaskChange } from '../protocol.js'
import { addVersion, readRecord } from './catalogue.js'
import type { Edit, WorkflowRecord } from './catalogue.js'
import { changeReport } from './change-report.js'
import { announce, fromBytes, inTurn, storeOf, toBytes } from './database.js'
import type { Span } from './json-text.js'
import { taskIn } from './task-in-process.js'
import type { Task } from './task-in-process.js'
import type { Context } from './worker.js'

/** Saves one task of one process; what was there before is kept for undo. */
export async function save(
  { id, processId, elementId, base, change }: Calls['save']['params'],
  { signal }: Context,
): Promise<ChangeReport> {
  const report = await inTurn(id, async () => {
    const store = storeOf(id)
    const record = await readRecord(id)
    const unit = await readElementUnit(store, id, { processId })
    if (unit.specs[processId]?.hash !== base) throw staleEdit(processId)
    const edited = editedProcess(unit, elementId, change)
    const edit: Edit = {
      processId,
      note: `edit of ${elementId} in ${processId}`,
      before: `editor/before/${crypto.randomUUID()}`,
    }
    // With what is drawn in the process, which goes away if the edit takes it out.
    await store.set(edit.before, toBytes(unitJson(unit)))
    try {
      const saved = await write(
        record,
        edited,
        `Edited ${elementId} in ${processId}`,
        [...record.edits, edit],
        signal,
      )
      if (!saved.undoable) await store.delete(edit.before)
      return saved
    } catch (error) {
      await store.delete(edit.before)
      throw error
    }
  })
  announce(id)
  return report
}

/** Takes the last edit back, whichever tab made it. */
export async function undo({ id }: Calls['undo']['params'], { signal }: Context): Promise<ChangeReport> {
  const report = await inTurn(id, async () => {
    const record = await readRecord(id)
    const last = record.edits.at(-1)
    const bytes = last === undefined ? undefined : await storeOf(id).get(last.before)
    if (last === undefined || bytes === undefined) throw new Error('There is no edit to take back.')
    const before = fromBytes(bytes) as string
    return write(record, before, `Undid the ${last.note}`, record.edits.slice(0, -1), signal)
  })
  announce(id)
  return report
}

async function write(
  record: WorkflowRecord,
  processSpec: string,
  note: string,
  edits: readonly Edit[],
  signal: AbortSignal,
): Promise<ChangeReport> {
  const { id } = record
  const store = storeOf(id)
  const before = await readManifest(store, id)
  const { bytes } = await cacheProcess(store, id, processSpec, { signal })
  const after = await readManifest(store, id)
  const isNew = after.version !== before.version
  if (isNew) await addVersion(record, after, note, edits)
  const undoable = isNew && edits.length > record.edits.length
  return changeReport({ id, note, before, after, written: bytes.written, undoable })
}

function editedProcess(unit: ElementUnit, elementId: string, change: TaskChange): string {
  const text = unit.specs[unit.processId]?.text ?? ''
  const element = describeProcess(unit, unit.processId).elements.find(({ id }) => id === elementId)
  if (element === undefined) throw staleEdit(unit.processId)
  const task = taskIn(text, element)
  if (change.type === 'json') {
    checkJson(change.json)
    return replaced(text, [{ span: task.span, json: change.json }])
  }
  return replaced(text, fieldEdits(task, change))
}

interface Replacement {
  readonly span: Span
  readonly json: string
}

function fieldEdits(task: Task, { name, script }: TaskChange & { readonly type: 'fields' }): Replacement[] {
  const edits: Replacement[] = []
  if (task.name !== undefined && name !== undefined && name !== task.name.value) {
    edits.push({ span: task.name.span, json: name === '' ? 'null' : JSON.stringify(name) })
  }
  if (task.script !== undefined && script !== undefined && script !== task.script.value) {
    edits.push({ span: task.script.span, json: JSON.stringify(script) })
  }
  return edits
}

function replaced(text: string, edits: readonly Replacement[]): string {
  // From the end, so that the places before stay right.
  const fromEnd = [...edits].sort((a, b) => b.span.start - a.span.start)
  return fromEnd.reduce(
    (edited, { span, json }) => edited.slice(0, span.start) + json + edited.slice(span.end),
    text,
  )
}

/** Text that is no JSON by itself could change what stands around it. The core says where, by line and column. */
function checkJson(text: string): void {
  try {
    decompose(text)
  } catch (error) {
    // A task is no workflow, which is as it should be; whether it fits its process shows when that is cached.
    if (isUnitflowError(error, 'bad-spec') || isUnitflowError(error, 'not-a-spec')) return
    throw error
  }
}

function staleEdit(processId: string): Error {
  const message = `“${processId}” was changed meanwhile, perhaps in another tab, so this edit was not saved. Copy what you need, then reload the task.`
  return Object.assign(new Error(message), { name: 'changed-meanwhile' })
}
