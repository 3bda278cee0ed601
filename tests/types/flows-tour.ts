// TOUR's page on flows as code that compiles, and each wrong use as code that does not. It is never run: `tsc` is the test.
import type {
  CommittedFlowEvents,
  ExecutionId,
  ExecutionInfo,
  FlowEvent,
  FlowGiven,
  FlowReader,
  FlowReport,
  FlowResult,
  FlowRunner,
  FlowStatus,
  PlainReport,
  TaskName,
  TaskProgress,
} from '../../ts/flows/index.js'
import { createFlowRunner, defineFlow, defineTask, of, readFlows } from '../../ts/flows/index.js'
import type { Outcome } from '../../ts/outcome/index.js'
import type { RecordStore } from '../../ts/records/index.js'
import type { Schema } from '../../ts/schema/index.js'
import type { Value } from '../../ts/values/index.js'

interface Row {
  amount: number
}

declare const records: RecordStore
declare const url: string
declare function read(
  url: string,
  options: { readonly signal: AbortSignal; readonly onProgress: (percent: number) => void },
): Promise<Row[]>
/** A schema that makes something else of what it is given, as Zod's do. */
declare const price: Schema<string, number>
declare const maybe: Schema<string | undefined, string>

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
/** Compiles where the value is of exactly this type: `any` passes for nothing but `any`. */
function isExactly<T>(): <V>(value: V, ...same: Same<V, T> extends true ? [] : [never]) => void {
  return () => undefined
}

const download = defineTask({
  name: 'download',
  inputs: { url: of<string>() },
  outputs: { rows: of<Row[]>() },
  retry: { attempts: 3 },
  timeout: '2m',
  heartbeat: '10s',
  run: async ({ url: from }, task) => {
    isExactly<string>()(from)
    isExactly<AbortSignal>()(task.signal)
    isExactly<string>()(task.idempotencyKey)
    isExactly<number>()(task.attempt)
    isExactly<Value>()(task.lastDetails)
    task.heartbeat({ row: 1 })
    task.progress(50, 'half of it')
    return { rows: await read(from, { signal: task.signal, onProgress: task.progress }) }
  },
})
const summarise = defineTask({
  name: 'summarise',
  inputs: { rows: of<Row[]>() },
  outputs: { total: of<number>() },
  run: ({ rows }) => ({ total: rows.length }),
})
const convert = defineTask({
  name: 'convert',
  inputs: { total: of<number>() },
  outputs: { total: price },
  replaces: ['total'],
  run: ({ total }) => ({ total: total.toFixed(2) }),
})
const shout = defineTask({
  name: 'shout',
  inputs: { total: of<number>() },
  run: ({ total }) => console.log(total),
})
const hello = defineTask({ name: 'hello', outputs: { greeting: maybe }, run: () => ({}) })

const nightly = defineFlow('nightly', [download, summarise])
const priced = defineFlow('priced', [download, summarise, convert, shout], {
  version: '2',
  limits: { atOnce: 5, atOncePerKey: 1 },
  migrate: (old) => {
    isExactly<readonly string[]>()(old.tasks)
    isExactly<string>()(old.next)
    return old.next === 'sum' ? { next: 'summarise' } : undefined
  },
})
const greet = defineFlow('greet', [hello])

declare const given: FlowGiven<typeof nightly>
isExactly<{ readonly url: string }>()(given)
declare const made: FlowResult<typeof priced>
isExactly<{ readonly url: string; readonly rows: Row[]; readonly total: number }>()(made)
declare const task: TaskName<typeof priced>
isExactly<'download' | 'summarise' | 'convert' | 'shout'>()(task)

const runner = createFlowRunner({
  records,
  flows: [nightly, priced, greet],
  retry: { attempts: 5, backoff: 'exponential' },
  concurrency: 4,
  lease: '30s',
})
isExactly<FlowRunner>()(runner)

const id = await runner.schedule(nightly, { url })
isExactly<ExecutionId<typeof nightly>>()(id)
const later = await runner.schedule(
  priced,
  { url },
  { id: 'p-1', delay: '1h', key: 'shop-7', tags: ['night'] },
)
await runner.schedule(greet, {})
isExactly<string>()(await runner.schedule('nightly', { url }))
isExactly<PlainReport | undefined>()(await runner.run())
isExactly<PlainReport | undefined>()(await runner.run({ status: 'rescheduled' }))
const report = await runner.run({ id })
isExactly<FlowReport<typeof nightly>>()(report)
if (report.status === 'completed') isExactly<number>()(report.result.total)
if (report.status === 'failed') isExactly<string>()(report.task)
await runner.reschedule(later, { from: 'summarise' })
isExactly<FlowReport<typeof nightly>>()(await runner.rerun(id))
await runner.rerun(later, { from: 'convert' })
await runner.rerun(id, { anew: true })
const outcome = await runner.result(id)
isExactly<Outcome<FlowResult<typeof nightly>>>()(outcome)
if (outcome.status === 'completed') isExactly<Row[]>()(outcome.result.rows)
for await (const happened of runner.watch(id)) isExactly<FlowEvent | TaskProgress>()(happened)
isExactly<readonly string[]>()(await runner.recover())
await runner.recover({ owner: 'nightly@host' })
await runner.cancel(id, { reason: 'not needed' })
await runner.pause(id)
await runner.resume(id)
await runner.delete(id)
isExactly<number>()(await runner.prune({ olderThan: '30d' }))
isExactly<readonly string[]>()((await runner.rescheduleAll({ flow: 'nightly' })).done)
await runner.cancelAll({ tag: 'night' }, { reason: 'over' })
const end = runner.onEvents(({ execution, events }: CommittedFlowEvents) =>
  console.log(execution.id, events.length),
)
end()
const page = await runner.list({ flow: 'nightly', status: 'failed', reverse: true, limit: 10 })
isExactly<readonly ExecutionInfo[]>()(page.executions)
isExactly<FlowStatus | undefined>()(page.executions[0]?.status)

const reader = readFlows(records)
isExactly<FlowReader>()(reader)
isExactly<readonly FlowEvent[]>()(await reader.history(id))
isExactly<FlowResult<typeof nightly> | undefined>()(
  await reader.result(id).then((one) => (one.status === 'completed' ? one.result : undefined)),
)
isExactly<Readonly<Record<string, Value>> | undefined>()(
  await reader.result('some').then((one) => (one.status === 'completed' ? one.result : undefined)),
)

// A flow whose tasks are known at run time alone.
const some = [download, summarise].filter(({ timeout }) => timeout !== 0)
const dynamic = defineFlow('dynamic', some)
await runner.schedule(dynamic, { anything: 1 })

// @ts-expect-error: summarise before download
defineFlow('wrong', [summarise, download, summarise])
const text = defineTask({
  name: 'text',
  inputs: { rows: of<string>() },
  run: ({ rows }) => console.log(rows),
})
// @ts-expect-error: rows are not a text
defineFlow('wrong', [download, text])
const again = defineTask({ name: 'again', outputs: { rows: of<Row[]>() }, run: () => ({ rows: [] }) })
// @ts-expect-error: rows are given twice
defineFlow('wrong', [download, again])
const early = defineTask({
  name: 'early',
  outputs: { x: of<number>() },
  replaces: ['x'],
  run: () => ({ x: 1 }),
})
// @ts-expect-error: there is no x to replace
defineFlow('wrong', [download, early])
const same = defineTask({
  name: 'same',
  inputs: { x: of<number>() },
  outputs: { x: of<number>() },
  run: ({ x }) => ({ x }),
})
// @ts-expect-error: the first task gives its own input again
defineFlow('wrong', [same])
// @ts-expect-error: a flow is made of tasks
defineFlow('wrong', [() => undefined])
// @ts-expect-error: it has no name
defineTask({ outputs: {}, run: () => ({}) })
// @ts-expect-error: it has no function
defineTask({ name: 'none' })
// @ts-expect-error: the output is missing
defineTask({ name: 'none', outputs: { total: of<number>() }, run: () => ({}) })
// @ts-expect-error: the output is of another type
defineTask({ name: 'none', outputs: { total: of<number>() }, run: () => ({ total: 'many' }) })
// @ts-expect-error: nothing is returned
defineTask({ name: 'none', outputs: { total: of<number>() }, run: () => undefined })
// @ts-expect-error: there is no such input
defineTask({ name: 'none', inputs: { a: of<number>() }, run: ({ b }) => console.log(b) })
// @ts-expect-error: it replaces what is no output of its
defineTask({ name: 'none', outputs: { a: of<number>() }, replaces: ['b'], run: () => ({ a: 1 }) })
// @ts-expect-error: an input is a schema
defineTask({ name: 'none', inputs: { a: 'text' }, run: () => undefined })
// @ts-expect-error: no such duration
defineTask({ name: 'none', timeout: '2 minutes', run: () => undefined })
// @ts-expect-error: no such backoff
defineTask({ name: 'none', retry: { backoff: 'linear' }, run: () => undefined })
// @ts-expect-error: the url is missing
await runner.schedule(nightly, {})
// @ts-expect-error: the url is a text
await runner.schedule(nightly, { url: 7 })
// @ts-expect-error: it has no such input
await runner.schedule(nightly, { url, rows: [] })
// @ts-expect-error: a delay is a duration
await runner.schedule(nightly, { url }, { delay: 'soon' })
// @ts-expect-error: no such option
await runner.schedule(nightly, { url }, { priority: 1 })
// @ts-expect-error: no such status to run
await runner.run({ status: 'failed' })
// @ts-expect-error: the flow has no such task
await runner.rerun(id, { from: 'convert' })
// @ts-expect-error: the flow has no such task
await runner.reschedule(id, { from: 'convert' })
// @ts-expect-error: an outcome may be no result
await runner.result(id).then((one) => one.result)
// @ts-expect-error: the result has no such value
await runner.result(id).then((one) => (one.status === 'completed' ? one.result.sum : undefined))
// @ts-expect-error: no such status
await runner.list({ status: 'succeeded' })
// @ts-expect-error: the reader runs nothing
await reader.run()
// @ts-expect-error: records are needed
createFlowRunner({ flows: [nightly] })
// @ts-expect-error: flows are what defineFlow makes
createFlowRunner({ records, flows: [download] })
// @ts-expect-error: work goes on until a signal is aborted
await runner.work({})
// @ts-expect-error: a report of a flow that has failed has no result
if (report.status === 'failed') console.log(report.result)
// @ts-expect-error: inputs are not to be assigned to
defineTask({ name: 'none', inputs: { a: of<number>() }, run: (inputs) => void (inputs.a = 1) })
// @ts-expect-error: a flow has a name
defineFlow([download])
// @ts-expect-error: a limit is a number
defineFlow('wrong', [download], { limits: { atOnce: 'one' } })
// @ts-expect-error: migrate names a task, or nothing
defineFlow('wrong', [download], { migrate: () => 'download' })
