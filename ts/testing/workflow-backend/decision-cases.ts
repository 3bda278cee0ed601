import type { ErrorCode } from '../../errors/index.js'
import type { MadeDecision, RetryData } from '../../deciders/history/index.js'
import { assertEqual, assertRejects, assertThat } from '../assertions.js'
import type { BackendCase, BackendWork } from './case.js'
import { completed, schedule, startChild } from './case.js'

const close = { type: 'complete-process', result: 'done' } as const
const timer = (id: string): MadeDecision => ({ type: 'start-timer', id, delay: 1000, data: null })

/** The backend gives it one. */
const startChildOfAnyId = {
  type: 'start-child-process',
  workflow: 'test',
  input: null,
  tags: [],
  childPolicy: 'abandon',
} as const

/** Batches that are refused, and with what; `open` and `timer` are open. */
const refused: readonly (readonly [what: string, decisions: readonly MadeDecision[], code: ErrorCode])[] = [
  ['D32 an unknown activity', [schedule('a', { activity: 'nobody' })], 'unknown-type'],
  ['D32 an unknown workflow', [startChild({ workflow: 'nobody' })], 'unknown-type'],
  ['D32 a cancellation of what is not open', [{ type: 'cancel-activity', id: 'nobody' }], 'unknown-activity'],
  ['D32 a timer that is not there', [{ type: 'cancel-timer', id: 'nobody' }], 'unknown-timer'],
  ['D32 what is no decision', [{ type: 'nonsense' } as unknown as MadeDecision], 'malformed-decision'],
  ['D32 nothing', [null as unknown as MadeDecision], 'malformed-decision'],
  [
    'D32 a field of the wrong type',
    [{ ...timer('t'), delay: 'soon' } as unknown as MadeDecision],
    'malformed-decision',
  ],
  [
    'D32 a field that is not known',
    [{ ...timer('t'), colour: 'red' } as unknown as MadeDecision],
    'malformed-decision',
  ],
  ['D32 a retry policy that is none', [schedule('a', { retry: {} as RetryData })], 'malformed-decision'],
  ['D32 an id that is none', [schedule('')], 'malformed-decision'],
  ['D33 a decision after the one that closes', [close, schedule('a')], 'close-not-last'],
  ['D33 new work beside the end', [schedule('a'), close], 'close-with-new-work'],
  ['D33 two ends', [close, close], 'close-not-last'],
  ['D36 an activity of an id that is open', [schedule('open')], 'id-in-use'],
  ['D36 two activities of one id', [schedule('a'), schedule('a')], 'id-in-use'],
  ['D50 a child of an id that is taken', [startChild({ id: 'taken' })], 'id-in-use'],
  ['two timers of one id', [timer('timer')], 'id-in-use'],
]

async function prepare(work: BackendWork): Promise<string> {
  const id = await work.begin()
  await work.decide(schedule('open'), timer('timer'), startChild({ id: 'taken' }))
  await work.decide()
  await work.backend.signalProcess(id, { name: 'go' })
  return id
}

/** D24, D27-D33, D36, D14-D16. */
export const decisionCases: readonly BackendCase[] = [
  {
    name: 'D24 D27 D28 one decision of a process at a time, first come first served',
    async run(work) {
      const { backend } = work
      await work.register()
      const first = await backend.startProcess({ workflow: 'test' })
      const second = await backend.startProcess({ workflow: 'test' })
      await backend.signalProcess(first, { name: 'more' })
      const task = await work.decision()
      assertEqual(task.process.id, first, 'who comes first')
      await backend.signalProcess(first, { name: 'meanwhile' })
      assertEqual((await work.decide()).process.id, second, 'who comes next')
      await work.noDecision('while the first is decided on')
      await backend.completeDecisionTask(task.token, [])
      assertEqual((await work.decide()).process.id, first, 'who comes after that')
      await work.noDecision('when all is decided')
      assertEqual((await backend.pollDecisionTasks({ category: 'nobody' })).length, 0, 'of another category')
    },
  },
  {
    name: 'D24 many are taken at once, each of another process',
    async run(work) {
      const { backend } = work
      await work.register()
      const ids: string[] = []
      for (let number = 0; number < 5; number++) ids.push(await backend.startProcess({ workflow: 'test' }))
      const tasks = await backend.pollDecisionTasks({ limit: 3, identity: 'me' })
      assertEqual(
        tasks.map(({ process }) => process.id),
        ids.slice(0, 3),
        'the first three',
      )
      const started = tasks[0]?.events.at(-1)
      assertThat(started?.type === 'decision-started', 'the last event is the start of the decision')
      assertEqual(started.identity, 'me', 'who decides')
    },
  },
  {
    name: 'D15 several signals give one decision, which sees them in order',
    async run(work) {
      const id = await work.begin()
      await work.decide()
      for (const name of ['a', 'b', 'c']) await work.backend.signalProcess(id, { name })
      const task = await work.decide()
      const names = task.events.flatMap((event) => (event.type === 'signal' ? [event.name] : []))
      assertEqual(names, ['a', 'b', 'c'], 'signals')
      await work.noDecision('after it')
    },
  },
  {
    name: 'D14 what comes while it is decided is not lost: nothing closes that has not seen it',
    async run(work) {
      const { backend } = work
      const id = await work.begin()
      const task = await work.decision()
      await backend.signalProcess(id, { name: 'late' })
      await assertRejects(
        () => backend.completeDecisionTask(task.token, [close]),
        'unhandled-events',
        'closing',
      )
      assertEqual((await backend.process(id))?.closed, undefined, 'how it is closed')
      const again = await work.decision()
      assertEqual(
        again.events.filter(({ type }) => type === 'process-started' || type === 'signal').length,
        2,
        'what the next decision sees',
      )
      await assertRejects(
        () => backend.completeDecisionTask(task.token, []),
        'unknown-decision',
        'the old token',
      )
      await backend.completeDecisionTask(again.token, [close])
      await work.isClosed(id, completed('done'))
    },
  },
  {
    name: 'D16 D44 SC8 a decider that dies loses nothing: another one gets the same events',
    async run(work) {
      const { backend, clock } = work
      const id = await work.begin()
      await backend.signalProcess(id, { name: 'x' })
      const dead = await work.decision()
      await clock.advance(60_000)
      await work.noDecision('at the last moment of its time (D43, D44)')
      await clock.advance(1)
      const next = await work.decision()
      const told = (events: typeof next.events): string[] =>
        events.flatMap(({ type }) => (type === 'process-started' || type === 'signal' ? [type] : []))
      assertEqual(told(next.events), told(dead.events), 'what the next one sees')
      await assertRejects(
        () => backend.completeDecisionTask(dead.token, [close]),
        'unknown-decision',
        'the dead one',
      )
      await backend.completeDecisionTask(next.token, [close])
      await work.isClosed(id, completed('done'))
    },
  },
  {
    name: 'D31 a decision is complete once, and in time, by whoever has its token',
    async run(work) {
      const { backend, clock } = work
      await work.begin()
      const task = await work.decision()
      await backend.completeDecisionTask(task.token, [])
      await assertRejects(() => backend.completeDecisionTask(task.token, []), 'unknown-decision', 'again')
      await assertRejects(
        () => backend.completeDecisionTask('nonsense', []),
        'bad-token',
        'a token that is none',
      )
      const error = { name: 'Error', message: 'no' }
      await assertRejects(
        () => backend.failDecisionTask(task.token, { error }),
        'unknown-decision',
        'failing',
      )
      await backend.signalProcess(task.process.id, { name: 'x' })
      const late = await work.decision()
      await clock.advance(60_001)
      await assertRejects(() => backend.completeDecisionTask(late.token, []), 'unknown-decision', 'too late')
    },
  },
  {
    name: 'D30 any iterable of decisions, also an empty one, which starts nothing',
    async run(work) {
      const id = await work.begin()
      const task = await work.decision()
      await work.backend.completeDecisionTask(task.token, new Set([schedule('a'), schedule('b')]))
      assertEqual((await work.backend.openActivities(id)).length, 2, 'open activities')
      await work.backend.signalProcess(id, { name: 'x' })
      await work.decide()
      await work.noDecision('after an empty one')
    },
  },
  ...refused.map(([what, decisions, code]): BackendCase => ({
    name: `${what} is refused, with all of its batch, and the decision can be made anew`,
    async run(work) {
      const { backend } = work
      const id = await prepare(work)
      const task = await work.decision()
      const before = await backend.openActivities(id)
      const batch = [schedule('beside'), ...decisions]
      await assertRejects(() => backend.completeDecisionTask(task.token, batch), code, 'the batch')
      assertEqual(await backend.openActivities(id), before, 'open activities')
      const events = await backend.history(id)
      const last = events.at(-1)
      assertThat(last?.type === 'decision-refused', 'the last event is the refusal')
      assertEqual(last.error.code, code, 'its code')
      await work.noDecision('while the decision can still be made')
      await backend.completeDecisionTask(task.token, [close])
      await work.isClosed(id, completed('done'))
    },
  })),
  {
    name: 'D60 a decider that throws is asked again, later each time it says so, with the same events',
    async run(work) {
      const { backend, clock } = work
      const id = await work.begin()
      const error = { name: 'TypeError', message: 'planned' }
      const task = await work.decision()
      await backend.failDecisionTask(task.token, { error, delay: 5000 })
      await work.noDecision('at once')
      assertEqual((await backend.process(id))?.failures, { count: 1, error }, 'what is known of it')
      await clock.advance(5000)
      const again = await work.decide()
      assertEqual(again.events.at(0)?.type, 'process-started', 'the first event')
      assertEqual((await backend.process(id))?.failures, undefined, 'what is known of it when it is decided')
    },
  },
  {
    name: 'D8 what a decision starts without an id gets one, of the process and its place',
    async run(work) {
      const id = await work.begin()
      await work.decide(
        { type: 'schedule-activity', activity: 'double', input: 1 },
        { type: 'start-timer', delay: 1, data: null },
        startChildOfAnyId,
      )
      const ids = (await work.backend.history(id)).flatMap((event) =>
        event.type === 'decision' && 'id' in event.decision ? [event.decision.id] : [],
      )
      assertEqual(ids, [`${id}:4`, `${id}:5`, `${id}:6`], 'ids')
    },
  },
  {
    name: 'D8 ids that are given stay short enough to be kept, however long those before them are',
    async run(work) {
      const { backend } = work
      const category = 'c'.repeat(100)
      await work.register({}, { category })
      const id = await backend.startProcess({ workflow: 'test', id: 'x'.repeat(100) })
      await work.decide({ type: 'schedule-activity', activity: 'double', input: 1 }, startChildOfAnyId)
      const task = await work.activity(category)
      assertEqual(task.process, id, 'the process of the activity')
      await backend.completeActivityTask(task.token, completed(2))
      const child = await work.decide({ type: 'schedule-activity', activity: 'double', input: 1 })
      assertThat(child.process.id.length <= 100, 'the id of the child is a name')
      assertEqual(
        (await work.activity(category)).process,
        child.process.id,
        'the process of the next activity',
      )
    },
  },
  {
    name: 'D7 D9 a process fails with what is known of it; markers and a status stay',
    async run(work) {
      const { backend } = work
      const id = await work.begin()
      const task = await work.decision()
      const marker = { type: 'record-marker', name: 'here', details: { a: 0 } } as const
      await backend.completeDecisionTask(task.token, [marker], { status: 'half way' })
      assertEqual((await backend.process(id))?.status, 'half way', 'the status')
      await backend.signalProcess(id, { name: 'end' })
      await work.decide({ type: 'fail-process', reason: 'no', details: [0] })
      await work.isClosed(id, { type: 'failed', reason: 'no', details: [0] })
      const noted = (await backend.history(id)).find(({ type }) => type === 'marker')
      assertThat(noted?.type === 'marker', 'there is a marker')
      assertEqual([noted.name, noted.details], ['here', { a: 0 }], 'the marker')
    },
  },
]
