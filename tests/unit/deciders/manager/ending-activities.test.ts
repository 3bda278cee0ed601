import { describe, expect, test, vi } from 'vitest'
import type { ActivityContext, Workflow } from '../../../../ts/deciders/definitions/index.js'
import {
  completeProcess,
  defineActivity,
  defineWorkflow,
  scheduleActivity,
} from '../../../../ts/deciders/definitions/index.js'
import { createActivityWorker, createManager } from '../../../../ts/deciders/manager/index.js'
import { UnitflowError } from '../../../../ts/errors/index.js'
import { of } from '../../../../ts/schema/index.js'
import type { RetryPolicy } from '../../../../ts/retry/index.js'
import type { Work } from './work.js'
import { work } from './work.js'

interface Step {
  readonly execute: (activity: ActivityContext) => unknown
  readonly startToClose?: '10s' | '1h'
  readonly scheduleToClose?: '10s'
  readonly retry?: RetryPolicy
}

type OneStep = Workflow<'one-step', null>

const AT_ONCE: RetryPolicy = { attempts: 2, backoff: { initial: 0, factor: 1 }, jitter: 0 }

/** A process of one activity, which completes with what that came to. */
function oneStep({ execute, startToClose = '1h', scheduleToClose, retry = {} }: Step): OneStep {
  const step = defineActivity(
    'step',
    { startToClose, retry, ...(scheduleToClose !== undefined && { scheduleToClose }) },
    (_: null, activity) => execute(activity),
  )
  return defineWorkflow({
    name: 'one-step',
    input: of<null>(),
    activities: [step],
    decide(process) {
      const done = process.latest(step)
      if (done === undefined) return scheduleActivity(step, null)
      return done.type === 'scheduled' || done.type === 'started' ? [] : completeProcess(done)
    },
  })
}

/** Runs until the signal is aborted. */
function untilAborted({ signal }: ActivityContext): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error))
  })
}

async function begun(all: Work, workflow: OneStep): Promise<string> {
  const id = await all.manager.start(workflow, null)
  await all.decisions.step()
  return id
}

async function resultOf({ manager, settle }: Work, id: string): Promise<unknown> {
  await settle()
  const outcome = await manager.result(id)
  return outcome.status === 'completed' ? outcome.result : outcome
}

describe('the signal of an activity', () => {
  test.each([
    ['start-to-close', { startToClose: '10s' }],
    ['schedule-to-close', { scheduleToClose: '10s' }],
  ] as const)('D39 D42 is aborted at its %s, and it has timed out', async (timeout, limits) => {
    const seen: unknown[] = []
    const workflow = oneStep({
      ...limits,
      execute: async (activity) => {
        activity.signal.addEventListener('abort', () => seen.push((activity.signal.reason as Error).message))
        await untilAborted(activity)
      },
    })
    const all = work([workflow])
    const id = await begun(all, workflow)
    const working = all.activities.step()
    await all.clock.advance(9999)
    expect(seen).toEqual([])
    await all.clock.advance(1)
    expect(seen).toEqual(['it has taken too long'])
    await working
    expect(await all.backend.openActivities(id)).toMatchObject([{ status: 'running' }])
    await all.clock.advance(1)
    expect(await resultOf(all, id)).toMatchObject({ type: 'timed-out', timeout })
  })

  test('D39 one that ends by it is tried again, as one that says nothing would be', async () => {
    const workflow = oneStep({
      startToClose: '10s',
      retry: AT_ONCE,
      execute: (activity) => (activity.attempt === 1 ? untilAborted(activity) : 'done'),
    })
    const all = work([workflow])
    const id = await begun(all, workflow)
    const working = all.activities.step()
    await all.clock.advance(10_001)
    await working
    expect(await resultOf(all, id)).toMatchObject({ type: 'completed', result: 'done' })
  })
})

describe('a worker that is to end', () => {
  /** Runs a worker, and tells it to end once the activity runs. */
  async function drained(
    workflow: OneStep,
    grace: number,
  ): Promise<{ readonly all: Work; readonly id: string; readonly ended: Promise<void> }> {
    const all = work([workflow], { grace })
    const id = await begun(all, workflow)
    const end = new AbortController()
    const ended = all.activities.run({ signal: end.signal })
    await all.clock.advance(0)
    expect(await all.backend.openActivities(id)).toMatchObject([{ status: 'running', attempt: 1 }])
    end.abort()
    await all.clock.advance(grace - 1)
    return { all, id, ended }
  }

  test('D62 gives an activity back that heeds its signal: another does it, and no attempt is lost', async () => {
    const attempts: unknown[] = []
    const workflow = oneStep({
      retry: AT_ONCE,
      execute: (activity) => {
        attempts.push([activity.attempt, activity.idempotencyKey])
        if (activity.attempt === 1) return untilAborted(activity)
        if (activity.attempt === 2) throw new Error('planned')
        return 'done'
      },
    })
    const { all, id, ended } = await drained(workflow, 5000)
    expect(await all.backend.openActivities(id)).toMatchObject([{ status: 'running' }])
    await all.clock.advance(1)
    await ended
    expect(await all.backend.openActivities(id)).toMatchObject([{ status: 'waiting', attempt: 2 }])
    const other = createActivityWorker(createManager({ ...all, workflows: [workflow] }))
    await other.step()
    await other.step()
    expect(attempts).toEqual([1, 2, 3].map((attempt) => [attempt, `${id}:4`]))
    expect(await resultOf(all, id)).toMatchObject({ type: 'completed', result: 'done' })
  })

  test('D62 leaves one that ignores its signal to itself five seconds later, and its result counts', async () => {
    let end: (result: string) => void = () => undefined
    const workflow = oneStep({ execute: () => new Promise((resolve) => (end = resolve)) })
    const { all, id, ended } = await drained(workflow, 5000)
    const isOver = vi.fn()
    void ended.then(isOver)
    await all.clock.advance(5000)
    expect(isOver).not.toHaveBeenCalled()
    await all.clock.advance(1)
    await ended
    end('late')
    await vi.waitFor(async () => {
      await all.settle()
      expect((await all.backend.process(id))?.closed).toBeDefined()
    })
    expect(await resultOf(all, id)).toMatchObject({ type: 'completed', result: 'late' })
  })

  test('D62 lets one that ends meanwhile end, and its signal is never aborted', async () => {
    let end: (result: string) => void = () => undefined
    let signal: AbortSignal | undefined
    const workflow = oneStep({
      execute: (activity) => {
        ;({ signal } = activity)
        return new Promise((resolve) => (end = resolve))
      },
    })
    const { all, id, ended } = await drained(workflow, 5000)
    end('in time')
    await ended
    await all.clock.advance(100_000)
    expect(signal?.aborted).toBe(false)
    expect(await resultOf(all, id)).toMatchObject({ type: 'completed', result: 'in time' })
  })
})

describe('a result that does not arrive', () => {
  const lost = () => new UnitflowError('store-busy', 'planned', { waited: 1 })

  test('D61 is told again, later each time, and the error is told', async () => {
    const workflow = oneStep({ execute: () => 'done' })
    const errors: unknown[] = []
    const all = work([workflow], { onError: (error) => errors.push(error) })
    const id = await begun(all, workflow)
    const complete = vi.spyOn(all.backend, 'completeActivityTask')
    complete.mockRejectedValueOnce(lost()).mockRejectedValueOnce(lost())
    const working = all.activities.step()
    await all.clock.advance(2999)
    expect(complete).toHaveBeenCalledTimes(2)
    await all.clock.advance(1)
    await working
    expect(errors).toMatchObject([{ code: 'store-busy' }, { code: 'store-busy' }])
    expect(await resultOf(all, id)).toMatchObject({ type: 'completed', result: 'done' })
  })

  test('D61 is told as a failure where it is refused: too large for a wire, say', async () => {
    const workflow = oneStep({ retry: AT_ONCE, execute: () => 'long' })
    const all = work([workflow])
    const id = await begun(all, workflow)
    const fields = { limit: 'bytes', maximum: 1, pointer: '' } as const
    const complete = vi.spyOn(all.backend, 'completeActivityTask')
    complete.mockRejectedValueOnce(new UnitflowError('limit-exceeded', 'planned', fields))
    await all.activities.step()
    expect(await resultOf(all, id)).toMatchObject({ type: 'failed', error: { code: 'limit-exceeded' } })
    expect(complete).toHaveBeenCalledTimes(2)
  })

  test('D39 is given up when its time is over', async () => {
    const workflow = oneStep({ startToClose: '10s', execute: () => 'done' })
    const all = work([workflow])
    const id = await begun(all, workflow)
    const complete = vi.spyOn(all.backend, 'completeActivityTask').mockRejectedValue(lost())
    const working = all.activities.step()
    const failed = expect(working).rejects.toMatchObject({ code: 'store-busy' })
    await all.clock.advance(10_001)
    await failed
    complete.mockRestore()
    expect(await resultOf(all, id)).toMatchObject({ type: 'timed-out' })
  })
})

test('D41 a bare sign of life takes no details away that were not sent yet', async () => {
  const seen: unknown[] = []
  const workflow = oneStep({
    retry: AT_ONCE,
    execute: (activity) => {
      seen.push(activity.lastDetails)
      activity.heartbeat({ row: 1 })
      activity.heartbeat({ row: 2 })
      activity.heartbeat()
      throw new Error('planned')
    },
  })
  const all = work([workflow])
  const id = await begun(all, workflow)
  expect(await resultOf(all, id)).toMatchObject({ type: 'failed' })
  expect(seen).toEqual([undefined, { row: 2 }])
})

test('D62 an error of the backend is told to `onError`, and waited out', async () => {
  const workflow = oneStep({ execute: () => 'done' })
  const errors: unknown[] = []
  const all = work([workflow], { onError: (error) => errors.push(error) })
  const id = await begun(all, workflow)
  const busy = new UnitflowError('store-busy', 'planned', { waited: 1 })
  vi.spyOn(all.backend, 'pollActivityTasks').mockRejectedValueOnce(busy)
  const end = new AbortController()
  const ended = all.activities.run({ signal: end.signal })
  await all.clock.advance(999)
  expect(errors).toEqual([busy])
  await all.clock.advance(1)
  end.abort()
  await ended
  expect(await resultOf(all, id)).toMatchObject({ type: 'completed' })
})

test('D62 a worker without a queue ends, also where it is told so at once', async () => {
  const { activities } = work([])
  const end = new AbortController()
  const ended = activities.run({ signal: end.signal })
  end.abort()
  await expect(ended).resolves.toBe(undefined)
})
