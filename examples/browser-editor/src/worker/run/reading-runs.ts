import { readManifest } from 'unitflow'
import type { ActiveElement } from 'unitflow'
import type { HistoryEvent, ProcessInfo } from 'unitflow/deciders'
import type { CompletedUnitElement } from 'unitflow/deciders/units'
import type { Calls } from '../../protocol.js'
import type { RunProblem, RunProcess, RunState, RunSummary, RunView, Wait } from '../../run-protocol.js'
import { storeOf } from '../database.js'
import { described } from './described.js'
import { humanTask } from './human-task.js'
import { processesOf, treeOf } from './run-tree.js'
import { runsOf } from './runs.js'
import type { Runs } from './runs.js'
import { messagesAt, timersIn } from './waits.js'
import type { Place } from './waits.js'

/** So many runs are listed, the newest first. */
const LISTED = 50

export async function runs({ id }: Calls['runs']['params']): Promise<readonly RunSummary[]> {
  const known = await runsOf(id)
  if (known === undefined) return []
  const processes = await processesOf(known)
  const top = processes.filter(({ parent }) => parent === undefined)
  top.sort((a, b) => b.startedAt - a.startedAt)
  const listed = await Promise.all(top.slice(0, LISTED).map((info) => summaryOf(known, info).catch(() => [])))
  return listed.flat()
}

async function summaryOf(known: Runs, info: ProcessInfo): Promise<RunSummary> {
  const [started] = await known.backend.history(info.id, { limit: 1 })
  const { processId, version, retryOf } = startOf(started)
  const places = info.closed === undefined ? await placesOf(known, info.id, processId) : []
  const names = await Promise.all(
    places.map(async ({ process, element }) => {
      const { elements } = await described(known.id, version, process)
      return elements.find((each) => each.id === element)?.name ?? element
    }),
  )
  return {
    run: info.id,
    processId,
    version,
    startedAt: info.startedAt,
    state: stateOf(info),
    at: names,
    ...(retryOf === undefined ? {} : { retryOf }),
  }
}

function startOf(started: HistoryEvent | undefined): {
  readonly processId: string
  readonly version: string
  readonly retryOf?: string
} {
  if (started?.type !== 'process-started') throw new Error('This run is not there any more.')
  const { input, origin } = started
  const { processId, version } = Object(input) as { readonly processId?: unknown; readonly version?: unknown }
  if (typeof processId !== 'string' || typeof version !== 'string')
    throw new Error('This is no run of a workflow.')
  return { processId, version, ...(origin?.type === 'forked' ? { retryOf: origin.process } : {}) }
}

function stateOf({ closed }: ProcessInfo): RunState {
  const type = closed?.result.type ?? 'open'
  return type === 'continued' ? 'completed' : type
}

async function placesOf({ engine }: Runs, process: string, processId: string): Promise<readonly Place[]> {
  const active: readonly ActiveElement[] = await engine.manager.active(process)
  return active.map((at) =>
    typeof at === 'string'
      ? { process: processId, element: at }
      : { process: at.processId, element: at.elementId },
  )
}

export async function run({ id, run: ofRun }: Calls['run']['params']): Promise<RunView> {
  const known = await runsOf(id)
  const tree = known === undefined ? [] : await treeOf(known, ofRun)
  const [info] = tree
  if (known === undefined || info === undefined) throw new Error('This run is not there any more.')
  const { manager, workflow } = known.engine
  const summary = await summaryOf(known, info)
  const { version, processId } = summary
  const open = tree.filter(({ closed }) => closed === undefined)
  const [manifest, completed, places, tasks] = await Promise.all([
    readManifest(storeOf(id), id),
    workflow.completed(manager, ofRun),
    info.closed === undefined ? placesOf(known, ofRun, processId) : [],
    tasksOf(known, open),
  ])
  const problem = problemOf(known, info, open)
  const result = info.closed?.result
  return {
    ...summary,
    currentVersion: manifest.version,
    tasks,
    waits: await waitsOf(known, version, open, places),
    processes: await processesShown(id, version, processId, completed, places),
    ...(problem === undefined ? {} : { problem }),
    ...(result?.type === 'completed' ? { result: JSON.stringify(result.result, undefined, 2) } : {}),
  }
}

async function tasksOf({ engine }: Runs, open: readonly ProcessInfo[]): Promise<RunView['tasks']> {
  const ids = new Set(open.map(({ id }) => id))
  const waiting = await engine.manager.waiting({ activity: engine.workflow.human })
  return waiting.flatMap(({ process, token, input }) => {
    // Without a token it has yet to be offered by a worker.
    if (token === undefined || !ids.has(process)) return []
    return [humanTask(token, input)]
  })
}

async function waitsOf(
  { id, engine }: Runs,
  version: string,
  open: readonly ProcessInfo[],
  places: readonly Place[],
): Promise<readonly Wait[]> {
  const histories = await Promise.all(open.map((process) => engine.manager.history(process.id)))
  const processes = histories.map(([started]) => startOf(started).processId)
  const messages = await messagesAt(places, processes, (process) => described(id, version, process))
  const timers = histories.flatMap(timersIn).sort((a, b) => timeOf(a) - timeOf(b))
  return Promise.all(
    [...messages, ...timers].map(async (wait) => {
      const { elements } = await described(id, version, wait.process)
      const drawn = elements.find((each) => each.id === wait.element)?.name
      return drawn === undefined ? wait : { ...wait, drawn }
    }),
  )
}

function timeOf(wait: Wait): number {
  return wait.type === 'timer' ? wait.at : 0
}

/** Why a run has failed; or with what deciding on one of its processes has failed last. */
function problemOf(
  { functions }: Runs,
  info: ProcessInfo,
  open: readonly ProcessInfo[],
): RunProblem | undefined {
  const result = info.closed?.result
  const failing = open.find(({ failures }) => failures !== undefined)
  const error = result?.type === 'failed' ? result.error : failing?.failures?.error
  if (error === undefined) return undefined
  const { code = error.name, message } = error
  const fields: Readonly<Record<string, unknown>> = error.fields ?? {}
  const process = textOf(fields['process'])
  const element = textOf(fields['element'])
  const expression = textOf(fields['expression'])
  const keys = ['', ':prescript', ':postscript'].map((part) => `${process ?? ''}/${element ?? ''}${part}`)
  return {
    code,
    message,
    ...(process === undefined ? {} : { process }),
    ...(element === undefined ? {} : { element }),
    ...(expression === undefined ? {} : { expression }),
    keys: keys.filter((key) => functions.known.has(key)),
    goesOn: result === undefined,
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** The processes that a run has been to, as they were drawn. */
async function processesShown(
  id: string,
  version: string,
  top: string,
  completed: readonly CompletedUnitElement[],
  places: readonly Place[],
): Promise<readonly RunProcess[]> {
  const times = new Map<string, number>()
  for (const { process, element } of completed) {
    const key = JSON.stringify([process, element])
    times.set(key, (times.get(key) ?? 0) + 1)
  }
  const ids = new Set([
    ...places.map(({ process }) => process),
    top,
    ...completed.map(({ process }) => process),
  ])
  return Promise.all(
    [...ids].map(async (process) => {
      const { name, elements } = await described(id, version, process)
      return {
        id: process,
        ...(name === undefined ? {} : { name }),
        elements: elements.map((element) => ({
          element,
          isActive: places.some((place) => place.process === process && place.element === element.id),
          times: times.get(JSON.stringify([process, element.id])) ?? 0,
        })),
      }
    }),
  )
}
