import type { ManualClock } from '../../clock/index.js'
import { assertEqual, assertThat } from '../assertions.js'
import type { BackendCase } from './case.js'
import { completed, schedule } from './case.js'

const LONG = 60_000

/** Waiting for what is yet to happen. */
export const waitCases: readonly BackendCase[] = [
  {
    name: 'a poll waits for what comes, for a time, or until it is given up',
    async run(work) {
      const { backend, clock } = work
      await work.register()
      const decision = backend.pollDecisionTasks({ wait: LONG, limit: 5, identity: 'ada' })
      const id = await backend.startProcess({ workflow: 'test' })
      const [task] = await decision
      assertEqual(task?.process.id, id, 'the decision that came')
      const started = (await backend.history(id)).find(({ type }) => type === 'decision-started')
      assertEqual(started?.type === 'decision-started' && started.identity, 'ada', 'who has it')
      const activity = backend.pollActivityTasks({ category: ['other', 'default'], wait: LONG })
      await backend.completeDecisionTask(task?.token ?? '', [schedule('a')])
      assertEqual((await activity)[0]?.id, 'a', 'the activity that came')
      const over = backend.pollActivityTasks({ wait: LONG })
      assertEqual((await passing(clock, over)).length, 0, 'what came in time')
      const stop = new AbortController()
      const given = backend.pollActivityTasks({ wait: LONG, signal: stop.signal })
      await settled()
      stop.abort()
      assertEqual((await given).length, 0, 'what came before it was given up')
    },
  },
  {
    name: 'many who wait each get something else, and nothing is lost',
    async run(work) {
      const { backend } = work
      await work.register()
      const polls = Array.from({ length: 3 }, () => backend.pollDecisionTasks({ wait: LONG, limit: 2 }))
      const ids = await Promise.all(
        Array.from({ length: 3 }, () => backend.startProcess({ workflow: 'test' })),
      )
      const found = new Set<string>()
      const take = async (poll: (typeof polls)[number]): Promise<void> => {
        for (const task of await poll) {
          assertThat(!found.has(task.process.id), `the process ${task.process.id} was handed out once`)
          found.add(task.process.id)
          await backend.completeDecisionTask(task.token, [])
        }
      }
      // Who has none at the end waits for what is still there.
      await Promise.race([Promise.all(polls.map(take)), until(() => found.size === ids.length)])
      assertEqual([...found].sort(), [...ids].sort(), 'the processes')
      for (const id of ids) await backend.cancelProcess(id)
      for (const _ of polls) await backend.startProcess({ workflow: 'test' })
      await Promise.all(polls)
    },
  },
  {
    name: 'a poll that waits finds what is due meanwhile',
    async run(work) {
      const { backend, clock } = work
      const id = await work.begin()
      await work.decide({ type: 'start-timer', id: 't', delay: 1000, data: 1 })
      const poll = backend.pollDecisionTasks({ wait: LONG })
      const [task] = await passing(clock, poll)
      assertEqual(task?.process.id, id, 'the process whose timer was due')
      assertEqual(task?.events.at(-2)?.type, 'timer', 'what has happened')
    },
  },
  {
    name: 'D80 a process is waited for: its next events, and its end',
    async run(work) {
      const { backend, clock } = work
      const id = await work.begin()
      const { lastSeq = 0 } = (await backend.process(id)) ?? {}
      const next = backend.process(id, { until: lastSeq, wait: LONG })
      const end = backend.process(id, { until: 'closed', wait: LONG })
      await settled()
      await work.decide(schedule('a'))
      assertThat(((await next)?.lastSeq ?? 0) > lastSeq, 'there are more events')
      await work.do(completed(1))
      await work.decide({ type: 'complete-process', result: 7 })
      assertEqual((await end)?.closed?.result, { type: 'completed', result: 7 }, 'what it came to')
      assertEqual(await backend.process('nobody', { until: 'closed', wait: LONG }), undefined, 'of none')
      const other = await backend.startProcess({ workflow: 'test' })
      const over = backend.process(other, { until: 'closed', wait: LONG })
      assertEqual((await passing(clock, over))?.closed, undefined, 'one that was open all the time')
    },
  },
]

/** Whatever is under way here, and on its way to a server and back, has had its turn. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 20))
}

/** Lets time go by until something has come: what is on its way to a server does not begin to wait at once. */
async function passing<T>(clock: ManualClock, promise: Promise<T>): Promise<T> {
  const isOver = new AbortController()
  const end = (): void => isOver.abort()
  promise.then(end, end)
  while (!isOver.signal.aborted) {
    await settled()
    await clock.advance(1000)
  }
  return promise
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await settled()
}
