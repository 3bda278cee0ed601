import { describeProcess, readElementUnit, unitJson } from 'unitflow'
import type { ElementUnit } from 'unitflow'
import type {
  Calls,
  Drawing,
  PickedElement,
  ProcessRow,
  ProcessView,
  ResumeView,
  TaskView,
  WorkflowView,
} from '../protocol.js'
import { load } from './catalogue.js'
import { byteLength, storeOf } from './database.js'
import { drawingOf } from './drawing.js'
import { indented } from './json-text.js'
import { onTheWay, reasonsFor } from './resume-reasons.js'
import { taskIn } from './task-in-process.js'

export async function workflow({ id }: Calls['workflow']['params']): Promise<WorkflowView> {
  const { record, manifest, graph } = await load(id)
  const rows: ProcessRow[] = []
  for (const [processId, owner] of graph.owners) {
    const unit = graph.units.get(owner)
    rows.push({
      id: processId,
      unitBytes: unit?.bytes ?? 0,
      callers: graph.callersOf.get(processId)?.length ?? 0,
      ...(owner === processId ? {} : { storedWith: owner }),
      ...(unit?.missing === true ? { missing: true } : {}),
    })
  }
  const isTop = ({ id: row }: ProcessRow): number => (row === manifest.top ? 0 : 1)
  rows.sort((a, b) => isTop(a) - isTop(b) || (a.id < b.id ? -1 : 1))
  const undo = record.edits.at(-1)?.note
  return {
    id,
    name: record.name,
    version: manifest.version,
    top: manifest.top,
    units: manifest.objects.length,
    bytes: manifest.objects.reduce((sum, { bytes }) => sum + bytes, 0),
    processes: rows,
    ...(undo === undefined ? {} : { undo }),
  }
}

export async function draw({ id, processId, whole }: Calls['draw']['params']): Promise<Drawing> {
  return drawingOf((await load(id)).graph, processId, whole)
}

export async function process({ id, processId }: Calls['process']['params']): Promise<ProcessView> {
  const unit = await readElementUnit(storeOf(id), id, { processId })
  const { graph } = await load(id)
  const { name, hash, elements, flows } = describeProcess(unit, processId)
  const owner = graph.owners.get(processId)
  return {
    id: processId,
    ...(name === undefined ? {} : { name }),
    hash,
    bytes: byteLength(unit.specs[processId]?.text ?? ''),
    unitBytes: byteLength(unitJson(unit)),
    included: unit.included.map((each) => ({ id: each, bytes: byteLength(unit.specs[each]?.text ?? '') })),
    lazy: unit.lazy,
    missing: unit.missing,
    ...(owner === undefined || owner === processId ? {} : { storedWith: owner }),
    callers: graph.callersOf.get(processId) ?? [],
    elements,
    flows,
  }
}

export async function json({ id, processId, spec, elements }: Calls['json']['params']): Promise<string> {
  const unit = await readElementUnit(storeOf(id), id, {
    processId,
    ...(elements === undefined ? {} : { elements }),
  })
  return indented(spec ? (unit.specs[processId]?.text ?? '') : unitJson(unit))
}

export async function resume({ id, processId, picked }: Calls['resume']['params']): Promise<ResumeView> {
  const store = storeOf(id)
  const { manifest } = await load(id)
  const [start, unit] = await Promise.all([
    readElementUnit(store, id, { processId }),
    readElementUnit(store, id, { processId, elements: picked }),
  ])
  const way = onTheWay(manifest, unit.included, picked)
  return {
    // The one that runs comes first.
    included: [processId, ...unit.included.filter((each) => each !== processId)].map((each) => ({
      id: each,
      bytes: byteLength(unit.specs[each]?.text ?? ''),
      reasons: reasonsFor(each, processId, manifest, way, picked),
    })),
    lazy: unit.lazy,
    missing: unit.missing,
    bytes: byteLength(unitJson(unit)),
    startBytes: byteLength(unitJson(start)),
    workflowBytes: manifest.objects.reduce((sum, { bytes }) => sum + bytes, 0),
    outOfReach: picked.filter((element) => !isIncluded(unit, element)),
  }
}

function isIncluded({ included }: ElementUnit, { processId }: PickedElement): boolean {
  return included.includes(processId)
}

export async function download({ id, processId, picked }: Calls['download']['params']): Promise<Blob> {
  const unit = await readElementUnit(storeOf(id), id, { processId, elements: picked })
  return new Blob([unitJson(unit)], { type: 'application/json' })
}

export async function task({ id, processId, elementId }: Calls['task']['params']): Promise<TaskView> {
  const unit = await readElementUnit(storeOf(id), id, { processId })
  const { elements, flows, hash } = describeProcess(unit, processId)
  const element = elements.find((each) => each.id === elementId)
  if (element === undefined) throw new Error(`There is no element “${elementId}” in “${processId}” any more.`)
  const { name, script, json: text } = taskIn(unit.specs[processId]?.text ?? '', element)
  return {
    element,
    flowsIn: flows.filter(({ to }) => to === elementId),
    flowsOut: flows.filter(({ from }) => from === elementId),
    ...(name === undefined ? {} : { name: name.value }),
    ...(script === undefined ? {} : { script: script.value }),
    json: indented(text),
    base: hash,
  }
}
