import type { FlowFilter, FlowRunner } from '../../flows/index.js'
import { defineFlow, defineTask, of, readFlows } from '../../flows/index.js'
import { assertEqual, assertRejects, assertThat } from '../assertions.js'
import type { FlowCase } from './case.js'
import { abc, failing, Gate, statusOf } from './case.js'

/** Many executions: concurrency, limits, lists, bulk operations, retention, queries without definitions. */
export const manyCases: readonly FlowCase[] = [
  {
    name: 'F11 F30 many runners share a store, and no execution runs twice',
    async run(work) {
      const ran: number[] = []
      const count = defineTask({
        name: 'count',
        inputs: { n: of<number>() },
        run: async ({ n }) => {
          await Promise.resolve()
          ran.push(n)
        },
      })
      const flow = defineFlow('count', [count])
      const runners = [1, 2, 3, 4].map(() => work.runner([flow], { concurrency: 3 }))
      for (let n = 0; n < 40; n++) await runners[0]?.schedule(flow, { n })
      await work.through(Promise.all(runners.map((runner) => runner.runUntilIdle())))
      assertEqual(
        [...ran].sort((x, y) => x - y).join(),
        Array.from({ length: 40 }, (_, n) => n).join(),
        'what ran',
      )
    },
  },
  {
    name: 'F30 a runner works until it is told to end, on what comes meanwhile',
    async run(work) {
      const runner = work.runner([abc], { concurrency: 2 })
      const end = new AbortController()
      const working = runner.work({ signal: end.signal })
      const ids = await Promise.all([1, 2, 3].map((start) => runner.schedule(abc, { start })))
      const later = await runner.schedule(abc, { start: 9 }, { delay: 5000 })
      const outcomes = await work.through(Promise.all([...ids, later].map((id) => runner.result(id))))
      assertEqual(
        outcomes.map(({ status }) => status),
        ['completed', 'completed', 'completed', 'completed'],
        'outcomes',
      )
      end.abort()
      await work.through(working)
    },
  },
  {
    name: 'F30 of a flow, and of a key, so many run at once over all runners',
    async run(work) {
      const gates = new Map(['a1', 'a2', 'b1', 'b2'].map((name) => [name, new Gate()]))
      const running = new Set<string>()
      const task = defineTask({
        name: 'held',
        inputs: { name: of<string>() },
        run: async ({ name }) => {
          running.add(name)
          await gates.get(name)?.pass()
          running.delete(name)
        },
      })
      const flow = defineFlow('held', [task], { limits: { atOnce: 2, atOncePerKey: 1 } })
      const runners = [work.runner([flow], { concurrency: 4 }), work.runner([flow], { concurrency: 4 })]
      for (const name of gates.keys()) {
        await runners[0]?.schedule(flow, { name }, { id: name, key: name.slice(0, 1) })
        await work.clock.advance(1)
      }
      const end = new AbortController()
      const working = Promise.all(runners.map((runner) => runner.work({ signal: end.signal })))
      const [first] = runners
      assertThat(first !== undefined, 'there is a runner')
      await work.through(Promise.all([gates.get('a1')?.begun, gates.get('b1')?.begun]))
      assertEqual([...running].sort().join(), 'a1,b1', 'one of each key, two of the flow')
      assertEqual((await first.execution('a2')).waitsForKey, true, 'the second of a key waits for it')
      gates.get('a1')?.open()
      await work.through(first.result('a1'))
      await work.through(gates.get('a2')?.begun ?? Promise.resolve())
      assertEqual([...running].sort().join(), 'a2,b1', 'the next one of the key')
      for (const gate of gates.values()) gate.open()
      await work.through(Promise.all([...gates.keys()].map((id) => first.result(id))))
      end.abort()
      await work.through(working)
    },
  },
  {
    name: 'F30 one of a key that was paused or canceled while it waited holds up nobody',
    async run(work) {
      const gate = new Gate()
      const flow = defineFlow('keyed', [defineTask({ name: 'held', run: () => gate.pass() })], {
        limits: { atOncePerKey: 1 },
      })
      const runner = work.runner([flow])
      for (const id of ['1', '2', '3', '4']) {
        await runner.schedule(flow, {}, { id, key: 'k' })
        await work.clock.advance(1)
      }
      const running = runner.run()
      await gate.begun
      assertEqual(await runner.run(), undefined, 'while the first runs')
      await runner.pause('2')
      await runner.cancel('3')
      gate.open()
      assertEqual(statusOf(await running), 'completed', 'the first')
      assertEqual((await runner.run())?.id, '4', 'the next that may')
      await runner.resume('2')
      assertEqual((await runner.run())?.id, '2', 'the one that was resumed')
    },
  },
  {
    name: 'F31 F33 executions are listed by what they are, page by page, without definitions',
    async run(work) {
      let fails = true
      const flow = failing(() => fails)
      const other = defineFlow('other', abc.tasks)
      const runner = work.runner([flow, other])
      const ids: string[] = []
      for (let at = 0; at < 12; at++) {
        const tags = at % 3 === 0 ? ['third'] : []
        ids.push(
          await runner.schedule(at % 2 === 0 ? flow : other, { start: at }, { id: `e${100 - at}`, tags }),
        )
        await work.clock.advance(10)
      }
      const begun = work.clock.now() - 120
      for (let at = 0; at < 8; at++) await runner.run()
      fails = false
      const reader = readFlows(work.records)
      const all = async (filter: FlowFilter): Promise<string[]> => {
        const found: string[] = []
        for (let after: string | undefined; ;) {
          const page = await reader.list({ ...filter, limit: 2, ...(after !== undefined && { after }) })
          found.push(...page.executions.map(({ id }) => id))
          assertThat(page.executions.length <= 2, 'a page is no longer than asked for')
          after = page.next
          if (after === undefined) return found
        }
      }
      const some = (isMeant: (at: number) => boolean): string[] => ids.filter((_, at) => isMeant(at))
      assertEqual(await all({}), ids, 'all')
      assertEqual(await all({ reverse: true }), [...ids].reverse(), 'the newest first')
      assertEqual(
        await all({ flow: 'abc' }),
        some((at) => at % 2 === 0),
        'of a flow',
      )
      assertEqual(
        await all({ status: 'failed' }),
        some((at) => at < 8 && at % 2 === 0),
        'failed',
      )
      assertEqual(
        await all({ status: 'completed', flow: 'other' }),
        some((at) => at < 8 && at % 2 === 1),
        'completed',
      )
      assertEqual(
        await all({ status: 'scheduled', reverse: true }),
        some((at) => at >= 8).reverse(),
        'waiting',
      )
      assertEqual(
        await all({ tag: 'third', flow: 'other' }),
        some((at) => at % 6 === 3),
        'of a tag and a flow',
      )
      assertEqual(
        await all({ since: begun + 20, before: begun + 50 }),
        some((at) => at >= 2 && at < 5),
        'of a time',
      )
      assertEqual(
        await all({ since: begun + 20, before: begun + 50, reverse: true }),
        ids.slice(2, 5).reverse(),
        'backwards',
      )
      assertEqual(await reader.flowNames(), ['abc', 'other'], 'F33 the flows')
      assertEqual(await reader.taskNames(ids[0] ?? ''), ['a', 'b', 'c'], 'the tasks')
      await assertRejects(() => reader.list({ after: 'x' }), 'bad-argument', 'a cursor of nobody')
    },
  },
  {
    name: 'F31 what runs is listed, too',
    async run(work) {
      const gate = new Gate()
      const flow = defineFlow('runs', [
        defineTask({ name: 'one', run: () => undefined }),
        defineTask({ name: 'two', run: () => gate.pass() }),
      ])
      const runner = work.runner([flow], { owner: 'me' })
      const id = await runner.schedule(flow, {})
      const running = runner.run()
      await gate.begun
      const [info] = (await readFlows(work.records).list({ status: 'running' })).executions
      assertEqual([info?.id, info?.task, info?.done, info?.owner], [id, 'two', 1, 'me'], 'what is told of it')
      gate.open()
      await running
      assertEqual((await runner.list({ status: 'running' })).executions, [], 'then')
    },
  },
  {
    name: 'F19 F30 many are rescheduled and canceled by a filter, and one that fails holds up no other',
    async run(work) {
      let fails = true
      const flow = failing(() => fails)
      const runner = work.runner([flow], { concurrency: 5 })
      for (let at = 0; at < 30; at++)
        await runner.schedule(flow, { start: at }, { tags: at < 10 ? ['early'] : [] })
      await work.through(runner.runUntilIdle())
      fails = false
      assertEqual((await runner.rescheduleAll({ tag: 'early' })).done.length, 10, 'rescheduled')
      const report = await runner.cancelAll({}, { reason: 'all of them' })
      assertEqual([report.done.length, report.failed.length], [10, 0], 'canceled')
      assertEqual((await runner.rescheduleAll()).done.length, 20, 'those that have failed')
      await work.through(runner.runUntilIdle())
      assertEqual((await runner.list({ status: 'completed' })).executions.length, 20, 'completed')
    },
  },
  {
    name: 'F30 what has ended long ago is taken away, with all that belongs to it',
    async run(work) {
      const runner = work.runner([abc])
      const old = await runner.schedule(abc, { start: 1 }, { tags: ['old'] })
      await runner.run()
      await work.clock.advance(100_000)
      const young = await runner.schedule(abc, { start: 2 })
      await runner.run()
      const waiting = await runner.schedule(abc, { start: 3 })
      await work.clock.advance(1)
      assertEqual(await runner.prune({ olderThan: 50_000 }), 1, 'how many')
      await assertRejects(() => runner.history(old), 'no-such-execution', 'the old one')
      const left = (await runner.list()).executions.map(({ id }) => id)
      assertEqual(left, [young, waiting], 'what is left')
      assertEqual((await runner.list({ tag: 'old' })).executions.length, 0, 'of its tag')
      assertThat(!(await work.dump()).includes(old), 'no record of it is left')
    },
  },
  {
    name: 'F19 a new execution begins as another one did, and names it',
    async run(work) {
      const runner: FlowRunner = work.runner([abc])
      const id = await runner.schedule(abc, { start: 1 }, { tags: ['x'] })
      await runner.run()
      const report = await runner.rerun(id, { anew: true })
      assertThat(report.id !== id && report.status === 'completed', 'another one has completed')
      const { origin, tags } = await runner.execution(report.id)
      assertEqual([origin, tags], [id, ['x']], 'what it says of itself')
    },
  },
  {
    name: 'what a runner has committed is told after it has, in order',
    async run(work) {
      const runner = work.runner([abc])
      const told: string[] = []
      const end = runner.onEvents(({ execution, events }) => {
        for (const { type, step } of events) told.push(`${execution.flow} ${step} ${type}`)
      })
      const id = await runner.schedule(abc, { start: 1 })
      await runner.run()
      await work.clock.advance(1)
      const expected = (await runner.history(id)).map(({ type, step }) => `abc ${step} ${type}`)
      assertEqual(told, expected, 'what was told')
      end()
      await runner.schedule(abc, { start: 1 })
      await work.clock.advance(1)
      assertEqual(told.length, expected.length, 'then')
    },
  },
]
