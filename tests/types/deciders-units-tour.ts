// What TOUR says of deciders over units as code that compiles, and each wrong use as code that does not. It is never run:
// `tsc` is the test.
import { defineActivity } from '../../ts/deciders/definitions/index.js'
import type { ProcessId } from '../../ts/deciders/definitions/index.js'
import type { Manager } from '../../ts/deciders/manager/index.js'
import type {
  CompletedUnitElement,
  UnboundElement,
  UnitBindings,
  UnitData,
  UnitLimits,
  UnitTask,
  UnitWorkflow,
} from '../../ts/deciders/units/index.js'
import { comparisons, defineUnitWorkflow } from '../../ts/deciders/units/index.js'
import type { Outcome } from '../../ts/outcome/index.js'
import { of } from '../../ts/schema/index.js'
import type { CacheStore } from '../../ts/stores/index.js'

declare const store: CacheStore
declare const manager: Manager

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
/** Compiles where the value is of exactly this type: `any` passes for nothing but `any`. */
function isExactly<T>(): <V>(value: V, ...same: Same<V, T> extends true ? [] : [never]) => void {
  return () => undefined
}

const post = defineActivity('post', async ({ parameters }: UnitTask) => ({
  sent: parameters?.['url'] !== undefined,
}))
const activities: UnitBindings = {
  'http/PostRequest': post,
  'Shipping/Pack': () => ({ packed: true }),
  Prepare: (task: UnitTask<{ readonly total: number }>) => ({ tax: task.data.total / 5 }),
  'Ask:prescript': () => undefined,
}
const orders = await defineUnitWorkflow({
  name: 'orders',
  store,
  cacheKey: 'orders',
  processId: 'Order',
  evaluate: comparisons,
  activities,
})
isExactly<UnitWorkflow<'orders'>>()(orders)
const typed = await defineUnitWorkflow({
  name: 'orders',
  store,
  cacheKey: 'orders',
  processId: 'Order',
  evaluate: (expression, data) => data[expression] === true,
  input: of<{ readonly total: number }>(),
  check: false,
  limits: { depth: 10, visits: 100, instances: 50 },
  onUnit: ({ bytes, included }) => [bytes.toFixed(), included.join()],
})
isExactly<readonly UnboundElement[]>()(orders.unbound)
const id = await manager.start(typed, { total: 120 })
isExactly<ProcessId<typeof typed>>()(id)
isExactly<Outcome<UnitData>>()(await manager.result(id))
await manager.start(orders, { anything: [1] })
await manager.signal(id, 'any name', { any: 'data' })
isExactly<readonly CompletedUnitElement[]>()(await typed.completed(manager, id))
const [waiting] = await manager.waiting({ activity: typed.human })
await manager.complete(typed.human, waiting?.token ?? '', { approved: true })
isExactly<number>()((await typed.check()).processes)

// @ts-expect-error: conditions need an evaluator
await defineUnitWorkflow({ name: 'o', store, cacheKey: 'o', processId: 'O' })
// @ts-expect-error: a process is named
await defineUnitWorkflow({ name: 'o', store, cacheKey: 'o', evaluate: comparisons })
// @ts-expect-error: units are in a store
await defineUnitWorkflow({ name: 'o', cacheKey: 'o', processId: 'O', evaluate: comparisons })
// @ts-expect-error: a cache key is a text
await defineUnitWorkflow({ name: 'o', store, cacheKey: 5, processId: 'O', evaluate: comparisons })
// @ts-expect-error: an evaluator takes an expression and data
await defineUnitWorkflow({ name: 'o', store, cacheKey: 'o', processId: 'O', evaluate: (a: number) => a })
// @ts-expect-error: no such limit
const limits: UnitLimits = { width: 3 }
// @ts-expect-error: a binding is no text
const text: UnitBindings = { Prepare: 'prepare' }
// @ts-expect-error: a task has no such field
const field: UnitBindings = { Prepare: (task: UnitTask) => ({ a: task.shape }) }
// @ts-expect-error: an activity takes a task
const taker: UnitBindings = { Prepare: defineActivity('taker', async (order: { sku: string }) => order) }
// @ts-expect-error: the total is missing
await manager.start(typed, {})
// @ts-expect-error: the total is a number
await manager.start(typed, { total: '9' })
// @ts-expect-error: data is by name
await manager.start(orders, 5)
// @ts-expect-error: what was checked does not change
orders.unbound.push({ process: 'P', element: 'E', type: 'task' })
// @ts-expect-error: of whom is not said
await orders.completed(manager)
// @ts-expect-error: a run is known by its manager
await orders.completed(store, id)
// @ts-expect-error: a task's data does not change
const changed: UnitBindings = { Prepare: (task: UnitTask) => (task.data['a'] = 1) }
export { limits, changed, field, taker, text }
