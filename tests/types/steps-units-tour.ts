// TOUR's lines on steps over units as code that compiles, and each wrong use as code that does not. It is never run: `tsc` is the test.
import type { CacheStore } from '../../ts/stores/cache-store.js'
import type { State, StepWorkflow } from '../../ts/steps/index.js'
import { createRunner, createState, defineModel, of, orThrow } from '../../ts/steps/index.js'
import type { CachedProcess, CallingProcess } from '../../ts/steps/units/index.js'
import { perProcess } from '../../ts/steps/units/index.js'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
/** Compiles where the value is of exactly this type: `any` passes for nothing but `any`. */
function isExactly<T>(): <V>(value: V, ...same: Same<V, T> extends true ? [] : [never]) => void {
  return () => undefined
}

declare const store: CacheStore
declare const state: State

const Lint = defineModel({
  name: 'Lint',
  inputs: { process: of<CachedProcess>() },
  outputs: { findings: of<string[]>() },
  run: ({ process }) => ({ findings: process.unit.included.filter((id) => id !== process.processId) }),
})
const Depth = defineModel({
  name: 'Depth',
  inputs: { process: of<CallingProcess>() },
  outputs: { depth: of<number>(), note: of<string>() },
  run: async ({ process }) => {
    isExactly<CachedProcess | undefined>()(await process.read('Shipping'))
    return { depth: process.calls.length, note: process.text }
  },
})
const Other = defineModel({ name: 'Other', inputs: { data: of<string>() }, run: () => undefined })
const More = defineModel({
  name: 'More',
  inputs: { process: of<CachedProcess>(), rules: of<string>() },
  run: () => undefined,
})
const Wrong = defineModel({ name: 'Wrong', inputs: { process: of<string>() }, run: () => undefined })

// One that reads nothing of what is called may depend on it all the same.
const lint = perProcess({ model: Lint, depends: 'calls' })
const depth = perProcess({ model: Depth, depends: 'calls', cache: { ttl: '1d' } })
perProcess({ model: Lint })

const report = await lint.run(store, 'orders', { state, force: ['Order'], concurrency: 2 })
isExactly<{ readonly findings: string[] } | undefined>()(report.outputs['Order'])
isExactly<readonly string[]>()(report.ran)
isExactly<number>()(report.dropped)
isExactly<number | undefined>()(orThrow(await depth.run(store, 'orders', { state }))['Order']?.depth)
isExactly<readonly string[]>()((await lint.plan(store, 'orders', { state, version: 'v' })).runs)
const workflow = await lint.workflow(store, 'orders')
isExactly<StepWorkflow>()(workflow)
await createRunner({ workflow, state: createState({}, { mutable: true }) }).run()

// @ts-expect-error: what it calls is not there to be read
perProcess({ model: Depth })
// @ts-expect-error: it is not of processes
perProcess({ model: Other })
// @ts-expect-error: it has another input
perProcess({ model: More })
// @ts-expect-error: a process is no text
perProcess({ model: Wrong })
// @ts-expect-error: no such dependence
perProcess({ model: Lint, depends: 'all' })
// @ts-expect-error: fields to ignore are of state, and there is none
perProcess({ model: Lint, cache: { ignore: ['process'] } })
// @ts-expect-error: results are kept somewhere
await lint.run(store, 'orders', {})
// @ts-expect-error: there is one way to write a list of processes
await lint.run(store, 'orders', { state, force: 'Order' })
// @ts-expect-error: a plan is not called off
await lint.plan(store, 'orders', { state, signal: new AbortController().signal })
// @ts-expect-error: no such output
console.log(report.outputs['Order']?.depth)
// @ts-expect-error: a report is not changed
report.ran.push('Order')
