import { defineFlow, defineTask, of, readFlows } from '../../flows/index.js'
import { assertEqual, assertRejects, assertThat } from '../assertions.js'
import type { FlowCase } from './case.js'
import { abc, assertHistory, failing, resultOf, statusOf, taskEvents } from './case.js'

/** What F9 to F22 say: an execution's way from its schedule to its end, and again. */
export const stateCases: readonly FlowCase[] = [
  {
    name: 'F10 F12 F13 F16 an execution is scheduled, run and completed, and each step is kept',
    async run(work) {
      const runner = work.runner([abc])
      const id = await runner.schedule(abc, { start: 1 })
      assertEqual((await runner.execution(id)).status, 'scheduled', 'before it runs')
      const report = await runner.run()
      assertEqual(report?.id, id, 'what has run')
      assertEqual(resultOf(report), { start: 1, a: 2, b: 3, c: 4 }, 'F15 its values')
      const events = await runner.history(id)
      assertEqual(
        events.map(({ step }) => step),
        events.map((_, index) => index),
        'the steps',
      )
      await assertHistory(runner, id, [
        'flow-created',
        'flow-scheduled',
        'flow-started',
        'task-started a',
        'task-completed a',
        'task-started b',
        'task-completed b',
        'task-started c',
        'task-completed c',
        'flow-completed',
      ])
    },
  },
  {
    name: 'F10 what the caller changes later does not reach an execution',
    async run(work) {
      const count = defineTask({
        name: 'count',
        inputs: { list: of<number[]>() },
        outputs: { total: of<number>() },
        run: ({ list }) => ({ total: list.push(9) }),
      })
      const again = defineTask({
        name: 'again',
        inputs: { list: of<number[]>() },
        outputs: { seen: of<number>() },
        run: ({ list }) => ({ seen: list.length }),
      })
      const flow = defineFlow('copies', [count, again])
      const runner = work.runner([flow])
      const list = [1, 2]
      await runner.schedule(flow, { list })
      list.push(3)
      assertEqual(resultOf(await runner.run()), { list: [1, 2], total: 3, seen: 2 }, 'its values')
    },
  },
  {
    name: 'F7 what a flow is started with is checked when it is scheduled',
    async run(work) {
      const runner = work.runner([abc])
      await assertRejects(() => runner.schedule('abc', {}), 'invalid-value', 'without an input')
      await assertRejects(
        () => runner.schedule('abc', { start: 1, more: 2 }),
        'invalid-value',
        'with one more',
      )
      await assertRejects(
        () => runner.schedule('abc', { start: () => 1 }),
        'unsupported-value',
        'with a function',
      )
      assertEqual((await runner.list()).executions.length, 0, 'executions')
    },
  },
  {
    name: 'F9 F33 flows are looked up by name, and an unknown one is refused',
    async run(work) {
      const runner = work.runner([abc])
      assertEqual([...runner.flows.keys()], ['abc'], 'its flows')
      await assertRejects(() => runner.schedule('xyz', {}), 'unknown-flow', 'a flow that it has not')
    },
  },
  {
    name: 'F11 ids are drawn once, however many draw them at the same time',
    async run(work) {
      const runners = [work.runner([abc]), work.runner([abc])]
      const starts = Array.from({ length: 10 }, (_, start) => start)
      const ids = await Promise.all(
        runners.flatMap((runner) => starts.map((start) => runner.schedule(abc, { start }))),
      )
      assertEqual(new Set(ids).size, 20, 'ids')
      assertEqual((await readFlows(work.records).list()).executions.length, 20, 'executions')
    },
  },
  {
    name: 'F10 an id of the caller is an execution of its own once',
    async run(work) {
      const other = defineFlow('other', abc.tasks)
      const runner = work.runner([abc, other])
      const id = await runner.schedule(abc, { start: 1 }, { id: 'mine' })
      assertEqual(id, 'mine', 'its id')
      assertEqual(await runner.schedule(abc, { start: 5 }, { id: 'mine' }), 'mine', 'the same again')
      await assertRejects(
        () => runner.schedule(other, { start: 1 }, { id: 'mine' }),
        'execution-exists',
        'of another',
      )
      assertEqual(resultOf(await runner.run()), { start: 1, a: 2, b: 3, c: 4 }, 'as it was scheduled first')
    },
  },
  {
    name: 'F16 F23 what has waited longest runs first, one execution after the other',
    async run(work) {
      const runner = work.runner([abc])
      const ids: string[] = []
      for (const start of [1, 2, 3]) {
        ids.push(await runner.schedule(abc, { start }))
        await work.clock.advance(1)
      }
      const ran = [await runner.run(), await runner.run(), await runner.run()]
      assertEqual(
        ran.map((report) => report?.id),
        ids,
        'the order',
      )
      assertEqual(ran.map(statusOf), ['completed', 'completed', 'completed'], 'how they ended')
    },
  },
  {
    name: 'F25 nothing to run is nothing',
    async run(work) {
      const runner = work.runner([abc])
      assertEqual(await runner.run(), undefined, 'what has run')
      await runner.schedule(abc, { start: 1 })
      await runner.run()
      assertEqual(await runner.run(), undefined, 'what has run then')
      assertEqual(await runner.run({ status: 'rescheduled' }), undefined, 'what was rescheduled')
    },
  },
  {
    name: 'F18 a task that throws fails the flow, and its error is kept with its cause',
    async run(work) {
      const flow = failing(() => true)
      const runner = work.runner([flow])
      const id = await runner.schedule(flow, { start: 1 })
      const report = await runner.run()
      assertThat(report?.status === 'failed', 'it has failed')
      assertEqual(report.task, 'b', 'the task')
      assertEqual(report.error.message, 'b has failed', 'the message')
      assertEqual(report.error.cause?.name, 'RangeError', 'the cause')
      const failed = (await runner.history(id)).find(({ type }) => type === 'task-failed')
      assertThat(failed !== undefined && 'error' in failed, 'the history has the error')
      assertThat((failed.error.stack ?? '').includes('b has failed'), 'with its stack')
      assertEqual(await runner.context(id), { start: 1, a: 2 }, 'the values from before that task')
      const outcome = await runner.result(id)
      assertEqual(outcome.status, 'failed', 'the result')
    },
  },
  {
    name: 'F14 F17 F19 F24 one that has failed goes on from the failed task, as often as it takes, and loses nothing',
    async run(work) {
      let failures = 2
      const flow = failing(() => failures-- > 0)
      const runner = work.runner([flow])
      const id = await runner.schedule(flow, { start: 1 })
      assertEqual(statusOf(await runner.run()), 'failed', 'the first run')
      await runner.reschedule(id)
      assertEqual((await runner.execution(id)).status, 'rescheduled', 'rescheduled')
      assertEqual(await runner.run({ status: 'scheduled' }), undefined, 'of those that were only scheduled')
      assertEqual(statusOf(await runner.run({ status: 'rescheduled' })), 'failed', 'the second run')
      assertEqual(resultOf(await runner.rerun(id)), { start: 1, a: 2, b: 3, c: 4 }, 'the third run')
      assertEqual(
        taskEvents(await runner.history(id)),
        [
          'task-started a',
          'task-completed a',
          'task-started b',
          'task-failed b',
          'task-started b',
          'task-failed b',
          'task-started b',
          'task-completed b',
          'task-started c',
          'task-completed c',
        ],
        'two rows for each run of a task',
      )
    },
  },
  {
    name: 'F19 an execution is run again from an earlier task, with the values from before it',
    async run(work) {
      let runs = 0
      let fails = true
      const first = defineTask({ name: 'first', outputs: { x: of<number>() }, run: () => ({ x: ++runs }) })
      const second = defineTask({
        name: 'second',
        inputs: { x: of<number>() },
        outputs: { y: of<number>() },
        run: ({ x }) => ({ y: x * 10 }),
      })
      const third = defineTask({
        name: 'third',
        inputs: { y: of<number>() },
        run: () => {
          if (fails) throw new Error('not yet')
        },
      })
      const flow = defineFlow('again', [first, second, third])
      const runner = work.runner([flow])
      const id = await runner.schedule(flow, {})
      await runner.run()
      fails = false
      assertEqual(resultOf(await runner.rerun(id, { from: 'first' })), { x: 2, y: 20 }, 'its values')
      const outputs = (await runner.history(id)).filter(({ type }) => type === 'task-completed')
      assertEqual(outputs.length, 5, 'what was given before is in the history still')
    },
  },
  {
    name: 'F12 no other move is made: each has a typed error, and changes nothing',
    async run(work) {
      const flow = failing(() => true)
      const runner = work.runner([flow])
      const completed = work.runner([defineFlow('fine', abc.tasks)])
      const done = await completed.schedule('fine', { start: 1 })
      await completed.run()
      const failed = await runner.schedule(flow, { start: 1 })
      await runner.run()
      const waiting = await runner.schedule(flow, { start: 1 })
      const before = await Promise.all([done, failed, waiting].map((id) => runner.history(id)))
      for (const move of [
        () => runner.reschedule(done),
        () => runner.reschedule(waiting),
        () => runner.cancel(done),
        () => runner.cancel(failed),
        () => runner.pause(done),
        () => runner.pause(failed),
        () => runner.resume(waiting),
        () => runner.resume(failed),
        () => runner.delete(waiting),
        () => runner.run({ id: failed }),
      ]) {
        await assertRejects(move, 'illegal-transition', 'the move')
      }
      await assertRejects(() => runner.reschedule(failed, { from: 'c' }), 'bad-argument', 'from a later task')
      await assertRejects(
        () => runner.reschedule(failed, { from: 'x' } as never),
        'bad-argument',
        'from no task',
      )
      const after = await Promise.all([done, failed, waiting].map((id) => runner.history(id)))
      assertEqual(after, before, 'the histories')
    },
  },
  {
    name: 'F12 F20 an unknown id has a typed error everywhere',
    async run(work) {
      const runner = work.runner([abc])
      for (const call of [
        () => runner.execution('x'),
        () => runner.history('x'),
        () => runner.context('x'),
        () => runner.progress('x'),
        () => runner.result('x'),
        () => runner.watch('x').next(),
        () => runner.reschedule('x'),
        () => runner.rerun('x'),
        () => runner.run({ id: 'x' }),
        () => runner.cancel('x'),
        () => runner.pause('x'),
        () => runner.resume('x'),
        () => runner.delete('x'),
        () => runner.taskNames('x'),
      ]) {
        await assertRejects(call, 'no-such-execution', 'the call')
      }
    },
  },
]
