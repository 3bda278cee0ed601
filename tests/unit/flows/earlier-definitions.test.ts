import { expect, test } from 'vitest'
import { createManualClock } from '../../../ts/clock/index.js'
import type { AnyFlow, FlowOptions } from '../../../ts/flows/index.js'
import { createFlowRunner, defineFlow, defineTask } from '../../../ts/flows/index.js'
import { problemOf } from '../errors/problem-of.js'
import { recordStores } from '../records/record-stores.js'

const done: string[] = []
const task = defineTask({ name: 'task', run: (_, { executionId }) => void done.push(executionId) })

/** A version of the flow: only its fingerprint is another one. */
function version(name: string, options: FlowOptions = {}): AnyFlow {
  return defineFlow('flow', [task], { ...options, version: name })
}

test('F28 earlier definitions are flows of the same name, each is there once, and brings its own with it', () => {
  const first = version('1')
  const second = version('2', { earlier: [first], limits: { atOnce: 9 } })
  const third = version('3', { earlier: [second, second, version('3')], limits: { atOnce: 2 } })
  expect(third.earlier?.map((flow) => [flow.version, flow.limits, flow.earlier])).toEqual([
    ['2', { atOnce: 2 }, undefined],
    ['1', { atOnce: 2 }, undefined],
  ])
  expect(third.fingerprint).toBe(version('3').fingerprint)
  expect(Object.isFrozen(third.earlier)).toBe(true)
  expect('earlier' in version('1', { earlier: [] })).toBe(false)
  const other = defineFlow('other', [task])
  for (const earlier of [[other], 1, [undefined], [{ type: 'flow' }], first]) {
    expect(problemOf(() => version('2', { earlier: earlier as never }))).toMatch(
      /^bad-argument: flow 'flow': earlier/,
    )
  }
})

for (const { name, open } of recordStores) {
  test(`F28 what was started under an earlier definition goes on under it, new ones under this one: ${name}`, async () => {
    done.length = 0
    const records = open()
    const clock = createManualClock(1_800_000_000_000)
    const before = ['a', 'b', 'c'].map((one) => version(one))
    for (const [index, flow] of before.entries()) {
      await createFlowRunner({ records, clock, flows: [flow] }).schedule(flow, {}, { id: `${index}` })
      await clock.advance(1)
    }
    const asked: string[] = []
    const now = version('now', {
      earlier: before.slice(1),
      migrate: ({ id, next }) => {
        asked.push(id)
        return { next }
      },
    })
    const runner = createFlowRunner({ records, clock, flows: [now] })
    await runner.schedule(now, {}, { id: 'new' })
    await runner.runUntilIdle()
    expect(done).toEqual(['1', '2', 'new', '0'])
    // It is for those whose definition nobody has brought.
    expect(asked).toEqual(['0'])
    const fingerprints = await Promise.all(
      ['0', '1', '2', 'new'].map(async (id) => (await runner.execution(id)).fingerprint),
    )
    const of = (flow: AnyFlow | undefined): string | undefined => flow?.fingerprint
    expect(fingerprints).toEqual([of(now), of(before[1]), of(before[2]), of(now)])
  })
}

test('F28 limits hold over all definitions of a flow', async () => {
  const records = recordStores[0]!.open()
  const clock = createManualClock(1_800_000_000_000)
  let open: () => void = () => undefined
  const gate = new Promise<void>((resolve) => (open = resolve))
  const waiting = defineTask({ name: 'task', run: () => gate })
  const before = defineFlow('flow', [waiting])
  const now = defineFlow('flow', [waiting], { version: '2', limits: { atOnce: 1 }, earlier: [before] })
  await createFlowRunner({ records, clock, flows: [before] }).schedule(before, {}, { id: 'old' })
  const runner = createFlowRunner({ records, clock, flows: [now] })
  await runner.schedule(now, {}, { id: 'new' })
  const running = runner.run({ id: 'old' })
  while ((await runner.execution('old')).status !== 'running') await clock.advance(0)
  expect(await runner.run({ id: 'new' })).toMatchObject({ status: 'scheduled' })
  expect(await runner.run()).toBeUndefined()
  open()
  expect(await running).toMatchObject({ status: 'completed' })
  expect(await runner.run()).toMatchObject({ id: 'new', status: 'completed' })
})

test('F28 nothing is scheduled under an earlier definition', async () => {
  const before = version('1')
  const runner = createFlowRunner({
    records: recordStores[0]!.open(),
    flows: [version('2', { earlier: [before] })],
  })
  await expect(runner.schedule(before, {})).rejects.toMatchObject({ code: 'unknown-flow' })
})

test('F28 what waits under an earlier definition for others to end keeps no runner busy', async () => {
  const records = recordStores[0]!.open()
  const clock = createManualClock(1_800_000_000_000)
  let open: () => void = () => undefined
  const gate = new Promise<void>((resolve) => (open = resolve))
  const waiting = defineTask({ name: 'task', run: () => gate })
  const before = ['a', 'b', 'c', 'd'].map((one) => defineFlow('flow', [waiting], { version: one }))
  for (const [index, flow] of before.entries()) {
    await createFlowRunner({ records, clock, flows: [flow] }).schedule(flow, {}, { id: `${index}` })
  }
  const now = defineFlow('flow', [waiting], { limits: { atOnce: 1 }, earlier: before })
  const runner = createFlowRunner({ records, clock, flows: [now] })
  const running = runner.run()
  while ((await runner.list({ status: 'running' })).executions.length < 1) await clock.advance(0)
  await createFlowRunner({ records, clock, flows: [now] }).runUntilIdle()
  expect((await runner.list({ status: 'scheduled' })).executions).toHaveLength(3)
  open()
  await running
})
