import { assertEqual, assertRejects, assertThat } from '../assertions.js'
import type { BackendCase } from './case.js'
import { completed, schedule, startChild } from './case.js'

const close = { type: 'complete-process', result: 'done' } as const

/** D19-D23, D47-D51, SC1, SC2. */
export const processCases: readonly BackendCase[] = [
  {
    name: 'SC1 D26 a history holds what happened, in order, and can be read when the process is closed',
    async run(work) {
      const { backend } = work
      await work.register()
      await work.register({ name: 'other' })
      const first = await backend.startProcess({ workflow: 'test', input: 2, tags: ['a', 'b'] })
      const second = await backend.startProcess({ workflow: 'test', input: 3, tags: ['b'] })
      const ids = async (filter: object): Promise<string[]> =>
        (await backend.processes({ status: 'open', ...filter })).processes.map(({ id }) => id)
      assertEqual(await ids({ tag: 'a' }), [first], 'processes by tag')
      assertEqual(await ids({ tag: 'b' }), [first, second], 'processes by another tag')
      assertEqual(await ids({ workflow: 'test' }), [first, second], 'processes by workflow')
      assertEqual(await ids({ workflow: 'other', tag: 'b' }), [], 'processes by both')
      await backend.cancelProcess(second)
      assertEqual(await ids({}), [first], 'open processes')
      const task = await work.decision()
      assertEqual(task.process.id, first, 'the process of the task')
      await backend.completeDecisionTask(task.token, [schedule('one', { input: 2 })])
      await backend.signalProcess(first, { name: 'some_signal', data: { some: 'data' } })
      await work.do({ type: 'failed', reason: 'reason', details: 'details' })
      await work.decide(schedule('one', { input: 2 }))
      await work.do({ type: 'canceled', details: 'details' })
      await work.decide(schedule('one', { input: 2 }))
      await work.do(completed(4))
      await work.decide(startChild({ input: 5, tags: ['kid'] }))
      assertEqual(
        await work.history(first),
        [
          'process-started',
          'decision-started',
          'decision schedule-activity',
          'signal',
          'activity-started',
          'activity failed',
          'decision-started',
          'decision schedule-activity',
          'activity-started',
          'activity canceled',
          'decision-started',
          'decision schedule-activity',
          'activity-started',
          'activity completed',
          'decision-started',
          'decision start-child-process',
        ],
        'the history',
      )
      const childTask = await work.decide({ type: 'complete-process', result: 50 })
      assertEqual(childTask.process.parent?.process, first, 'the parent of the child')
      const last = await work.decision()
      const told = last.events.at(-2)
      assertThat(told?.type === 'child-process', 'the last event but one is of the child')
      assertEqual(
        [told.process, told.workflow, told.tags, told.result],
        ['child', 'test', ['kid'], completed(50)],
        'what it tells',
      )
      await backend.completeDecisionTask(last.token, [close])
      assertEqual(await ids({}), [], 'open processes at the end')
      await work.isClosed(first, completed('done'))
      assertEqual((await work.history('child')).length, 3, 'events of the child')
    },
  },
  {
    name: 'SC2 D25 categories are queues of their own, and a decision may name another than the activity has',
    async run(work) {
      const { backend } = work
      await work.register({ category: 'slow' }, { category: 'heavy' })
      await backend.startProcess({ workflow: 'test' })
      await work.noDecision('the default queue')
      const task = await work.decision('slow')
      await backend.completeDecisionTask(task.token, [schedule('a'), schedule('b', { category: 'special' })])
      await work.noActivity('the default queue')
      assertEqual((await work.activity('heavy')).id, 'a', 'the activity of its own category')
      assertEqual((await work.activity('special')).id, 'b', 'the activity of the category of the decision')
    },
  },
  {
    name: 'D19 registering again changes the settings',
    async run(work) {
      await work.begin()
      await work.register({}, { category: 'heavy' })
      await work.decide(schedule('a'))
      assertEqual((await work.activity('heavy')).id, 'a', 'the activity')
    },
  },
  {
    name: 'D20 a process keeps its input and tags; one that is started again under its id is the same one',
    async run(work) {
      const { backend } = work
      await work.register()
      await work.register({ name: 'other' })
      const start = { workflow: 'test', id: 'order-1', input: { a: [1] }, tags: ['x'] }
      assertEqual(await backend.startProcess(start), 'order-1', 'the id')
      assertEqual(await backend.startProcess({ ...start, input: 'another' }), 'order-1', 'the id again')
      const [started] = await backend.history('order-1')
      assertThat(started?.type === 'process-started', 'the first event is the start')
      assertEqual([started.input, started.tags], [{ a: [1] }, ['x']], 'input and tags')
      assertEqual((await backend.history('order-1')).length, 1, 'events')
      await work.decide(close)
      await work.noDecision('after the only decision')
      await assertRejects(
        () => backend.startProcess({ ...start, workflow: 'other' }),
        'process-exists',
        'start',
      )
    },
  },
  {
    name: 'D20 D47 what is no name is refused, and leaves nothing',
    async run(work) {
      const { backend } = work
      await work.register()
      for (const wrong of ['', ' a', 'a\u0000', '\ud800', 'x'.repeat(101)]) {
        const shown = JSON.stringify(wrong)
        const start = { workflow: 'test', id: 'fine' }
        await assertRejects(
          () => backend.startProcess({ ...start, id: wrong }),
          'bad-argument',
          `the id ${shown}`,
        )
        await assertRejects(
          () => backend.startProcess({ ...start, tags: [wrong] }),
          'bad-argument',
          `the tag ${shown}`,
        )
      }
      assertEqual((await backend.processes()).processes.length, 0, 'processes')
      const id = await backend.startProcess({ workflow: 'test', id: 'a/b 😀' })
      await assertRejects(() => backend.signalProcess(id, { name: '' }), 'bad-argument', 'a signal')
      assertEqual((await backend.history(id)).length, 1, 'events')
      await work.decide(close)
      await work.isClosed(id, completed('done'))
    },
  },
  {
    name: 'D21 an unknown workflow is refused, and leaves nothing',
    async run(work) {
      const { backend } = work
      await assertRejects(
        () => backend.startProcess({ workflow: 'nobody', id: 'a' }),
        'unknown-type',
        'start',
      )
      assertEqual((await backend.processes()).processes.length, 0, 'processes')
      assertEqual(await backend.process('a'), undefined, 'the process')
    },
  },
  {
    name: 'D22 D23 lists go on page by page, closed processes are kept, and what is unknown is told',
    async run(work) {
      const { backend, clock } = work
      await work.register()
      for (let number = 0; number < 5; number++) {
        await backend.startProcess({ workflow: 'test', id: `p${number}`, tags: [`even-${number % 2 === 0}`] })
        await clock.advance(1)
      }
      await backend.cancelProcess('p1')
      await backend.cancelProcess('p2')
      const ids: string[] = []
      for (let after: string | undefined; ;) {
        const page = await backend.processes({ limit: 2, ...(after !== undefined && { after }) })
        ids.push(...page.processes.map(({ id }) => id))
        after = page.next
        if (after === undefined) break
      }
      assertEqual(ids, ['p0', 'p3', 'p4', 'p1', 'p2'], 'all processes')
      const closed = await backend.processes({ status: 'closed', tag: 'even-true' })
      assertEqual(
        closed.processes.map(({ id }) => id),
        ['p2'],
        'closed ones by tag',
      )
      assertEqual((await backend.history('p1')).length, 2, 'events of a closed process')
      assertEqual(await backend.process('nobody'), undefined, 'a process that is unknown')
      await assertRejects(() => backend.history('nobody'), 'no-such-process', 'history')
      await assertRejects(() => backend.processes({ after: 'nonsense' }), 'bad-argument', 'processes')
    },
  },
  {
    name: 'D47 signals reach open processes only, also before the first decision',
    async run(work) {
      const { backend } = work
      const id = await work.begin()
      await backend.signalProcess(id, { name: 'zero', data: 0 })
      const task = await work.decide(close)
      const [, heard] = task.events
      assertThat(heard?.type === 'signal', 'the second event is the signal')
      assertEqual(heard.data, 0, 'its data (D10)')
      await assertRejects(() => backend.signalProcess(id, { name: 'late' }), 'process-closed', 'signal')
      await assertRejects(() => backend.signalProcess('nobody', { name: 'x' }), 'no-such-process', 'signal')
    },
  },
  {
    name: 'D48 a process that is canceled from outside takes its work with it, and its parent is told',
    async run(work) {
      const { backend } = work
      const parent = await work.begin()
      await work.decide(startChild())
      await work.decide(schedule('waits'), schedule('runs'))
      const running = await work.activity()
      await backend.cancelProcess('child', { reason: 'enough' })
      await work.isClosed('child', { type: 'canceled', reason: 'enough' })
      await work.noActivity('of a closed process')
      await assertRejects(
        () => backend.completeActivityTask(running.token, completed(1)),
        'unknown-activity',
        'what runs',
      )
      const told = await work.decision()
      assertEqual(told.process.id, parent, 'who is woken')
      assertEqual(told.events.at(-2)?.type, 'child-process', 'its last event but one')
      await assertRejects(() => backend.cancelProcess('child'), 'process-closed', 'cancel again')
    },
  },
  {
    name: 'a process that is asked to cancel itself decides on that',
    async run(work) {
      const id = await work.begin()
      await work.decide()
      await work.backend.cancelProcess(id, { request: true, reason: 'please' })
      const task = await work.decide({ type: 'cancel-process', reason: 'as asked' })
      assertEqual(task.events.at(-2)?.type, 'cancel-requested', 'the last event but one')
      await work.isClosed(id, { type: 'canceled', reason: 'as asked' })
    },
  },
  ...(['abandon', 'terminate', 'request-cancel'] as const).map((childPolicy): BackendCase => ({
    name: `D50 D51 when a parent closes, a child of the policy ${childPolicy} is treated so`,
    async run(work) {
      const { backend } = work
      const parent = await work.begin()
      await work.decide(startChild({ childPolicy }))
      const childTask = await work.decision()
      await backend.completeDecisionTask(childTask.token, [])
      await backend.signalProcess(parent, { name: 'end' })
      await work.decide(close)
      const info = await backend.process('child')
      assertEqual(info?.closed === undefined, childPolicy !== 'terminate', 'the child is open')
      const events = (await backend.history('child')).map(({ type }) => type)
      assertEqual(
        events.includes('cancel-requested'),
        childPolicy === 'request-cancel',
        'it is asked to cancel',
      )
      if (childPolicy !== 'abandon') return
      await backend.signalProcess('child', { name: 'end' })
      await work.decide(close)
      await work.isClosed('child', completed('done'))
      await work.noDecision('of a parent that is closed')
    },
  })),
  {
    name: 'a process may go on as a new one, which tells the parent when it closes',
    async run(work) {
      const { backend } = work
      const parent = await work.begin()
      await work.decide(startChild({ tags: ['t'] }))
      await work.decide({ type: 'continue-as-new', input: 'more' })
      await work.noActivity('none')
      const next = await work.decision()
      const [started] = next.events
      assertThat(started?.type === 'process-started', 'the first event is the start')
      assertEqual([started.input, started.tags], ['more', ['t']], 'input and tags')
      assertEqual(started.origin?.process, 'child', 'where it comes from')
      const info = await backend.process('child')
      assertEqual(
        info?.closed?.result,
        { type: 'continued', process: next.process.id },
        'what the child came to',
      )
      await backend.completeDecisionTask(next.token, [close])
      const told = await work.decision()
      assertEqual(told.process.id, parent, 'who is told')
    },
  },
  {
    name: 'a process signals another one, and asks it to cancel itself; nobody there does no harm',
    async run(work) {
      const { backend } = work
      await work.register()
      await backend.startProcess({ workflow: 'test', id: 'a' })
      await backend.startProcess({ workflow: 'test', id: 'b' })
      await work.decide(
        { type: 'signal-process', process: 'b', name: 'hello', data: 1 },
        { type: 'signal-process', process: 'nobody', name: 'hello', data: 1 },
        { type: 'request-cancel-process', process: 'b', reason: 'why not' },
      )
      const task = await work.decision()
      assertEqual(
        task.events.map((event) => [event.type, 'from' in event ? event.from : undefined]),
        [
          ['process-started', undefined],
          ['signal', 'a'],
          ['cancel-requested', 'a'],
          ['decision-started', undefined],
        ],
        'what the other one sees',
      )
    },
  },
  {
    name: 'a closed process is deleted with its history, an open one is not',
    async run(work) {
      const { backend } = work
      const id = await work.begin()
      await assertRejects(() => backend.deleteProcess(id), 'process-open', 'delete')
      await work.decide(close)
      await backend.deleteProcess(id)
      assertEqual(await backend.process(id), undefined, 'the process')
      assertEqual((await backend.processes()).processes.length, 0, 'processes')
      await assertRejects(() => backend.deleteProcess(id), 'no-such-process', 'delete again')
    },
  },
]
