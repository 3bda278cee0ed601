import { expect, test } from 'vitest'
import {
  cancelProcess,
  completeProcess,
  defineActivity,
  defineRuleSet,
  defineWorkflow,
  scheduleActivity,
  startTimer,
} from '../../../../ts/deciders/definitions/index.js'
import { workUntilIdle } from '../../../../ts/deciders/manager/index.js'
import { of } from '../../../../ts/schema/index.js'
import { work } from './work.js'

const note = defineActivity('note', (text: string) => text)

test('D43 D52 works until there is nothing to do now, and says when there is something next', async () => {
  const reminder = defineRuleSet({
    name: 'reminder',
    input: of<string>(),
    activities: [note],
    rules: (when) => [
      when.started((process) => [scheduleActivity(note, process.input), startTimer('2d')]),
      when.timer((_, process) => scheduleActivity(note, `${process.input}, again`)),
      when.settled(() => completeProcess('told')),
    ],
  })
  const { clock, manager, decisions, activities } = work([reminder])
  const workers = [decisions, activities]
  expect(await workUntilIdle(manager, workers)).toBe(undefined)
  const begun = clock.now()
  const id = await manager.start(reminder, 'rent')
  const next = await workUntilIdle(manager, workers)
  expect(next).toBe(begun + 2 * 86_400_000)
  expect((await manager.process(id)).closed).toBe(undefined)
  // Too early: nothing happens, and it is said again.
  await clock.advance(86_400_000)
  expect(await workUntilIdle(manager, workers)).toBe(next)
  await clock.advance(86_400_000)
  expect(await workUntilIdle(manager, workers)).toBe(undefined)
  expect(await manager.result(id)).toEqual({ status: 'completed', result: 'told' })
})

test('D33 D68 where a rule closes the process, what the others of the batch start is dropped', async () => {
  const both = defineRuleSet({
    name: 'both',
    input: of<string>(),
    activities: [note],
    rules: (when) => [
      when.signal('stop', of<string>(), (reason) => cancelProcess({ reason })),
      when.signal('note', of<string>(), (text) => [scheduleActivity(note, text), startTimer('1d')]),
    ],
  })
  const { manager, settle, types } = work([both])
  const id = await manager.start(both, 'x')
  await settle()
  await manager.signal(id, 'note', 'one')
  await manager.signal(id, 'stop', 'enough')
  await manager.signal(id, 'note', 'two')
  await settle()
  expect(await manager.result(id)).toMatchObject({
    status: 'canceled',
    error: { fields: { reason: 'enough' } },
  })
  expect(await types(id)).toEqual([
    'process-started',
    'decision-started',
    'decision-completed',
    'signal',
    'signal',
    'signal',
    'decision-started',
    'decision-completed',
    'decision',
    'process-closed',
  ])
})

test('D58 D81 a manual activity needs no function: it is open once a worker has begun it', async () => {
  const approve = defineActivity('approve', {
    completion: 'manual',
    input: of<{ readonly amount: number }>(),
    result: of<string>(),
  })
  const approval = defineWorkflow({
    name: 'approval',
    input: of<number>(),
    result: of<string>(),
    activities: [approve],
    decide(process) {
      const asked = process.latest(approve)
      if (asked === undefined) return scheduleActivity(approve, { amount: process.input })
      return asked.type === 'completed' ? completeProcess(asked.result) : []
    },
  })
  const { manager, decisions, activities, clock } = work([approval])
  const id = await manager.start(approval, 7)
  await decisions.step()
  const [waiting] = await manager.waiting({ activity: approve })
  expect(waiting).toMatchObject({ status: 'waiting', input: { amount: 7 } })
  expect(waiting?.token).toBe(undefined)
  await workUntilIdle(manager, [decisions, activities])
  await clock.advance(3 * 86_400_000)
  const [open] = await manager.waiting({ activity: approve, workflow: approval })
  expect(open).toMatchObject({ status: 'running', manual: true })
  expect(open?.input.amount).toBe(7)
  await manager.complete(approve, open?.token ?? '', 'yes')
  await workUntilIdle(manager, [decisions, activities])
  expect(await manager.result(id)).toEqual({ status: 'completed', result: 'yes' })
})

test('D80 watching a closed process from its end on gives nothing, and ends', async () => {
  const { manager, settle } = work([
    defineWorkflow({ name: 'brief', input: of<null>(), activities: [], decide: () => completeProcess() }),
  ])
  const [brief] = [...manager.workflows.values()]
  const id = await manager.start(brief!, null)
  await settle()
  const { lastSeq } = await manager.process(id)
  for (const after of [lastSeq, lastSeq + 5]) {
    const seen: number[] = []
    for await (const { seq } of manager.watch(id, { after })) seen.push(seq)
    expect(seen).toEqual([])
  }
})
