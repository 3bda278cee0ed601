import { readdirSync } from 'node:fs'
import { hasRecords, readJson, readText, RECORDS } from '../records.js'
import type { RecordedRun } from './compare-runs.js'
import { countsOf, differencesOf, isPartOf } from './compare-runs.js'
import type { ModelRun } from './model-run.js'
import { runModel } from './model-run.js'
import { functionFor, functions } from './python-scripts.js'

interface Recorded {
  readonly status: string
  readonly completed: readonly { readonly process: string; readonly task: string }[]
  readonly data: unknown
}
interface LazyRecord {
  readonly model: string
  readonly process: string
  readonly specs: string
  readonly runs: readonly {
    readonly strategy: string
    readonly timersFirst: boolean
    readonly startData: Readonly<Record<string, never>>
    readonly answers: Readonly<Record<string, never>>
    readonly full: Recorded
    readonly lazy: Recorded
  }[]
}

/** A run that was recorded for lazy loading, and the same run here. */
export interface LazyRun {
  readonly model: string
  readonly process: string
  readonly how: string
  readonly ours: ModelRun
  /** How the recorded run ended. */
  readonly status: string
  /** What is different from the record; of a run that was cut off there, from the part that both have. */
  readonly differences: readonly string[]
}

/** The files of the recorded runs; none where they are not beside the project. */
export const lazyRecords: readonly string[] = hasRecords
  ? readdirSync(`${RECORDS}lazy`)
      .filter((file) => file.endsWith('--run.json'))
      .sort()
  : []

/** Deep enough for all models that end, and a sign of those that do not. */
const DEEPEST = 12

/** Runs a model as each of its records says. Its people answer nothing: no record has anything else. */
export async function lazyRuns(file: string, plainTasksWait = false): Promise<readonly LazyRun[]> {
  const { model, process, specs, runs } = readJson(`lazy/${file}`) as LazyRecord
  const text = readText(`lazy/${specs}`)
  const found: LazyRun[] = []
  for (const { strategy, timersFirst, startData, answers, full, lazy } of runs) {
    if (Object.keys(answers).length > 0) throw new Error(`${file}: its people answer something`)
    const ours = await runModel(text, process, {
      scriptFor: functionFor,
      functions,
      startData,
      timersFirst,
      plainTasksWait,
      limits: { depth: DEEPEST },
    })
    const how = timersFirst ? `${strategy}, timers first` : strategy
    const differences = [full, lazy].flatMap((recorded) => differencesFrom(ours, recorded))
    found.push({ model, process, how, ours, status: full.status, differences: [...new Set(differences)] })
  }
  return found
}

function differencesFrom(ours: ModelRun, { status, completed, data }: Recorded): readonly string[] {
  const counts = countsOf(completed.map(({ process, task }) => `${process}/${task}`))
  const recorded: RecordedRun = { status, completed: counts, data }
  if (status === 'completed') return differencesOf(ours, recorded)
  if (status === 'it waits for what does not come')
    return differencesOf(ours, { ...recorded, status: 'waits' })
  const here = countsOf(ours.completed)
  const isPart = isPartOf(here, counts) || isPartOf(counts, here)
  return isPart
    ? []
    : [`neither ${JSON.stringify(here)} nor ${JSON.stringify(counts)} is a part of the other`]
}
