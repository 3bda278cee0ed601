import type { StepEvent } from '../../steps/index.js'
import { assertEqual, assertThat } from '../assertions.js'
import { Gate } from '../flow-runner/case.js'
import type { StepCase } from './case.js'
import { assertCompleted, assertFailed, assertSame, shown } from './case.js'

/** How steps end other than by themselves at once, and what is told of it. */
export const endingCases: readonly StepCase[] = [
  {
    name: 'a model is tried again when its policy says so, under one idempotency key, and another input has another',
    async run(work) {
      const keys: string[] = []
      const attempts: number[] = []
      const delays: number[] = []
      const step = work.step(
        'flaky',
        ['a'],
        'x',
        ([a = NaN], { idempotencyKey, attempt }) => {
          keys.push(idempotencyKey)
          attempts.push(attempt)
          if (attempt < 3) throw new Error('not yet')
          return a
        },
        { retry: { attempts: 3, backoff: { initial: 1000, factor: 3 }, jitter: 0 } },
      )
      const state = await work.state({ a: 1 })
      const runner = work.runner([step], state, {
        onEvent: (event) => {
          if (event.type === 'step-retrying') delays.push(event.delay)
        },
      })
      const began = work.clock.now()
      const report = await work.through(runner.run())
      assertCompleted(report, { x: 1 }, 'of the run')
      const [flaky] = report.steps
      assertEqual(flaky?.type === 'ran' && [flaky.attempts, flaky.milliseconds], [3, 4000], 'its report')
      assertEqual([work.clock.now() - began, delays], [4000, [1000, 3000]], 'the waits')
      assertEqual(attempts, [1, 2, 3], 'attempts')
      assertEqual(new Set(keys).size, 1, 'keys of one run')
      await work.through(runner.run({ force: ['flaky'] }))
      assertEqual(new Set(keys).size, 1, 'keys of two runs over the same input')
      await state.set('a', 2)
      await work.through(runner.run())
      assertEqual(new Set(keys).size, 2, 'keys of two inputs')
    },
  },
  {
    name: 'S23 a model that fails as often as it may has failed, with its last error and its attempts',
    async run(work) {
      let count = 0
      const step = work.step('never', ['a'], 'x', () => {
        throw new RangeError(`time ${++count}`)
      })
      const runner = work.runner([step], await work.state({ a: 1 }), {
        retry: { attempts: 2, backoff: 'fixed' },
      })
      const report = await work.through(runner.run())
      const [never] = report.steps
      assertEqual(
        never?.type === 'failed' && [never.attempts, never.error.message],
        [2, 'time 2'],
        'its report',
      )
      const picky = work.runner([step], await work.state({ a: 1 }), {
        retry: { attempts: 9, retryable: ({ name }) => name !== 'RangeError' },
      })
      const [once] = (await work.through(picky.run())).steps
      assertEqual(once?.type === 'failed' && once.attempts, 1, 'attempts where it is not worth another')
    },
  },
  {
    name: 'a model that takes too long has timed out, and what it gives later is not looked at',
    async run(work) {
      const gate = new Gate()
      let isTold = false
      const step = work.step(
        'slow',
        ['a'],
        'x',
        async (_, { signal }) => {
          signal.addEventListener('abort', () => (isTold = true))
          await gate.pass()
          return 1
        },
        { timeout: 2000 },
      )
      const state = await work.state({ a: 1 })
      const runner = work.runner([step], state)
      const report = await work.through(runner.run())
      assertFailed(report, 'timed-out', 'of the run')
      assertEqual(
        [report.status, report.steps[0]?.type, isTold],
        ['timed-out', 'timed-out', true],
        'the report',
      )
      gate.open()
      await work.clock.advance(0)
      assertEqual(await state.has('x'), false, 'what it gives later is there')
      assertCompleted(await runner.run(), { x: 1 }, 'of a run in time')
    },
  },
  {
    name: 'a run that was called off before begins nothing',
    async run(work) {
      const state = await work.state({ a: 1 })
      const runner = work.runner(work.chain(), state)
      const report = await runner.run({ signal: AbortSignal.abort(new Error('not now')) })
      assertEqual(report.status, 'canceled', 'the report')
      assertThat(assertFailed(report, 'canceled', 'of the run').includes('not now'), 'expected the reason')
      assertEqual(shown(report), ['b blocked: by', 'c blocked: by'], 'its steps')
      work.assertRan([], 'after that')
      assertCompleted(await runner.rerun(), { c: 3 }, 'S25 of the run after it')
    },
  },
  {
    name: 'a run that is called off tells its models, begins no more, and what was given until then stays',
    async run(work) {
      const gate = new Gate()
      const over = new AbortController()
      const steps = [
        work.step('b', ['a'], 'b', ([a = NaN]) => a + 1),
        work.step('long', ['b'], 'x', async ([b = NaN], { signal }) => {
          await gate.pass(signal)
          return b
        }),
        work.step('last', ['x'], 'y', ([x = NaN]) => x),
      ]
      const state = await work.state({ a: 1 })
      const runner = work.runner(steps, state)
      const running = runner.run({ signal: over.signal })
      await gate.begun
      over.abort(new Error('enough'))
      const report = await running
      assertFailed(report, 'canceled', 'of the run')
      assertEqual(
        shown(report),
        ['b ran: never-ran', 'long canceled: never-ran', 'last blocked: by'],
        'its steps',
      )
      assertSame(await state.snapshot(), { a: 1, b: 2 }, 'the state')
      gate.open()
      const again = await runner.run()
      assertEqual(again.ran, ['long', 'last'], 'what runs then')
      assertCompleted(again, { y: 2 }, 'then')
    },
  },
  {
    name: 'a model that does not heed the signal is waited for a while: what it gives in time is kept',
    async run(work) {
      const gates = [new Gate(), new Gate()]
      const over = new AbortController()
      const steps = gates.map((gate, at) =>
        work.step(`deaf${at}`, ['a'], `x${at}`, async () => {
          await gate.pass()
          return at
        }),
      )
      const state = await work.state({ a: 1 })
      const running = work.runner(steps, state).run({ signal: over.signal })
      await Promise.all(gates.map(({ begun }) => begun))
      over.abort()
      gates[0]?.open()
      const report = await work.through(running)
      assertEqual(shown(report), ['deaf0 ran: never-ran', 'deaf1 canceled: never-ran'], 'the report')
      assertEqual(report.status, 'canceled', 'its status')
      gates[1]?.open()
      await work.clock.advance(0)
      assertSame(await state.snapshot(), { a: 1, x0: 0 }, 'the state')
    },
  },
  {
    name: 'who waits to try again does not wait when the run is called off',
    async run(work) {
      const over = new AbortController()
      const step = work.step('b', ['a'], 'b', () => Promise.reject(new Error('no')), {
        retry: { attempts: 9, backoff: { initial: 60_000 } },
      })
      const began = work.clock.now()
      const running = work.runner([step], await work.state({ a: 1 })).run({
        signal: over.signal,
        onEvent: ({ type }) => {
          if (type === 'step-retrying') over.abort()
        },
      })
      const report = await running
      assertEqual([report.status, work.clock.now() - began], ['canceled', 0], 'the run')
      work.assertRan(['b'], 'by it')
    },
  },
  {
    name: 'how far a step is is told as it says, within 0 to 100',
    async run(work) {
      const told: unknown[] = []
      const step = work.step('b', ['a'], 'b', (_, { progress }) => {
        progress(-1)
        progress(50, 'half')
        progress(NaN)
        progress(1000)
        return 1
      })
      await work.runner([step], await work.state({ a: 1 })).run({
        onEvent: (event) => {
          if (event.type === 'step-progress') told.push([event.step, event.percent, event.message ?? ''])
        },
      })
      assertEqual(
        told,
        [
          ['b', 0, ''],
          ['b', 50, 'half'],
          ['b', 100, ''],
        ],
        'progress',
      )
    },
  },
  {
    name: 'events come in order, the runner’s and the run’s alike, and a step has ended when what it gave is there',
    async run(work) {
      const state = await work.state({ a: 1 })
      const events: StepEvent[] = []
      const types: string[] = []
      const there: Promise<boolean>[] = []
      const runner = work.runner(work.chain(), state, { onEvent: ({ type }) => types.push(type) })
      const onEvent = (event: StepEvent): void => {
        events.push(event)
        if (event.type === 'step-ended') there.push(state.has(event.report.step))
      }
      const report = await runner.run({ onEvent })
      const named = events.map((event) => {
        if (event.type === 'step-ended') return `${event.type} ${event.report.step}`
        return 'step' in event ? `${event.type} ${event.step}` : event.type
      })
      assertEqual([named[0], named.at(-1)], ['run-started', 'run-ended'], 'the first and the last')
      const before = (one: string, other: string): void =>
        assertThat(
          named.indexOf(one) < named.indexOf(other),
          `expected ${one} before ${other}: ${named.join()}`,
        )
      before('step-started b', 'step-started c')
      before('step-started b', 'step-ended b')
      before('step-started c', 'step-ended c')
      before('step-ended b', 'step-ended c')
      assertEqual(named.length, 6, 'events')
      assertEqual(types.length, 6, 'events of the runner')
      assertEqual(await Promise.all(there), [true, true], 'what was given is there')
      const last = events.at(-1)
      assertSame(last?.type === 'run-ended' && last.report, report, 'the report that is told')
      events.length = 0
      await runner.run({ onEvent })
      assertEqual(
        events.map(({ type }) => type),
        ['run-started', 'step-ended', 'step-ended', 'run-ended'],
        'events of a run that skips',
      )
    },
  },
]
