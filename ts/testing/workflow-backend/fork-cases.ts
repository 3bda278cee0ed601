import { assertEqual, assertRejects, assertThat } from '../assertions.js'
import type { BackendCase } from './case.js'
import { ACTIVITY, completed, schedule, startChild } from './case.js'

const DAY = 86_400_000

/** Processes that go on from others, what is given back, what is kept and for how long, lists. */
export const forkCases: readonly BackendCase[] = [
  {
    name: 'D83 a fork goes on from a point of another history, and decides anew',
    async run(work) {
      const { backend } = work
      const id = await work.begin('book')
      await work.decide(schedule('a'), schedule('b'))
      await work.do(completed('done'))
      await work.decide({ type: 'fail-process', details: 'wrong' })
      const before = await backend.history(id)
      const decided = before.findLast(({ type }) => type === 'decision-completed')
      const fork = await backend.forkProcess(id, { at: (decided?.seq ?? 0) - 1, id: 'fork' })
      assertEqual(fork, 'fork', 'its id')
      assertEqual(await backend.history(id), before, 'the other one, afterwards')
      const [started] = await backend.history(fork)
      assertThat(started?.type === 'process-started', 'it has a beginning')
      assertEqual(started.input, 'book', 'its input')
      assertThat(started.origin?.type === 'forked' && started.origin.process === id, 'it names its origin')
      const task = await work.decision()
      assertEqual(task.process.id, fork, 'who is to decide')
      const unseen = task.events.filter(({ type }) => type === 'activity')
      assertEqual(unseen.length, 1, 'activities that were not decided on')
      await backend.completeDecisionTask(task.token, [])
      assertEqual((await work.activity()).id, 'b', 'what was open is done anew')
    },
  },
  {
    name: 'D83 a fork has timers when they were due, and no children of the other one',
    async run(work) {
      const { backend, clock } = work
      const id = await work.begin()
      const timer = { type: 'start-timer', id: 't', delay: DAY, data: 'x' } as const
      await work.decide(timer, startChild({ id: 'child' }))
      const at = (await backend.history(id)).length
      await clock.advance(1000)
      const fork = await backend.forkProcess(id, { at })
      assertThat(fork !== id, 'an id of its own')
      const tasks = await backend.pollDecisionTasks({ limit: 10 })
      const task = tasks.find(({ process }) => process.id === fork)
      assertEqual(task?.events.at(-2)?.type, 'child-process', 'it is told of the child')
      for (const { token } of tasks) await backend.completeDecisionTask(token, [])
      await clock.advance(DAY - 1000)
      const woken = await backend.pollDecisionTasks({ limit: 10 })
      assertEqual(woken.map(({ process }) => process.id).sort(), [id, fork].sort(), 'whose timers were due')
    },
  },
  {
    name: 'D83 a batch of decisions is in a fork with all that came of it, or not at all',
    async run(work) {
      const { backend } = work
      const id = await work.begin()
      await work.decide(schedule('a'), schedule('b'))
      const history = await backend.history(id)
      const second = history.findLast(({ type }) => type === 'decision')
      const fork = await backend.forkProcess(id, { at: (second?.seq ?? 0) - 1 })
      assertEqual(
        (await backend.history(fork)).map(({ type }) => type),
        ['process-started'],
        'without half of a batch',
      )
      await assertRejects(() => backend.forkProcess('none', { at: 1 }), 'no-such-process', 'of none')
      await assertRejects(() => backend.forkProcess(id, { at: 0 }), 'bad-argument', 'of nothing')
      await assertRejects(() => backend.forkProcess(id, { at: 1, id }), 'process-exists', 'on itself')
    },
  },
  {
    name: 'an activity that was given back waits again, and its retry policy does not count that',
    async run(work) {
      const { backend } = work
      const id = await work.begin()
      const retry = { attempts: 2, initial: 0, factor: 1, maximum: 0, jitter: 0 }
      await work.decide(schedule('a', { retry }))
      const first = await work.activity()
      await backend.releaseActivityTask(first.token)
      await assertRejects(() => backend.releaseActivityTask(first.token), 'unknown-activity', 'twice')
      const failed = { type: 'failed', error: { name: 'E', message: '' } } as const
      const second = await work.do(failed)
      assertEqual(second.idempotencyKey, first.idempotencyKey, 'the key')
      assertThat(second.attempt > first.attempt, 'it is another attempt')
      await work.do(failed)
      await work.noActivity('after two attempts')
      const ends = (await backend.history(id)).filter(({ type }) => type === 'activity')
      assertEqual(ends.length, 1, 'ends')
    },
  },
  {
    name: 'an activity that was asked to end has ended when it is given back',
    async run(work) {
      const { backend } = work
      const id = await work.begin()
      await work.decide(schedule('a'))
      const task = await work.activity()
      await backend.signalProcess(id, { name: 'stop' })
      await work.decide({ type: 'cancel-activity', id: 'a', wait: true })
      await backend.releaseActivityTask(task.token)
      const last = (await backend.history(id)).at(-1)
      assertEqual(last?.type === 'activity' && last.result.type, 'canceled', 'what it came to')
    },
  },
  {
    name: 'D81 activities that somebody outside is to end are listed, page by page',
    async run(work) {
      const { backend, clock } = work
      await work.register({}, {}, { name: 'approve', manual: true }, { name: 'sign', manual: true })
      const ids: string[] = []
      for (let count = 0; count < 3; count++) {
        ids.push(await backend.startProcess({ workflow: 'test' }))
        await work.decide(schedule('a', { activity: 'approve', input: count }), schedule('d'))
        await clock.advance(1)
      }
      await backend.startProcess({ workflow: 'test' })
      await work.decide(schedule('s', { activity: 'sign' }))
      const first = await backend.waitingActivities({ activity: 'approve', limit: 2 })
      assertEqual(
        first.activities.map(({ input }) => input),
        [0, 1],
        'the first page',
      )
      const rest = await backend.waitingActivities({ activity: 'approve', limit: 2, after: first.next ?? '' })
      assertEqual(
        rest.activities.map(({ process }) => process),
        [ids[2]],
        'the second page',
      )
      assertEqual(rest.next, undefined, 'a third page')
      assertEqual((await backend.waitingActivities()).activities.length, 4, 'of all kinds')
      const [task] = (await backend.pollActivityTasks({ limit: 10 })).filter(
        ({ activity }) => activity === 'sign',
      )
      const [sign] = (await backend.waitingActivities({ activity: 'sign' })).activities
      assertEqual(sign?.token, task?.token, 'the token of one that runs')
      assertThat(sign?.manual === true && sign.startedAt === clock.now(), 'since when, and whose it is')
      await backend.completeActivityTask(sign.token ?? '', completed('signed'))
      assertEqual((await backend.waitingActivities({ activity: 'sign' })).activities.length, 0, 'at the end')
    },
  },
  {
    name: 'closed processes are deleted when they were kept as long as their workflow says',
    async run(work) {
      const { backend, clock } = work
      await work.register({ retention: DAY })
      const id = await backend.startProcess({ workflow: 'test' })
      await work.decide({ type: 'complete-process', result: 1 })
      assertEqual(await backend.nextDeadline(), clock.now() + DAY, 'when it is deleted')
      await clock.advance(DAY - 1)
      await backend.tick()
      assertThat((await backend.process(id))?.closed !== undefined, 'it is there before')
      await clock.advance(1)
      await backend.tick()
      assertEqual(await backend.process(id), undefined, 'the process, afterwards')
      assertEqual((await backend.processes()).processes.length, 0, 'processes in lists')
      await assertRejects(() => backend.history(id), 'no-such-process', 'its history')
      assertEqual(await backend.nextDeadline(), undefined, 'what is due then')
    },
  },
  {
    name: 'D9 what goes on, and a child, is of the version that the decision names, or of that which is registered',
    async run(work) {
      const { backend } = work
      const version = async (id: string): Promise<string | undefined> => (await backend.process(id))?.version
      const id = await work.begin()
      await work.register({ version: '2' })
      await work.decide(startChild({ id: 'named', version: '7' }), startChild({ id: 'bare' }))
      assertEqual([await version('named'), await version('bare')], ['7', '2'], 'of the children')
      await backend.signalProcess(id, { name: 'go on' })
      const tasks = await backend.pollDecisionTasks({ limit: 10 })
      const task = tasks.find(({ process }) => process.id === id)
      await backend.completeDecisionTask(task?.token ?? '', [{ type: 'continue-as-new', input: 1 }])
      const result = (await backend.process(id))?.closed?.result
      assertThat(result?.type === 'continued', 'it was continued')
      assertEqual(await version(result.process), '2', 'of what goes on')
      await work.decide({ type: 'continue-as-new', input: 1, version: '9' })
      const last = (await backend.process(result.process))?.closed?.result
      assertThat(last?.type === 'continued', 'it was continued again')
      assertEqual(await version(last.process), '9', 'of what goes on then')
    },
  },
  {
    name: 'D3 D4 a process has defaults for what nobody said; histories are compared by their values',
    async run(work) {
      const { backend } = work
      await work.register()
      const ids = [
        await backend.startProcess({ workflow: 'test' }),
        await backend.startProcess({ workflow: 'test', input: null, tags: [] }),
      ]
      const histories = await Promise.all(ids.map((id) => backend.history(id)))
      assertEqual(histories[0], histories[1], 'what was left out, and what was said')
      const [started] = histories[0] ?? []
      assertThat(started?.type === 'process-started', 'the only event')
      assertEqual([started.input, started.tags], [null, []], 'the defaults')
    },
  },
  {
    name: 'D53 calls at the same time each happen whole, and none is lost',
    async run(work) {
      const { backend } = work
      const id = await work.begin()
      const [task] = await backend.pollDecisionTasks()
      const names = Array.from({ length: 20 }, (_, number) => `signal-${number}`)
      const ends = await Promise.allSettled([
        ...names.map((name) => backend.signalProcess(id, { name })),
        backend.completeDecisionTask(task?.token ?? '', [schedule('a')]),
        backend.completeDecisionTask(task?.token ?? '', [schedule('b')]),
      ])
      assertEqual(
        ends.filter(({ status }) => status === 'rejected').length,
        1,
        'a second decision under one token',
      )
      const history = await backend.history(id)
      const sent = history.flatMap((event) => (event.type === 'signal' ? [event.name] : []))
      assertEqual([...sent].sort(), [...names].sort(), 'the signals')
      assertEqual(history.map(({ seq }) => seq), history.map((_, index) => index + 1), 'without gaps') // prettier-ignore
    },
  },
  {
    name: 'D56 a token ends what it was given for, and nothing else',
    async run(work) {
      const { backend } = work
      const id = await work.begin()
      const decision = await work.decide(schedule('a'))
      const { token } = await work.activity()
      const before = await backend.history(id)
      await assertRejects(
        () => backend.completeDecisionTask(token, []),
        'bad-token',
        'an activity as a decision',
      )
      await assertRejects(
        () => backend.completeActivityTask(decision.token, completed(1)),
        'bad-token',
        'a decision as an activity',
      )
      assertEqual(await backend.history(id), before, 'the history')
    },
  },
  {
    name: 'D57 D63 signals carry a name and any data; who works is in the history where that was said',
    async run(work) {
      const { backend } = work
      const id = await work.begin()
      await backend.signalProcess(id, { name: 'note', data: { text: ['a', 0, null] } })
      const [task] = await backend.pollDecisionTasks({ identity: 'ada' })
      await backend.completeDecisionTask(task?.token ?? '', [schedule('a')])
      await backend.pollActivityTasks()
      const history = await backend.history(id)
      const told = history.flatMap((event) => (event.type === 'signal' ? [[event.name, event.data]] : []))
      assertEqual(told, [['note', { text: ['a', 0, null] }]], 'the signal')
      const who = history.flatMap((event) =>
        event.type === 'decision-started' || event.type === 'activity-started' ? [event.identity] : [],
      )
      assertEqual(who, ['ada', undefined], 'who has decided, and who has worked')
    },
  },
  {
    name: 'processes are listed from the newest on, too',
    async run(work) {
      const { backend, clock } = work
      await work.register({}, ACTIVITY)
      for (const id of ['a', 'b', 'c', 'd', 'e']) {
        await backend.startProcess({ workflow: 'test', id })
        await clock.advance(1)
      }
      await backend.cancelProcess('b')
      await backend.cancelProcess('d')
      const seen: string[] = []
      for (let after: string | undefined; ;) {
        const page = await backend.processes({
          reverse: true,
          limit: 2,
          ...(after !== undefined && { after }),
        })
        seen.push(...page.processes.map(({ id }) => id))
        after = page.next
        if (after === undefined) break
      }
      assertEqual(seen, ['d', 'b', 'e', 'c', 'a'], 'the order')
    },
  },
]
