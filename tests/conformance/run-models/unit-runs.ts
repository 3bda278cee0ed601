import { readdirSync } from 'node:fs'
import { hasRecords, RECORDS, readText } from '../records.js'
import { modelInputs } from './model-inputs.js'
import type { ModelRun } from './model-run.js'
import { processIdsOf, runModel } from './model-run.js'
import { functionFor, functions } from './python-scripts.js'

type Dialect = 'a' | 'b' | 'c'

/** A recorded model, which nobody has recorded a run of: what it comes to here, in each dialect that there is. */
export interface ModelRuns {
  readonly model: string
  readonly c: ModelRun
  readonly older: Readonly<Partial<Record<'a' | 'b', ModelRun>>>
}

/** What older dialects leave out. */
export type Unsaid = 'event subprocess' | 'variable' | 'condition' | 'participants'

/** What A and B do not say, which the model needs. */
export const UNSAID: Readonly<Record<string, { readonly what: Unsaid; readonly in: string }>> = {
  'bpmn-conditional_event--intermediate': { what: 'condition', in: 'ab' },
  'bpmn-correlation_two_conversations--collab': { what: 'participants', in: 'b' },
  'bpmn-multiple-throw-start--collab': { what: 'participants', in: 'b' },
  'bpmn-event-subprocess': { what: 'event subprocess', in: 'ab' },
  'own-event-subprocess-timer': { what: 'event subprocess', in: 'ab' },
  'spiff-correlation--collab': { what: 'participants', in: 'b' },
  'spiff-correlation--proc_1': { what: 'variable', in: 'ab' },
  'spiff-correlation--proc_2': { what: 'variable', in: 'ab' },
  'spiff-correlation_two_conversations': { what: 'variable', in: 'ab' },
  'spiff-default_correlation_key': { what: 'variable', in: 'ab' },
  'spiff-error_event_payload': { what: 'variable', in: 'a' },
  'spiff-receive_correlations': { what: 'variable', in: 'ab' },
  'spiff-user_task_variable--one': { what: 'variable', in: 'ab' },
  'spiff-waiting_event': { what: 'variable', in: 'ab' },
}

/** Models that come to no end in SpiffWorkflow either, given the same: one is made to fail, one needs a program around it. */
export const FAILS_THERE: ReadonlySet<string> = new Set([
  'bpmn-call_activity_with_error',
  'spiff-prescript_postscript_data_object',
])

/** The models, without their dialects; none where they are not beside the project. */
export const recordedModels: readonly string[] = hasRecords
  ? readdirSync(`${RECORDS}units/models`)
      .flatMap((name) => /^(.*)--c$/.exec(name)?.[1] ?? [])
      .sort()
  : []

const DEEPEST = 12

/** Runs a model in all of its dialects, with what its own test gives it. */
export async function runsOf(model: string): Promise<ModelRuns> {
  const there = new Set(readdirSync(`${RECORDS}units/models`))
  const older: Partial<Record<'a' | 'b', ModelRun>> = {}
  for (const dialect of ['a', 'b'] as const) {
    if (there.has(`${model}--${dialect}`)) older[dialect] = await runOf(model, dialect)
  }
  return { model, c: await runOf(model, 'c'), older }
}

async function runOf(model: string, dialect: Dialect): Promise<ModelRun> {
  const specs = readText(`units/models/${model}--${dialect}/specs.json`)
  const [process = ''] = processIdsOf(specs)
  const inputs = modelInputs[model] ?? {}
  return runModel(specs, process, {
    scriptFor: functionFor,
    functions,
    limits: { depth: DEEPEST },
    ...inputs,
  })
}
