// What TOUR says of flows over units as code that compiles, and each wrong use as code that does not. It is never run: `tsc`
// is the test.
import type { FlowGiven, FlowReport, FlowResult, PlainReport } from '../../ts/flows/index.js'
import { createFlowRunner, defineTask, of } from '../../ts/flows/index.js'
import type { ElementTasks, FlowElement, UnitFlow, UnitFlowOptions } from '../../ts/flows/units/index.js'
import { flowFromUnit, versionsOf } from '../../ts/flows/units/index.js'
import type { RecordStore } from '../../ts/records/index.js'
import type { Schema } from '../../ts/schema/index.js'
import type { CacheStore } from '../../ts/stores/index.js'
import { prune } from '../../ts/units/index.js'

declare const store: CacheStore
declare const records: RecordStore
/** A schema that makes something else of what it is given, as Zod's do. */
declare const price: Schema<string, number>

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
/** Compiles where the value is of exactly this type: `any` passes for nothing but `any`. */
function isExactly<T>(): <V>(value: V, ...same: Same<V, T> extends true ? [] : [never]) => void {
  return () => undefined
}

const download = defineTask({
  name: 'download',
  inputs: { url: of<string>() },
  outputs: { rows: of<readonly number[]>() },
  run: ({ url }) => ({ rows: [url.length] }),
})
const summarise = defineTask({
  name: 'summarise',
  inputs: { rows: of<readonly number[]>() },
  outputs: { total: of<number>() },
  run: ({ rows }) => ({ total: rows.length }),
})

const nightly = await flowFromUnit(store, 'reports', 'Nightly', {
  tasks: { Download: download, Summarise: summarise },
})
isExactly<UnitFlow>()(nightly)
isExactly<string>()(nightly.unit.version)
// What a spec says is not known when this is compiled.
declare const given: FlowGiven<typeof nightly>
isExactly<unknown>()(given['url'])
declare const made: FlowResult<typeof nightly>
isExactly<unknown>()(made['total'])

const tasks: ElementTasks = {
  'Nightly/Download': download,
  Wait_A_Little: 'skip',
  'http/Get': (element) => {
    isExactly<FlowElement>()(element)
    isExactly<string>()(element.process)
    isExactly<string | undefined>()(element.script)
    return element.lane === undefined ? download : 'skip'
  },
}
const declared = await flowFromUnit(store, 'reports', 'Nightly', {
  tasks,
  name: 'nightly',
  input: { url: of<string>(), limit: price },
  result: { total: of<number>() },
  version: '2',
  limits: { atOnce: 1 },
  earlier: [nightly],
  expansion: { depth: 3, elements: 100 },
  migrate: ({ next }) => ({ next }),
})
declare const typed: FlowGiven<typeof declared>
isExactly<{ readonly url: string; readonly limit: string }>()(typed)
declare const ended: FlowResult<typeof declared>
isExactly<number>()(ended.total)
isExactly<unknown>()(ended['rows'])

const runner = createFlowRunner({ records, flows: [nightly, declared] })
const id = await runner.schedule(declared, { url: 'x', limit: '9' }, { key: 'a' })
const report = await runner.run({ id })
isExactly<FlowReport<typeof declared>>()(report)
if (report.status === 'completed') isExactly<number>()(report.result.total)
await runner.rerun(id, { from: 'Shipping/Pack' })
await runner.schedule(nightly, { anything: 1 })
isExactly<PlainReport | undefined>()(await runner.run())
isExactly<readonly string[]>()(await versionsOf(records, [nightly]))
await prune(store, { held: await versionsOf(records) })
const options: UnitFlowOptions = { tasks }
await flowFromUnit(store, 'reports', 'Nightly', options)

// @ts-expect-error: tasks are needed
await flowFromUnit(store, 'reports', 'Nightly', {})
// @ts-expect-error: options are needed
await flowFromUnit(store, 'reports', 'Nightly')
// @ts-expect-error: a store keeps the workflow, records do not
await flowFromUnit(records, 'reports', 'Nightly', { tasks })
// @ts-expect-error: a process has an id
await flowFromUnit(store, 'reports', { tasks })
// @ts-expect-error: the function of a task is no task
await flowFromUnit(store, 'reports', 'Nightly', { tasks: { Download: () => ({ rows: [] }) } })
// @ts-expect-error: a function makes a task at once
await flowFromUnit(store, 'reports', 'Nightly', { tasks: { Download: async () => download } })
// @ts-expect-error: no such word
await flowFromUnit(store, 'reports', 'Nightly', { tasks: { Download: 'ignore' } })
// @ts-expect-error: a flow is no task
await flowFromUnit(store, 'reports', 'Nightly', { tasks: { Download: nightly } })
// @ts-expect-error: an element has no such field
await flowFromUnit(store, 'reports', 'Nightly', { tasks: { A: (element) => element.shape } })
// @ts-expect-error: an input is a schema
await flowFromUnit(store, 'reports', 'Nightly', { tasks, input: { url: 'text' } })
// @ts-expect-error: no such limit
await flowFromUnit(store, 'reports', 'Nightly', { tasks, expansion: { width: 3 } })
// @ts-expect-error: no such option
await flowFromUnit(store, 'reports', 'Nightly', { tasks, evaluate: () => true })
// @ts-expect-error: the limit is missing
await runner.schedule(declared, { url: 'x' })
// @ts-expect-error: the limit is given as a text
await runner.schedule(declared, { url: 'x', limit: 9 })
// @ts-expect-error: it has no such input
await runner.schedule(declared, { url: 'x', limit: '9', day: 1 })
// @ts-expect-error: what is not declared is unknown
made['total'].toFixed(2)
// @ts-expect-error: the total is a number
ended.total.trim()
// @ts-expect-error: records keep executions, a store does not
await versionsOf(store)
// @ts-expect-error: what a flow was made from does not change
nightly.unit.version = ''
