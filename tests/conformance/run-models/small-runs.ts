import { readFileSync } from 'node:fs'
import type { UnitData } from '../../../ts/deciders/units/index.js'
import type { RecordedRun } from './compare-runs.js'
import { differencesOf } from './compare-runs.js'
import type { ModelRun } from './model-run.js'
import { runModel } from './model-run.js'
import { functionFor, functions } from './python-scripts.js'
import { smallModels } from './small-models.mjs'
import type { SmallModel } from './small-models.mjs'

const recorded = JSON.parse(
  readFileSync(new URL('../../fixtures/unit-runs/spiffworkflow.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, RecordedRun>>

/** What writers of older dialects left out. */
const NOT_IN: Readonly<Record<string, readonly string[]>> = {
  'event-subprocess': ['a', 'b'],
  'event-subprocess-inside': ['a', 'b'],
  error: ['a'],
  'error-call': ['a'],
  'escalation-ends': ['a'],
}

/** The small models of a dialect which say all that was recorded of C. */
export function modelsIn(dialect: 'a' | 'b' | 'c'): readonly SmallModel[] {
  return smallModels(dialect).filter(({ name }) => NOT_IN[name]?.includes(dialect) !== true)
}

/** The names of what was recorded. */
export const recordedNames: readonly string[] = Object.keys(recorded)

export async function runSmallModel(model: SmallModel, plainTasksWait = false): Promise<ModelRun> {
  const { specs, process, startData, answers, messages, timersFirst } = model
  return runModel(specs, process, {
    scriptFor: functionFor,
    functions,
    plainTasksWait,
    ...(startData !== undefined && { startData: startData as UnitData }),
    ...(answers !== undefined && { answers: answers as Readonly<Record<string, readonly UnitData[]>> }),
    ...(messages !== undefined && { messages }),
    ...(timersFirst !== undefined && { timersFirst }),
  })
}

/** What is different from what SpiffWorkflow came to. */
export function differencesFromRecord(name: string, run: ModelRun): readonly string[] {
  const record = recorded[name]
  return record === undefined ? ['it was not recorded'] : differencesOf(run, record)
}
