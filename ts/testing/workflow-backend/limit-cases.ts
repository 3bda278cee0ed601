import type { ActivityTask } from '../../deciders/backend/index.js'
import { assertEqual, assertRejects } from '../assertions.js'
import type { BackendCase, BackendWork } from './case.js'
import { completed, schedule } from './case.js'

/** Limits over all workers. */
export const limitCases: readonly BackendCase[] = [
  {
    name: 'D84 of an activity so many run at once, whoever works',
    async run(work) {
      const { backend } = work
      await begin(
        work,
        { atOnce: 2 },
        ['a', 'b', 'c', 'd'].map((id) => schedule(id)),
      )
      const first = await take(work)
      assertEqual(ids(first), ['a', 'b'], 'the first that run')
      assertEqual(ids(await take(work)), [], 'more than may run')
      await end(work, first[1])
      assertEqual(ids(await take(work)), ['c'], 'the next one, when one has ended')
      await backend.releaseActivityTask(first[0]?.token ?? '')
      assertEqual(ids(await take(work)), ['d'], 'the next one, when one was given back')
    },
  },
  {
    name: 'D84 limits hold over categories, attempts and processes',
    async run(work) {
      const { backend, clock } = work
      const retry = { attempts: 2, initial: 1000, factor: 1, maximum: 1000, jitter: 0 }
      await begin(work, { atOnce: 1 }, [schedule('a', { retry }), schedule('b', { category: 'other' })])
      await backend.startProcess({ workflow: 'test' })
      await work.decide(schedule('c'))
      const [a] = await backend.pollActivityTasks({ category: ['default', 'other'], limit: 10 })
      assertEqual(a?.id, 'a', 'the first')
      await backend.completeActivityTask(a?.token ?? '', {
        type: 'failed',
        error: { name: 'E', message: '' },
      })
      const [c] = await backend.pollActivityTasks({ category: ['default', 'other'], limit: 10 })
      assertEqual(c?.id, 'c', 'while the first one waits to be tried again')
      await clock.advance(1000)
      assertEqual(ids(await take(work)), [], 'the second attempt while another one runs')
      await end(work, c)
      assertEqual(ids(await take(work)), ['a'], 'the second attempt')
    },
  },
  {
    name: 'D84 of a key so many run at once, and keys take turns',
    async run(work) {
      const keyed = (id: string, key?: string): ReturnType<typeof schedule> =>
        schedule(id, key === undefined ? {} : { key })
      await begin(work, { atOncePerKey: 1 }, [
        keyed('a1', 'a'),
        keyed('a2', 'a'),
        keyed('a3', 'a'),
        keyed('b1', 'b'),
        keyed('b2', 'b'),
        keyed('none'),
      ])
      const first = await take(work)
      assertEqual(ids(first).sort(), ['a1', 'b1', 'none'], 'one of each key, and what has none')
      assertEqual(ids(await take(work)), [], 'others of the same keys')
      await end(
        work,
        first.find(({ id }) => id === 'a1'),
      )
      assertEqual(ids(await take(work)), ['a2'], 'the next one of the key')
    },
  },
  {
    name: 'D84 so many are started a second, and the next one is due then',
    async run(work) {
      const { backend, clock } = work
      await begin(
        work,
        { perSecond: 2 },
        ['a', 'b', 'c', 'd'].map((id) => schedule(id)),
      )
      const began = clock.now()
      const starts: number[] = []
      for (let round = 0; round < 3; round++) {
        for (const _ of await take(work)) starts.push(clock.now() - began)
        const next = await backend.nextDeadline()
        await clock.advance((next ?? Infinity) - clock.now())
      }
      for (const _ of await take(work)) starts.push(clock.now() - began)
      assertEqual(starts, [0, 500, 1000, 1500], 'when they start (ms)')
    },
  },
  {
    name: 'D84 what is limited keeps its place among what is not',
    async run(work) {
      const { backend } = work
      await work.register({}, { limits: { atOnce: 5 } }, { name: 'free' })
      await backend.startProcess({ workflow: 'test' })
      await work.decide(
        schedule('first'),
        schedule('second', { activity: 'free' }),
        schedule('urgent', { activity: 'free', priority: 5 }),
        schedule('third'),
      )
      assertEqual(ids(await take(work)), ['urgent', 'first', 'second', 'third'], 'the order')
    },
  },
  {
    name: 'D84 what waits for its turn is canceled, and closes, as anything else',
    async run(work) {
      const { backend } = work
      const id = await begin(work, { atOnce: 1 }, [schedule('a'), schedule('b')])
      await backend.signalProcess(id, { name: 'go on' })
      await work.decide({ type: 'cancel-activity', id: 'b' })
      const [a] = await take(work)
      assertEqual(a?.id, 'a', 'the one that is left')
      await backend.cancelProcess(id)
      await backend.startProcess({ workflow: 'test' })
      await work.decide(schedule('c'))
      assertEqual(ids(await take(work)), ['c'], 'the place of what was closed is free')
      await assertRejects(() => end(work, a), 'unknown-activity', 'the one that was closed')
    },
  },
]

/** Registers an activity with limits, and schedules what is given in a new process. */
async function begin(
  work: BackendWork,
  limits: { readonly atOnce?: number; readonly perSecond?: number; readonly atOncePerKey?: number },
  decisions: readonly ReturnType<typeof schedule>[],
): Promise<string> {
  await work.register({}, { limits })
  const id = await work.backend.startProcess({ workflow: 'test' })
  await work.decide(...decisions)
  return id
}

function take({ backend }: BackendWork): Promise<readonly ActivityTask[]> {
  return backend.pollActivityTasks({ limit: 10 })
}

async function end({ backend }: BackendWork, task: ActivityTask | undefined): Promise<void> {
  await backend.completeActivityTask(task?.token ?? '', completed(1))
}

function ids(tasks: readonly ActivityTask[]): string[] {
  return tasks.map(({ id }) => id)
}
