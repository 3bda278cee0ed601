import { assertEqual, assertRejects, assertThat } from '../assertions.js'
import type { BackendCase } from './case.js'
import { completed, schedule, startChild } from './case.js'

/** D34-D42, D46, D52, SC5, SC6. */
export const activityCases: readonly BackendCase[] = [
  {
    name: 'D34 D35 activities are handed out in order, each once, and end once',
    async run(work) {
      const { backend } = work
      const id = await work.begin()
      await work.decide(schedule('a', { input: [1] }), schedule('b'), schedule('c', { priority: 5 }))
      const urgent = await work.activity()
      assertEqual(urgent.id, 'c', 'of the highest priority')
      const task = await work.activity()
      assertEqual(
        [task.process, task.activity, task.id, task.input, task.attempt],
        [id, 'double', 'a', [1], 1],
        'the task',
      )
      assertEqual((await work.activity()).id, 'b', 'the next one')
      await work.noActivity('after all')
      await backend.completeActivityTask(task.token, completed(null))
      await assertRejects(
        () => backend.completeActivityTask(task.token, completed(2)),
        'unknown-activity',
        'again',
      )
      await assertRejects(
        () => backend.completeActivityTask('x', completed(2)),
        'bad-token',
        'a token that is none',
      )
      await assertRejects(() => backend.heartbeat(task.token), 'unknown-activity', 'a late heartbeat (D41)')
      const decision = await work.decision()
      const ended = decision.events.find(({ type }) => type === 'activity')
      assertThat(ended?.type === 'activity', 'the decider sees its end')
      assertEqual(ended.result, completed(null), 'its result')
    },
  },
  {
    name: 'D36 an id is free again when its activity has ended',
    async run(work) {
      const id = await work.begin()
      await work.decide(schedule('a'))
      await work.do({ type: 'failed' })
      await work.decide(schedule('a'))
      assertEqual((await work.do(completed(1))).id, 'a', 'the activity')
      assertEqual((await work.backend.openActivities(id)).length, 0, 'open activities')
    },
  },
  {
    name: 'SC6 D37 D38 D42 an activity that nobody takes in time ends so, whoever comes first',
    async run(work) {
      const { clock } = work
      await work.begin()
      await work.decide(schedule('a', { scheduleToStart: 1000 }))
      await clock.advance(1001)
      await work.noActivity('after its time')
      const task = await work.decision()
      const ended = task.events.find(({ type }) => type === 'activity')
      assertThat(ended?.type === 'activity', 'the decider sees its end')
      assertEqual(ended.result, { type: 'timed-out', timeout: 'schedule-to-start' }, 'its result')
    },
  },
  {
    name: 'D43 a limit that is just reached is not gone over',
    async run(work) {
      const { backend, clock } = work
      await work.begin()
      await work.decide(schedule('a', { scheduleToStart: 1000, startToClose: 1000 }))
      await clock.advance(1000)
      const task = await work.activity()
      await clock.advance(1000)
      await backend.completeActivityTask(task.token, completed(1))
    },
  },
  {
    name: 'SC6 D39 D42 an activity that runs too long ends so, however often it beats (D40)',
    async run(work) {
      const { backend, clock } = work
      await work.begin()
      await work.decide(schedule('a', { startToClose: 3000, heartbeat: 2000 }))
      const task = await work.activity()
      for (let beat = 0; beat < 2; beat++) {
        await clock.advance(1500)
        assertEqual(await backend.heartbeat(task.token, beat), { cancelRequested: false }, 'a heartbeat')
      }
      await clock.advance(1)
      await assertRejects(
        () => backend.completeActivityTask(task.token, completed(1)),
        'unknown-activity',
        'late',
      )
      const ended = (await work.decision()).events.find(({ type }) => type === 'activity')
      assertThat(ended?.type === 'activity', 'the decider sees its end')
      assertEqual(ended.result, { type: 'timed-out', timeout: 'start-to-close', details: 1 }, 'its result')
      await assertRejects(
        () => backend.completeActivityTask(task.token, completed(1)),
        'unknown-activity',
        'later',
      )
    },
  },
  {
    name: 'SC6 D40 D42 an activity that falls silent ends so',
    async run(work) {
      const { backend, clock } = work
      await work.begin()
      await work.decide(schedule('a', { heartbeat: 2000 }))
      const task = await work.activity()
      await clock.advance(2001)
      const ended = (await work.decision()).events.find(({ type }) => type === 'activity')
      assertThat(ended?.type === 'activity', 'the decider sees its end')
      assertEqual(ended.result, { type: 'timed-out', timeout: 'heartbeat' }, 'its result')
      await assertRejects(() => backend.heartbeat(task.token), 'unknown-activity', 'a late heartbeat')
    },
  },
  {
    name: 'D42 an activity may take so long in all, waiting and attempts included',
    async run(work) {
      const { clock } = work
      const retry = { attempts: null, initial: 400, factor: 1, maximum: 400, jitter: 0 }
      await work.begin()
      await work.decide(schedule('a', { scheduleToClose: 1000, retry }))
      for (let attempt = 0; attempt < 2; attempt++) {
        await work.do({ type: 'failed' })
        await clock.advance(400)
      }
      await work.activity()
      await clock.advance(201)
      const ended = (await work.decision()).events.find(({ type }) => type === 'activity')
      assertThat(ended?.type === 'activity', 'the decider sees its end')
      assertEqual(ended.result, { type: 'timed-out', timeout: 'schedule-to-close' }, 'its result')
    },
  },
  {
    name: 'D41 D82 an activity that is tried again knows what came before, under one idempotency key',
    async run(work) {
      const { backend, clock } = work
      const id = await work.begin()
      const retry = { attempts: 2, initial: 1000, factor: 2, maximum: 5000, jitter: 0 }
      await work.decide(schedule('a', { retry }))
      const first = await work.activity()
      await backend.heartbeat(first.token, { at: 7 })
      await backend.completeActivityTask(first.token, { type: 'failed', reason: 'planned' })
      await work.noActivity('before the wait is over')
      await work.noDecision('before it has ended')
      await clock.advance(1000)
      const second = await work.activity()
      assertEqual([second.attempt, second.details], [2, { at: 7 }], 'attempt and details')
      assertEqual(second.idempotencyKey, first.idempotencyKey, 'the key')
      await assertRejects(
        () => backend.completeActivityTask(first.token, completed(1)),
        'unknown-activity',
        'the first',
      )
      await backend.completeActivityTask(second.token, { type: 'failed', reason: 'again' })
      const history = await backend.history(id)
      const attempts = history.flatMap((event) =>
        event.type === 'activity-started' ? [event.last ?? null] : [],
      )
      assertEqual(
        attempts,
        [null, { at: clock.now() - 1000, result: { type: 'failed', reason: 'planned' } }],
        'what each attempt knows of the last',
      )
      const ended = (await work.decision()).events.find(({ type }) => type === 'activity')
      assertThat(ended?.type === 'activity', 'the decider sees its end')
      assertEqual(ended.result, { type: 'failed', reason: 'again' }, 'its result')
    },
  },
  {
    name: 'an error that is not worth another attempt ends the activity',
    async run(work) {
      await work.begin()
      const retry = { attempts: 9, initial: 0, factor: 1, maximum: 0, jitter: 0, retryable: ['NetworkError'] }
      await work.decide(schedule('a', { retry }))
      await work.do({ type: 'failed', error: { name: 'NetworkError', message: 'gone' } })
      await work.do({ type: 'failed', error: { name: 'TypeError', message: 'wrong' } })
      await work.noActivity('after the second')
      assertThat(
        (await work.decision()).events.some(({ type }) => type === 'activity'),
        'it has ended',
      )
    },
  },
  {
    name: 'D46 an activity that is called off ends at once, and only that of this process',
    async run(work) {
      const { backend } = work
      await work.register()
      const first = await backend.startProcess({ workflow: 'test' })
      const second = await backend.startProcess({ workflow: 'test' })
      await work.decide(schedule('waits'), schedule('runs', { priority: 1 }))
      await work.decide(schedule('waits'))
      const running = await work.activity()
      await backend.signalProcess(first, { name: 'x' })
      await work.decide({ type: 'cancel-activity', id: 'waits' }, { type: 'cancel-activity', id: 'runs' })
      assertEqual((await backend.openActivities(first)).length, 0, 'open activities of the first')
      assertEqual((await backend.openActivities(second)).length, 1, 'open activities of the second')
      await assertRejects(
        () => backend.completeActivityTask(running.token, completed(1)),
        'unknown-activity',
        'late',
      )
      await work.noDecision('of what the decider has decided itself')
      const ended = (await backend.history(first)).flatMap((event) =>
        event.type === 'activity' ? [[event.id, event.result.type, event.scheduled]] : [],
      )
      assertEqual(
        ended,
        [
          ['waits', 'canceled', 4],
          ['runs', 'canceled', 5],
        ],
        'what has ended',
      )
    },
  },
  {
    name: 'D41 a worker that is to be asked first hears of it, and ends as it says',
    async run(work) {
      const { backend } = work
      const id = await work.begin()
      await work.decide(schedule('a'))
      const task = await work.activity()
      await backend.signalProcess(id, { name: 'x' })
      await work.decide({ type: 'cancel-activity', id: 'a', wait: true, reason: 'enough' })
      assertEqual((await backend.openActivities(id)).length, 1, 'open activities')
      assertEqual(await backend.heartbeat(task.token), { cancelRequested: true }, 'the heartbeat')
      await backend.completeActivityTask(task.token, { type: 'canceled', details: 'cleaned up' })
      const ended = (await work.decision()).events.find(({ type }) => type === 'activity')
      assertThat(ended?.type === 'activity', 'the decider sees its end')
      assertEqual(ended.result, { type: 'canceled', details: 'cleaned up' }, 'its result')
    },
  },
  {
    name: 'SC5 D52 a timer fires when it is due, with its data; zero is at once',
    async run(work) {
      const { backend, clock } = work
      const id = await work.begin()
      await work.decide({ type: 'start-timer', id: 't', delay: 5000, data: 0 })
      await clock.advance(4999)
      await work.noDecision('before it is due')
      assertEqual(await backend.nextDeadline(), clock.now() + 1, 'the next deadline')
      await clock.advance(1)
      const task = await work.decide({ type: 'start-timer', delay: 0, data: 'now' })
      assertEqual(
        await work.history(id),
        [
          'process-started',
          'decision-started',
          'decision start-timer',
          'timer',
          'decision-started',
          'decision start-timer',
        ],
        'the history',
      )
      const fired = task.events.at(-2)
      assertThat(fired?.type === 'timer', 'the last event but one is the timer')
      assertEqual([fired.id, fired.data], ['t', 0], 'the timer')
      assertEqual((await work.decide()).events.at(-2)?.type, 'timer', 'the one of zero')
    },
  },
  {
    name: 'D52 a timer that is canceled, or whose process is closed, does not fire',
    async run(work) {
      const { backend, clock } = work
      const id = await work.begin()
      await work.decide(
        { type: 'start-timer', id: 'a', delay: 10, data: null },
        { type: 'start-timer', id: 'b', delay: 10, data: null },
      )
      await backend.signalProcess(id, { name: 'x' })
      await work.decide({ type: 'cancel-timer', id: 'a' })
      await backend.signalProcess(id, { name: 'x' })
      await work.decide({ type: 'complete-process', result: null })
      await clock.advance(11)
      assertEqual(await backend.tick(), 0, 'processes that something happens to')
      const types = (await backend.history(id)).map(({ type }) => type)
      assertThat(
        types.includes('timer-canceled') && !types.includes('timer'),
        'one was canceled, and none has fired',
      )
    },
  },
  {
    name: 'D43 time is told by tick: what is due happens, and the next deadline is when it has something to do',
    async run(work) {
      const { backend, clock } = work
      const id = await work.begin()
      await work.decide(schedule('a', { scheduleToStart: 1000 }), {
        type: 'start-timer',
        id: 't',
        delay: 3000,
        data: null,
      })
      const begun = clock.now()
      assertEqual(await backend.nextDeadline(), begun + 1001, 'the first deadline')
      await clock.advance(1000)
      assertEqual(await backend.tick(), 0, 'what happens too early')
      await clock.advance(1)
      assertEqual(await backend.tick(), 1, 'what happens then')
      assertEqual(await backend.nextDeadline(), begun + 3000, 'the second deadline')
      await clock.advance(1999)
      assertEqual(await backend.tick(), 1, 'what happens then')
      const types = (await backend.history(id)).map(({ type }) => type)
      assertEqual(types.slice(-2), ['activity', 'timer'], 'the last events')
    },
  },
  {
    name: 'D45 a process that is open for too long is closed, and its parent is told',
    async run(work) {
      const { clock } = work
      const parent = await work.begin()
      await work.register({ name: 'short', timeout: 1000 })
      await work.decide(startChild({ workflow: 'short' }))
      await work.decide(schedule('a'))
      await clock.advance(1001)
      await work.noActivity('of a process that is closed')
      await work.isClosed('child', { type: 'timed-out', timeout: 'start-to-close' })
      const told = await work.decision()
      assertEqual(told.process.id, parent, 'who is told')
    },
  },
]
