import { expect, onTestFinished, test } from 'vitest'
import { createManualClock } from '../../../../ts/clock/index.js'
import { UnitflowError } from '../../../../ts/errors/index.js'
import type { AnyFlow, AnyTask, FlowRunner, FlowRunnerOptions } from '../../../../ts/flows/index.js'
import { createFlowRunner, defineTask, of } from '../../../../ts/flows/index.js'
import type { ElementTasks, UnitFlow } from '../../../../ts/flows/units/index.js'
import { flowFromUnit, versionsOf } from '../../../../ts/flows/units/index.js'
import type { RecordStore } from '../../../../ts/records/index.js'
import type { CacheStore } from '../../../../ts/stores/index.js'
import { cacheElementUnitsForWorkflow, heldVersions, prune } from '../../../../ts/units/index.js'
import { recordStores } from '../../records/record-stores.js'
import { cache, cached, call, line, plain, workflowText } from './drawn-workflows.js'

/** What was done, in order: the execution and the task. */
let done: string[] = []
/** Whether the task `Hold` stays as it is until its runner is gone. */
let holds = true

const telling = (name: string): AnyTask =>
  defineTask({ name, run: (_, task) => void done.push(task.idempotencyKey) })
const hold = defineTask({
  name: 'hold',
  run: (_, task) => {
    done.push(task.idempotencyKey)
    return holds ? new Promise<void>(() => undefined) : undefined
  },
})
const tasks: ElementTasks = {
  Hold: hold,
  A: telling('A'),
  B: telling('B'),
  C: telling('C'),
  Fail: defineTask({
    name: 'fail',
    run: () => {
      if (holds) throw new Error('not yet')
    },
  }),
}

const v1 = [line('Top', plain('A'), plain('Hold'), call('In', 'Sub')), line('Sub', plain('B'))] as const
const v2 = [line('Top', call('In', 'Sub'), plain('A')), line('Sub', plain('C'))] as const

const clock = createManualClock(1_800_000_000_000)
const make = (store: CacheStore, more: ElementTasks = tasks): Promise<UnitFlow> =>
  flowFromUnit(store, 'key', 'Top', { tasks: more })

function runnerOf(records: RecordStore, flow: AnyFlow, more: Partial<FlowRunnerOptions> = {}): FlowRunner {
  const runner = createFlowRunner({ records, flows: [flow], clock, lease: 1000, ...more })
  onTestFinished(() => runner.close())
  return runner
}

/** An execution that has lost its runner in the task `Hold`. */
async function lost(records: RecordStore, flow: AnyFlow, id: string): Promise<void> {
  const runner = runnerOf(records, flow)
  await runner.schedule(flow.name, {}, { id })
  const running = runner.run({ id })
  running.catch(() => undefined)
  while ((await runner.execution(id)).done < 1) await clock.advance(0)
  runner.close()
  await clock.advance(1001)
}

for (const { name, open } of recordStores) {
  test(`U35 an execution of an older version goes on with the older objects, new ones with the new: ${name}`, async () => {
    ;[done, holds] = [[], true]
    const records = open()
    const store = await cached(...v1)
    await lost(records, await make(store), 'old')
    await cache(store, ...v2)
    holds = false
    const flow = await make(store)
    expect(flow.unit.refused).toEqual([])
    const runner = runnerOf(records, flow)
    await runner.schedule(flow, {}, { id: 'new' })
    await runner.runUntilIdle()
    const of = (id: string): readonly string[] => done.filter((key) => key.startsWith(id))
    expect(of('old')).toEqual(['old/A', 'old/Hold', 'old/Hold', 'old/In%2FB'])
    expect(of('new')).toEqual(['new/In%2FC', 'new/A'])
    expect((await runner.execution('old')).status).toBe('completed')
    expect(await runner.taskNames('old')).toEqual(['A', 'Hold', 'In/B'])
    expect(await runner.taskNames('new')).toEqual(['In/C', 'A'])
  })
}

test('U35 an older one is run by its id, tried again and rescheduled under the older definition', async () => {
  holds = true
  const records = recordStores[0]!.open()
  const store = await cached(line('Top', plain('A'), plain('Fail')))
  const before = await make(store)
  await runnerOf(records, before).schedule(before, {}, { id: 'old' })
  const { version } = before.unit
  expect(await cache(store, line('Top', plain('B')))).not.toBe(version)
  const runner = runnerOf(records, await make(store), {
    retry: { attempts: 2, backoff: { initial: 100 }, jitter: 0 },
  })
  const running = runner.run({ id: 'old' })
  while ((await runner.execution('old')).status !== 'retrying') await clock.advance(0)
  await clock.advance(100)
  expect(await running).toMatchObject({ status: 'failed', task: 'Fail' })
  holds = false
  await expect(runner.reschedule('old', { from: 'B' })).rejects.toMatchObject({ code: 'bad-argument' })
  expect(await runner.rerun('old', { from: 'A' })).toMatchObject({ status: 'completed' })
  expect((await runner.history('old')).filter(({ type }) => type === 'flow-migrated')).toEqual([])
  // A new one begins as the definition of now says.
  const anew = await runner.rerun('old', { anew: true })
  expect(await runner.taskNames(anew.id)).toEqual(['B'])
})

test('U35 an older version whose tasks are gone is refused alone, and goes on when they are back', async () => {
  ;[done, holds] = [[], true]
  const records = recordStores[0]!.open()
  const store = await cached(...v1)
  const before = await make(store)
  await lost(records, before, 'old')
  await cache(store, ...v2)
  holds = false
  const { B: _gone, ...left } = tasks
  const without = await make(store, left)
  expect(without.unit.refused).toMatchObject([
    { version: before.unit.version, error: { code: 'unbound-elements' } },
  ])
  const told: unknown[] = []
  const runner = runnerOf(records, without, { onError: (error) => told.push(error) })
  await runner.schedule(without, {}, { id: 'new' })
  await runner.runUntilIdle()
  expect((await runner.execution('new')).status).toBe('completed')
  expect(told).toMatchObject([{ code: 'definition-changed', fields: { execution: 'old' } }])
  await expect(runner.run({ id: 'old' })).rejects.toMatchObject({ code: 'definition-changed' })
  const back = runnerOf(records, await make(store))
  expect(await back.run({ id: 'old' })).toMatchObject({ status: 'completed' })
})

test('U35 what is edited elsewhere in the workflow leaves the definition what it is', async () => {
  const store = await cached(...v1)
  const before = await make(store)
  await cache(store, ...v1, line('Else', plain('X')))
  const after = await make(store)
  expect(after.unit.version).not.toBe(before.unit.version)
  expect(after.fingerprint).toBe(before.fingerprint)
  expect(after.earlier).toBeUndefined()
})

test('U35 versions of another workflow, and of another cache key with another one, are left alone', async () => {
  const store = await cached(...v1)
  await make(store)
  const top = line('Other', plain('A'))
  await cache(store, top)
  const flow = await flowFromUnit(store, 'key', 'Other', { tasks })
  // The same cache key has held something else before.
  expect(flow.unit.refused).toMatchObject([{ error: { code: 'unknown-process' } }])
  expect(flow.earlier).toBeUndefined()
})

test('U35 a version that is held for another cache key with the same workflow is an older one, too', async () => {
  const store = await cached(...v1)
  const before = await make(store)
  await cacheElementUnitsForWorkflow(store, 'staging', workflowText('c', ...v1))
  await cache(store, ...v2)
  await cacheElementUnitsForWorkflow(store, 'staging', workflowText('c', ...v2))
  const flow = await flowFromUnit(store, 'staging', 'Top', { tasks })
  expect(flow.earlier?.map(({ fingerprint }) => fingerprint)).toEqual([before.fingerprint])
})

test('U35 a medium that fails while an older version is read is told, since it may be there again', async () => {
  const store = await cached(...v1)
  await make(store)
  const older = new Set<string>()
  for await (const key of store.keys('v2/objects')) older.add(key)
  await cache(store, line('Top', plain('C')))
  const failed = new UnitflowError('store-failed', 'no answer', { operation: 'get', key: 'x' })
  const failing: CacheStore = {
    get: (key) => (older.has(key) ? Promise.reject(failed) : store.get(key)),
    getMany: (keys) => {
      return keys.some((key) => older.has(key)) ? Promise.reject(failed) : store.getMany(keys)
    },
    set: (key, value) => store.set(key, value),
    setMany: (entries) => store.setMany(entries),
    delete: (key) => store.delete(key),
    keys: (prefix) => store.keys(prefix),
    close: () => store.close(),
  }
  await expect(make(failing)).rejects.toBe(failed)
})

test('U38 a damaged older version hinders nothing but its executions', async () => {
  const store = await cached(...v1)
  const before = await make(store)
  const objects: string[] = []
  for await (const key of store.keys('v2/objects')) objects.push(key)
  await cache(store, ...v2)
  for (const key of objects) await store.set(key, new Uint8Array([1]))
  await cache(store, ...v2)
  const flow = await make(store)
  expect(flow.unit.refused).toMatchObject([
    { version: before.unit.version, error: { code: 'object-damaged' } },
  ])
})

for (const { name, open } of recordStores) {
  test(`U38 prune spares what executions may go on under, and nothing else: ${name}`, async () => {
    ;[done, holds] = [[], true]
    const records = open()
    const store = await cached(...v1)
    const first = await make(store)
    await lost(records, first, 'old')
    await cache(store, ...v2)
    const second = await make(store)
    const [one, two] = [first.unit.version, second.unit.version]
    const runner = runnerOf(records, second)
    expect(await versionsOf(records)).toEqual([one])
    expect(await versionsOf(records, [second])).toEqual([one, two].sort())
    await runner.schedule(second, {}, { id: 'new' })
    expect(await versionsOf(records)).toEqual([one, two].sort())
    await cache(store, line('Top', plain('A')))
    let later = Date.now() + 1000
    const pruned = async (): Promise<readonly string[]> => {
      const held = await versionsOf(records)
      const { released } = await prune(store, { held, grace: 0, now: () => (later += 1000) })
      await prune(store, { held, grace: 0, now: () => (later += 1000) })
      return released
    }
    expect(await pruned()).toEqual([])
    // All of it is there: both go on.
    holds = false
    const third = await make(store)
    const last = runnerOf(records, third)
    await last.run({ id: 'new' })
    expect(await versionsOf(records)).toEqual([one])
    // The version of now is there without being held.
    expect(await pruned()).toEqual([two, third.unit.version].sort())
    expect((await heldVersions(store)).map(({ version }) => version)).toContain(one)
    const again = await make(store)
    expect(again.unit.refused).toEqual([])
    expect(await runnerOf(records, again).run({ id: 'old' })).toMatchObject({ status: 'completed' })
    expect(await versionsOf(records)).toEqual([])
    expect(await pruned()).toContain(one)
    expect((await make(store)).earlier).toBeUndefined()
  })
}

test('U38 what has failed, was canceled or is paused holds its version; what has completed or was deleted does not', async () => {
  holds = true
  const records = recordStores[0]!.open()
  const store = await cached(line('Top', plain('Fail')))
  const flow = await make(store)
  const runner = runnerOf(records, flow)
  const held = [flow.unit.version]
  const id = await runner.schedule(flow, {})
  await runner.run({ id })
  expect([(await runner.execution(id)).status, await versionsOf(records)]).toEqual(['failed', held])
  await runner.reschedule(id)
  expect([(await runner.execution(id)).status, await versionsOf(records)]).toEqual(['rescheduled', held])
  await runner.pause(id)
  expect([(await runner.execution(id)).status, await versionsOf(records)]).toEqual(['paused', held])
  await runner.cancel(id)
  expect([(await runner.execution(id)).status, await versionsOf(records)]).toEqual(['canceled', held])
  await runner.delete(id)
  expect(await versionsOf(records)).toEqual([])
  holds = false
  const other = await runner.schedule(flow, {})
  expect(await versionsOf(records)).toEqual(held)
  await runner.run({ id: other })
  expect(await versionsOf(records)).toEqual([])
})

test('U38 two versions that make the same definition are both held for its executions', async () => {
  const records = recordStores[0]!.open()
  const store = await cached(...v1)
  const first = await make(store)
  await runnerOf(records, first).schedule(first, {})
  await cache(store, ...v1, line('Else', plain('X')))
  const second = await make(store)
  await runnerOf(records, second).schedule(second, {})
  expect(await versionsOf(records)).toEqual([first.unit.version, second.unit.version].sort())
})

test('U35 a value that an older task gives is there for the next one', async () => {
  const give = defineTask({ name: 'give', outputs: { rows: of<number>() }, run: () => ({ rows: 7 }) })
  const take = defineTask({
    name: 'take',
    inputs: { rows: of<number>() },
    outputs: { sum: of<number>() },
    run: ({ rows }) => ({ sum: rows * 2 }),
  })
  const bound = { Give: give, Take: take }
  const records = recordStores[0]!.open()
  const store = await cached(line('Top', plain('Give'), plain('Take')))
  const before = await make(store, bound)
  await runnerOf(records, before).schedule(before, {}, { id: 'old' })
  await cache(store, line('Top', plain('Give')))
  const runner = runnerOf(records, await make(store, bound))
  expect(await runner.run({ id: 'old' })).toMatchObject({ status: 'completed', result: { rows: 7, sum: 14 } })
})
