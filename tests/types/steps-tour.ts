// TOUR's page on steps as code that compiles, and each wrong use as code that does not. It is never run: `tsc` is the test.
import type { Schema } from '../../ts/schema/index.js'
import { of } from '../../ts/schema/index.js'
import type {
  StepGives,
  StepName,
  StepNeeds,
  WorkflowNeeds,
  WorkflowResult,
} from '../../ts/steps/definitions/index.js'
import type { State, StepRunReport } from '../../ts/steps/index.js'
import {
  createRecordState,
  createRunner,
  createState,
  createStepWorkflow,
  defineModel,
  defineStep,
  orThrow,
} from '../../ts/steps/index.js'
import { restoreRunner, saveRunner } from '../../ts/steps/saved/index.js'
import type { RecordStore } from '../../ts/records/index.js'

interface Row {
  amount: number
}

declare function dropEmpty(rows: Row[]): Row[]
declare function meanOf(rows: Row[]): number
/** A schema that makes something else of what it is given, as Zod's do. */
declare const parsed: Schema<string, number>
declare const maybe: Schema<string | undefined, string>

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
/** Compiles where the value is of exactly this type: `any` passes for nothing but `any`. */
function isExactly<T>(): <V>(value: V, ...same: Same<V, T> extends true ? [] : [never]) => void {
  return () => undefined
}

const Clean = defineModel({
  name: 'Clean',
  version: 2,
  inputs: { data: of<Row[]>() },
  outputs: { clean: of<Row[]>(), dropped: of<number>() },
  run: ({ data }, step) => {
    isExactly<Row[]>()(data)
    isExactly<AbortSignal>()(step.signal)
    step.progress(50)
    return { clean: dropEmpty(data), dropped: 1 }
  },
})
const Mean = defineModel({
  name: 'Mean',
  inputs: { data: of<Row[]>(), factor: maybe },
  outputs: { mean: of<number>() },
  run: async ({ data, factor }) => {
    isExactly<string>()(factor)
    return { mean: meanOf(data) }
  },
})
const Format = defineModel({
  name: 'Format',
  inputs: { text: parsed },
  outputs: { shown: of<string>() },
  run: ({ text }) => ({ shown: text.toFixed(2) }),
})

const clean = defineStep({ model: Clean, inputs: { data: 'raw' }, outputs: { clean: 'tidy' } })
const mean = defineStep({
  name: 'average',
  model: Mean,
  inputs: { data: 'tidy' },
  outputs: { mean: 'average.value' },
  cache: { policy: 'default', ignore: ['data'], ttl: '1h' },
})
const format = defineStep({
  model: Format,
  inputs: { text: 'note' },
  outputs: { shown: 'shown' },
  cache: 'recompute',
})

declare const cleanNeeds: StepNeeds<typeof clean>
isExactly<{ readonly raw: Row[] }>()(cleanNeeds)
declare const cleanGives: StepGives<typeof clean>
isExactly<{ readonly tidy: Row[] }>()(cleanGives)

const workflow = createStepWorkflow([mean, clean, format], { name: 'etl' })
declare const needs: WorkflowNeeds<typeof workflow>
isExactly<{ readonly raw: Row[]; readonly note: string }>()(needs)
declare const result: WorkflowResult<typeof workflow>
isExactly<{ readonly 'average.value': number; readonly shown: string }>()(result)
declare const name: StepName<typeof workflow>
isExactly<'average' | 'Clean' | 'Format'>()(name)

// Steps that are known at run time alone.
const some = [clean, format].filter(({ cache }) => cache.policy !== 'off')
createStepWorkflow(some)

// Running.
declare const raw: Row[]
const state = createState({ raw, note: 'n', more: 1 }, { mutable: true })
isExactly<State<{ raw: Row[]; note: string; more: number }>>()(state)
const runner = createRunner({ workflow, state })
const report = await runner.run({ force: ['Clean'], from: 'average', snapshots: true })
isExactly<StepRunReport<WorkflowResult<typeof workflow>>>()(report)
if (report.status === 'completed') {
  isExactly<number>()(report.outputs['average.value'])
  isExactly<string>()(report.outputs.shown)
} else {
  isExactly<number | undefined>()(report.outputs['average.value'])
  isExactly<string>()(report.error.message)
}
isExactly<{ readonly 'average.value': number; readonly shown: string }>()(orThrow(await runner.rerun()))
for (const step of (await runner.plan({ from: 'Format' })).steps) {
  if (step.type === 'run') isExactly<string[]>()(step.changes?.map(({ state: of }) => of) ?? [])
}
isExactly<string | undefined>()((await runner.last('Clean'))?.version)
isExactly<string | undefined>()((await runner.lastReport())?.error?.message)
isExactly<Row[]>()(await state.get('raw'))
for await (const row of state.watch('raw')) isExactly<Row[]>()(row)
// State whose values are known at run time alone, a function that gives it, a name that stands for it.
declare const records: RecordStore
const kept = createRecordState({ records, name: 'etl', mutable: true })
createRunner({ workflow, state: kept, concurrency: 2, retry: { attempts: 3 }, timeout: '1m' })
createRunner({ workflow: () => workflow, state: async () => state })
createRunner({
  workflow: 'etl',
  state: 'main',
  registry: { workflows: { etl: workflow }, states: { main: kept } },
})
await restoreRunner(await saveRunner(runner), { registry: { workflows: { etl: workflow } } })

// @ts-expect-error: a model has a name
defineModel({ run: () => undefined })
// @ts-expect-error: a model has a function
defineModel({ name: 'none' })
// @ts-expect-error: the output is missing
defineModel({ name: 'none', outputs: { a: of<number>() }, run: () => ({}) })
// @ts-expect-error: the output is of another type
defineModel({ name: 'none', outputs: { a: of<number>() }, run: () => ({ a: 'one' }) })
// @ts-expect-error: there is no such input
defineModel({ name: 'none', inputs: { a: of<number>() }, run: ({ b }) => console.log(b) })
// @ts-expect-error: an input is a schema
defineModel({ name: 'none', inputs: { a: Number }, run: () => undefined })
// @ts-expect-error: a version is a number or a text
defineModel({ name: 'none', version: { major: 1 }, run: () => undefined })
// @ts-expect-error: a field that has no default is wired
defineStep({ model: Clean, outputs: { clean: 'tidy' } })
// @ts-expect-error: the model has no such field
defineStep({ model: Clean, inputs: { data: 'raw', more: 'x' }, outputs: { clean: 'tidy' } })
// @ts-expect-error: the model has no such output
defineStep({ model: Clean, inputs: { data: 'raw' }, outputs: { tidy: 'tidy' } })
// @ts-expect-error: a field has one source
defineStep({ model: Clean, inputs: { data: ['raw', 'other'] }, outputs: { clean: 'tidy' } })
// @ts-expect-error: no such policy
defineStep({ model: Clean, inputs: { data: 'raw' }, outputs: { clean: 'tidy' }, cache: 'always' })
const wires = { model: Clean, inputs: { data: 'raw' } } as const
// @ts-expect-error: only fields can be ignored
defineStep({ ...wires, outputs: { clean: 'tidy' }, cache: { ignore: ['clean'] } })
// @ts-expect-error: a step is of a model
defineStep({ model: () => undefined })
const wrongType = defineStep({ model: Format, inputs: { text: 'tidy' }, outputs: { shown: 'x' } })
// @ts-expect-error: what is given is no text
createStepWorkflow([clean, wrongType])
const second = defineStep({
  name: 'second',
  model: Clean,
  inputs: { data: 'other' },
  outputs: { clean: 'tidy' },
})
// @ts-expect-error: both give tidy
createStepWorkflow([clean, second])
// @ts-expect-error: a workflow is made of steps
createStepWorkflow([Clean])
// @ts-expect-error: steps are frozen
workflow.steps.push(clean)
// @ts-expect-error: the state has no note
createRunner({ workflow, state: createState({ raw }) })
// @ts-expect-error: the note is no text
createRunner({ workflow, state: createState({ raw, note: 5 }) })
// @ts-expect-error: a function gives state that has no note
createRunner({ workflow, state: async () => createState({ raw }) })
// @ts-expect-error: values are no state
createRunner({ workflow, state: { raw, note: 'n' } })
// @ts-expect-error: steps are no workflow
createRunner({ workflow: [clean], state: kept })
// @ts-expect-error: no such option
createRunner({ workflow, state, useExtracts: false })
// @ts-expect-error: no such step to force
await runner.run({ force: ['tidy'] })
// @ts-expect-error: no such step to begin from
await runner.run({ from: 'Mean' })
// @ts-expect-error: no such step in a plan
await runner.plan({ force: ['Mean'] })
// @ts-expect-error: no such step was computed
await runner.last('raw')
// @ts-expect-error: what a step reads is no output of the run
console.log(orThrow(await runner.run()).tidy)
// @ts-expect-error: an output may be missing where the run has not completed
isExactly<number>()(report.outputs['average.value'])
// @ts-expect-error: a report is not changed
report.ran.push('Clean')
// @ts-expect-error: names are values, in whatever type
await state.set(5, 'five')
// @ts-expect-error: a runner goes on over a registry
await restoreRunner(await saveRunner(runner), {})
