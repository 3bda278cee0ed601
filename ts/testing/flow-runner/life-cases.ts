import { defineFlow, defineTask, of } from '../../flows/index.js'
import { assertEqual, assertRejects, assertThat } from '../assertions.js'
import type { FlowCase } from './case.js'
import { abc, assertHistory, Gate, resultOf, shown, statusOf } from './case.js'

/** What F26 and F30 say: crashes, retries, time-outs, cancel, pause, progress, claims. */
export const lifeCases: readonly FlowCase[] = [
  {
    name: 'F26 what runs when its runner is lost is found and goes on, and its late outputs are refused',
    async run(work) {
      const gate = new Gate()
      let begun = 0
      const slow = defineTask({
        name: 'slow',
        outputs: { by: of<number>() },
        run: async () => {
          const by = ++begun
          if (by === 1) await gate.pass()
          return { by }
        },
      })
      const flow = defineFlow('slow', [slow])
      const lost = work.runner([flow], { lease: 1000, owner: 'lost' })
      const id = await lost.schedule(flow, {})
      const losing = lost.run()
      await gate.begun
      // Its process stands still: nobody renews its lease.
      lost.close()
      const other = work.runner([flow], { lease: 1000, owner: 'other' })
      assertEqual(await other.run(), undefined, 'as long as the lease lasts')
      await work.clock.advance(1001)
      assertEqual(resultOf(await other.run()), { by: 2 }, 'what the other runner has made of it')
      gate.open()
      await assertRejects(() => losing, 'lease-lost', 'the one that was lost')
      assertEqual(await other.context(id), { by: 2 }, 'its values')
      await assertHistory(other, id, [
        'flow-created',
        'flow-scheduled',
        'flow-started',
        'task-started slow',
        'flow-recovered',
        'flow-started',
        'task-started slow',
        'task-completed slow',
        'flow-completed',
      ])
    },
  },
  {
    name: 'F26 recover finds what an owner ran who is known to be gone',
    async run(work) {
      const gate = new Gate()
      const flow = defineFlow('stuck', [defineTask({ name: 'stuck', run: () => gate.pass() })])
      const gone = work.runner([flow], { owner: 'gone' })
      const id = await gone.schedule(flow, {})
      void gone.run().catch(() => undefined)
      await gate.begun
      gone.close()
      const runner = work.runner([flow])
      assertEqual(await runner.recover(), [], 'nobody is known to be gone')
      assertEqual(await runner.recover({ owner: 'gone' }), [id], 'what it ran')
      gate.open()
      assertEqual(statusOf(await runner.run()), 'completed', 'how it ended')
    },
  },
  {
    name: 'F30 a lease is renewed for as long as its task runs, and nobody else is given the execution',
    async run(work) {
      const gate = new Gate()
      const flow = defineFlow('long', [defineTask({ name: 'long', run: () => gate.pass() })])
      const runner = work.runner([flow], { lease: 900 })
      const other = work.runner([flow], { lease: 900 })
      await runner.schedule(flow, {})
      const running = runner.run()
      await gate.begun
      for (let passed = 0; passed < 10; passed++) {
        await work.clock.advance(300)
        await work.through(Promise.resolve())
        assertEqual(await other.run(), undefined, 'for another runner')
      }
      gate.open()
      assertEqual(statusOf(await running), 'completed', 'how it ended')
    },
  },
  {
    name: 'F30 F32 a task is tried again with the same key, after a wait',
    async run(work) {
      const seen: string[] = []
      const flaky = defineTask({
        name: 'flaky',
        run: (_, { attempt, idempotencyKey }) => {
          seen.push(`${attempt} ${idempotencyKey}`)
          if (attempt < 3) throw new Error('not yet')
        },
      })
      const flow = defineFlow('flaky', [flaky])
      const runner = work.runner([flow], {
        retry: { attempts: 3, backoff: { initial: 1000, factor: 2 }, jitter: 0 },
      })
      const id = await runner.schedule(flow, {}, { id: 'f-1' })
      const begun = work.clock.now()
      assertEqual(statusOf(await work.through(runner.run())), 'completed', 'how it ended')
      assertEqual(work.clock.now() - begun, 3000, 'how long it waited')
      assertEqual(seen, ['1 f-1/flaky', '2 f-1/flaky', '3 f-1/flaky'], 'attempts')
      assertEqual(
        shown(await runner.history(id)).filter((event) => event.startsWith('retry')),
        ['retry-scheduled flaky', 'retry-scheduled flaky'],
        'what is kept of that',
      )
    },
  },
  {
    name: 'F30 a task that takes too long, or gives no sign of life, has timed out',
    async run(work) {
      const aborted: number[] = []
      const never = (signal: AbortSignal): Promise<void> => {
        signal.addEventListener('abort', () => aborted.push(work.clock.now()))
        return new Promise(() => undefined)
      }
      const slow = defineTask({ name: 'slow', timeout: 5000, run: (_, { signal }) => never(signal) })
      const silent = defineTask({
        name: 'silent',
        heartbeat: 1000,
        run: (_, { heartbeat, signal }) => {
          heartbeat()
          return never(signal)
        },
      })
      for (const [task, after] of [
        [slow, 5000],
        [silent, 1000],
      ] as const) {
        const flow = defineFlow(task.name, [task])
        const runner = work.runner([flow])
        const id = await runner.schedule(flow, {})
        const report = await work.through(runner.run())
        assertThat(report?.status === 'failed', 'it has failed')
        assertEqual(report.error.code, 'timed-out', 'with this error')
        const begun = (await runner.history(id)).find(({ type }) => type === 'task-started')
        assertEqual((aborted.pop() ?? 0) - (begun?.at ?? 0), after, 'its signal was aborted after this time')
        assertThat(
          shown(await runner.history(id)).includes(`task-timed-out ${task.name}`),
          'the history says so',
        )
      }
    },
  },
  {
    name: 'F30 the next attempt is handed the details of the last heartbeat',
    async run(work) {
      const seen: unknown[] = []
      const task = defineTask({
        name: 'rows',
        retry: { attempts: 2, backoff: { initial: 10 } },
        run: (_, { lastDetails, heartbeat, attempt }) => {
          seen.push(lastDetails)
          heartbeat({ row: 7 })
          if (attempt === 1) throw new Error('half of it')
        },
      })
      const flow = defineFlow('rows', [task])
      const runner = work.runner([flow])
      await runner.schedule(flow, {})
      assertEqual(statusOf(await work.through(runner.run())), 'completed', 'how it ended')
      assertEqual(seen, [undefined, { row: 7 }], 'details')
    },
  },
  {
    name: 'F30 what waits is canceled at once; what runs is told, and is canceled when its task has ended',
    async run(work) {
      const gate = new Gate()
      const flow = defineFlow('cancel', [
        defineTask({ name: 'first', run: (_, { signal }) => gate.pass(signal) }),
        defineTask({ name: 'second', run: () => undefined }),
      ])
      const runner = work.runner([flow])
      const waiting = await runner.schedule(flow, {}, { delay: '1h' })
      await runner.cancel(waiting, { reason: 'not needed' })
      assertEqual((await runner.execution(waiting)).status, 'canceled', 'the one that waits')
      const id = await runner.schedule(flow, {})
      const running = runner.run()
      await gate.begun
      await work.runner([]).cancel(id, { reason: 'stop' })
      const report = await work.through(running)
      assertEqual(statusOf(report), 'canceled', 'the one that runs')
      const outcome = await runner.result(id)
      assertThat(
        outcome.status === 'canceled' && outcome.error.message.includes('stop'),
        'its result says why',
      )
      await assertHistory(runner, id, [
        'flow-created',
        'flow-scheduled',
        'flow-started',
        'task-started first',
        'cancel-requested',
        'task-canceled first',
        'flow-canceled',
      ])
      gate.open()
      assertEqual(statusOf(await runner.rerun(id)), 'completed', 'it can be taken back')
    },
  },
  {
    name: 'F30 a paused one goes on with the next task when it is resumed',
    async run(work) {
      const gate = new Gate()
      const flow = defineFlow('pause', [
        defineTask({
          name: 'first',
          outputs: { x: of<number>() },
          run: async () => (await gate.pass(), { x: 1 }),
        }),
        defineTask({
          name: 'second',
          inputs: { x: of<number>() },
          outputs: { y: of<number>() },
          run: ({ x }) => ({ y: x }),
        }),
      ])
      const runner = work.runner([flow])
      const id = await runner.schedule(flow, {})
      const running = runner.run()
      await gate.begun
      await runner.pause(id)
      gate.open()
      const report = await running
      assertEqual(statusOf(report), 'paused', 'when its task has ended')
      assertEqual(await runner.run(), undefined, 'as long as it is paused')
      await runner.resume(id)
      assertEqual(resultOf(await runner.run()), { x: 1, y: 1 }, 'when it is resumed')
    },
  },
  {
    name: 'F30 an execution is scheduled for a later time',
    async run(work) {
      const runner = work.runner([abc])
      const id = await runner.schedule(abc, { start: 1 }, { delay: '1h' })
      assertEqual(await runner.run(), undefined, 'before its time')
      assertEqual(await runner.nextDeadline(), work.clock.now() + 3_600_000, 'when it is due')
      await work.clock.advance(3_600_000)
      assertEqual((await runner.run())?.id, id, 'at its time')
    },
  },
  {
    name: 'F30 F32 how far a task is can be watched, with all that happens',
    async run(work) {
      const gate = new Gate()
      const flow = defineFlow('watched', [
        defineTask({
          name: 'only',
          run: async (_, { progress }) => {
            progress(40, 'rows')
            await gate.pass()
          },
        }),
      ])
      const runner = work.runner([flow])
      const id = await runner.schedule(flow, {})
      const running = runner.run()
      await gate.begun
      const seen: string[] = []
      const watching = (async () => {
        for await (const event of work.runner([]).watch(id)) {
          seen.push(
            event.type === 'task-progress' ? `${event.task} ${event.percent} ${event.message}` : event.type,
          )
          if (event.type === 'task-progress') gate.open()
        }
      })()
      await work.through(running)
      await work.through(watching)
      assertEqual(
        seen,
        [
          'flow-created',
          'flow-scheduled',
          'flow-started',
          'task-started',
          'only 40 rows',
          'task-completed',
          'flow-completed',
        ],
        'what was seen',
      )
      assertEqual(await runner.progress(id), undefined, 'when it has ended')
    },
  },
  {
    name: 'F26 a runner that is to end gives its execution back, and another goes on',
    async run(work) {
      const gate = new Gate()
      let runs = 0
      const flow = defineFlow('given-back', [
        defineTask({ name: 'first', run: () => undefined }),
        defineTask({
          name: 'second',
          run: (_, { signal }) => (++runs === 1 ? gate.pass(signal) : undefined),
        }),
      ])
      const runner = work.runner([flow], { grace: 1000 })
      const id = await runner.schedule(flow, {})
      const end = new AbortController()
      const running = runner.run({ signal: end.signal })
      await gate.begun
      end.abort()
      const report = await work.through(running)
      assertEqual(statusOf(report), 'scheduled', 'where it is')
      assertEqual(statusOf(await work.runner([flow]).run()), 'completed', 'by another')
      assertThat(shown(await runner.history(id)).includes('flow-released'), 'the history says so')
    },
  },
  {
    name: 'F26 what was run for a runner that has ended leaves no timer behind',
    async run(work) {
      const gate = new Gate()
      const flow = defineFlow('ends-soon', [defineTask({ name: 'only', run: () => gate.pass() })])
      const runner = work.runner([flow], { grace: 50_000 })
      await runner.schedule(flow, {})
      const end = new AbortController()
      const running = runner.run({ signal: end.signal })
      await gate.begun
      end.abort()
      gate.open()
      assertEqual(statusOf(await running), 'completed', 'how it ended')
      runner.close()
      // Shorter than its grace.
      await work.clock.advance(1000)
      assertEqual(work.clock.nextTimer(), undefined, 'the next timer')
    },
  },
  {
    name: 'F26 a runner that cannot read what it was given, and has lost it meanwhile, is refused',
    async run(work) {
      const gate = new Gate()
      const codec = { encode: async (text: string) => text, decode: async (text: string) => text }
      const scheduling = work.runner([abc], { codec })
      const id = await scheduling.schedule(abc, { start: 1 })
      const decode = async (): Promise<string> => {
        await gate.pass()
        throw new Error('there is no such key')
      }
      const lost = work.runner([abc], { codec: { ...codec, decode }, lease: 1000 })
      const losing = lost.run()
      await gate.begun
      await work.clock.advance(1001)
      const other = work.runner([abc], { codec })
      assertEqual(statusOf(await other.run()), 'completed', 'by another')
      const before = await work.dump()
      gate.open()
      await assertRejects(() => losing, 'lease-lost', 'the one that was lost')
      assertEqual(await work.dump(), before, 'the records then')
      assertEqual((await other.execution(id)).status, 'completed', 'where it is')
    },
  },
]
