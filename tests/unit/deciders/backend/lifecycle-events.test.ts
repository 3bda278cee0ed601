import { describe, expect, test, vi } from 'vitest'
import { createManualClock } from '../../../../ts/clock/index.js'
import { createBackend } from '../../../../ts/deciders/backend/index.js'
import type { CommittedEvents, StartProcess } from '../../../../ts/deciders/backend/index.js'
import type { HistoryEvent, MadeDecision } from '../../../../ts/deciders/history/index.js'
import type { RecordStore } from '../../../../ts/records/index.js'
import { createMemoryRecords } from '../../../../ts/records/memory/index.js'
import type { WorkflowType } from '../../../../ts/deciders/process/index.js'

const DAY = 86_400_000
const MINUTE = 60_000

/** An event in a few words: its process, and what has happened. */
function told(process: string, event: HistoryEvent): string {
  if (event.type === 'decision') return `${process} ${event.decision.type}`
  if (event.type === 'activity') return `${process} activity ${event.result.type}`
  if (event.type === 'child-process') return `${process} child ${event.result.type}`
  if (event.type === 'process-closed') return `${process} closed ${event.result.type}`
  return `${process} ${event.type}`
}

/** A backend that is listened to, over records that may fail; `news` gives what was told since it was asked last. */
async function listened(type: Partial<WorkflowType> = {}) {
  const clock = createManualClock(1_800_000_000_000)
  const plain = createMemoryRecords()
  const failing = { isOn: false }
  const records: RecordStore = {
    transact: (work, options) =>
      plain.transact(async (transaction) => {
        const made = await work(transaction)
        if (failing.isOn) throw new Error('the disk is full')
        return made
      }, options),
    onCommit: (listener) => plain.onCommit(listener),
    close: () => plain.close(),
  }
  const backend = createBackend({ records, clock })
  await backend.registerWorkflow({
    name: 'order',
    version: '1',
    category: 'default',
    timeout: DAY,
    decisionTimeout: MINUTE,
    childPolicy: 'terminate',
    ...type,
  })
  await backend.registerActivity({
    name: 'pay',
    category: 'default',
    priority: 0,
    scheduleToStart: MINUTE,
    startToClose: 10 * MINUTE,
    heartbeat: 5 * MINUTE,
  })
  let heard: CommittedEvents[] = []
  const end = backend.onEvents((committed) => heard.push(committed))
  const news = (): string[] => {
    const words = heard.flatMap(({ process, events }) => events.map((event) => told(process.id, event)))
    heard = []
    return words
  }
  const start = (id: string, more: Partial<StartProcess> = {}) =>
    backend.startProcess({ workflow: 'order', id, ...more })
  const decide = async (...decisions: readonly MadeDecision[]): Promise<void> => {
    const [task] = await backend.pollDecisionTasks()
    await backend.completeDecisionTask(task!.token, decisions)
  }
  const take = async (): Promise<string> => (await backend.pollActivityTasks())[0]!.token
  return { backend, clock, records: plain, failing, heard: () => heard, news, end, start, decide, take }
}

const pay: MadeDecision = { type: 'schedule-activity', activity: 'pay', id: 'p', input: null }

describe('D79 what was done is told, after it was', () => {
  test('a process is started, signaled, asked, canceled', async () => {
    const { backend, news, start } = await listened()
    await start('a')
    expect(news()).toEqual(['a process-started'])
    await backend.signalProcess('a', { name: 's' })
    expect(news()).toEqual(['a signal'])
    await backend.cancelProcess('a', { request: true })
    expect(news()).toEqual(['a cancel-requested'])
    await backend.cancelProcess('a')
    expect(news()).toEqual(['a closed canceled'])
  })

  test('it is decided on, and completed', async () => {
    const { backend, news, start } = await listened()
    await start('a')
    const [task] = await backend.pollDecisionTasks()
    expect(news()).toEqual(['a process-started', 'a decision-started'])
    await backend.completeDecisionTask(task!.token, [{ type: 'complete-process', result: 1 }])
    expect(news()).toEqual(['a decision-completed', 'a complete-process', 'a closed completed'])
  })

  test.each([
    ['completed', { type: 'completed', result: 1 }],
    ['canceled', { type: 'canceled' }],
    ['failed', { type: 'failed', reason: 'r' }],
  ] as const)('an activity is scheduled, begun, and %s', async (type, result) => {
    const { backend, news, start, decide, take } = await listened()
    await start('a')
    await decide(pay)
    expect(news().at(-1)).toBe('a schedule-activity')
    const token = await take()
    expect(news()).toEqual(['a activity-started'])
    await backend.heartbeat(token, { at: 1 })
    expect(news()).toEqual([])
    await backend.completeActivityTask(token, result)
    expect(news()).toEqual([`a activity ${type}`])
  })

  test('an activity times out, which a tick has found, or a poll', async () => {
    const { backend, clock, news, start, decide, take } = await listened()
    await start('a')
    await decide(pay)
    news()
    await clock.advance(MINUTE + 1)
    expect(news()).toEqual([])
    await backend.tick()
    expect(news()).toEqual(['a activity timed-out'])
    await decide(pay)
    await take()
    news()
    await clock.advance(5 * MINUTE + 1)
    await backend.pollDecisionTasks({ category: 'nobody' })
    expect(news()).toEqual(['a activity timed-out'])
  })

  test('a decision is refused, fails, or times out; a process times out; a timer fires', async () => {
    const { backend, clock, news, start } = await listened()
    await start('a')
    const [first] = await backend.pollDecisionTasks()
    news()
    await expect(
      backend.completeDecisionTask(first!.token, [{ type: 'cancel-timer', id: 'none' }]),
    ).rejects.toMatchObject({ code: 'unknown-timer' })
    expect(news()).toEqual(['a decision-refused'])
    await backend.failDecisionTask(first!.token, { error: { name: 'Error', message: 'm' } })
    expect(news()).toEqual(['a decision-failed'])
    await backend.pollDecisionTasks()
    news()
    await clock.advance(MINUTE + 1)
    await backend.tick()
    expect(news()).toEqual(['a decision-timed-out'])
    const [second] = await backend.pollDecisionTasks()
    await backend.completeDecisionTask(second!.token, [
      { type: 'start-timer', id: 't', delay: MINUTE, data: null },
    ])
    news()
    await clock.advance(MINUTE)
    await backend.tick()
    expect(news()).toEqual(['a timer'])
    await clock.advance(DAY)
    await backend.tick()
    expect(news()).toEqual(['a closed timed-out'])
  })

  test('of a parent and its child, in one commit: its start, its end, its fork', async () => {
    const { backend, heard, news, start, decide } = await listened()
    await start('a')
    await decide({
      type: 'start-child-process',
      workflow: 'order',
      id: 'b',
      input: null,
      tags: [],
      childPolicy: 'terminate',
    })
    expect(news()).toEqual([
      'a process-started',
      'a decision-started',
      'a decision-completed',
      'a start-child-process',
      'b process-started',
    ])
    await decide({ type: 'complete-process', result: 1 })
    expect(news().toSorted()).toEqual(
      [
        'b decision-started',
        'b decision-completed',
        'b complete-process',
        'b closed completed',
        'a child completed',
      ].toSorted(),
    )
    await backend.forkProcess('b', { at: 1, id: 'c' })
    expect(heard()).toMatchObject([
      { process: { id: 'c' }, events: [{ type: 'process-started', origin: { process: 'b' } }] },
    ])
  })
})

describe('D79 what is told', () => {
  test('is the process as it is then, and its events whole, each once and in their order', async () => {
    const { backend, heard, start, decide, take } = await listened()
    await start('a', { tags: ['web'] })
    await decide(pay)
    await backend.completeActivityTask(await take(), { type: 'completed', result: 1 })
    await decide({ type: 'complete-process', result: 2 })
    const events = heard().flatMap((committed) => committed.events)
    expect(events).toEqual(await backend.history('a'))
    for (const { process, events: some } of heard()) expect(process.lastSeq).toBe(some.at(-1)?.seq)
    expect(heard()[0]?.process).toMatchObject({ id: 'a', workflow: 'order', tags: ['web'] })
    expect(heard()[0]?.process.closed).toBe(undefined)
    expect(heard().at(-1)?.process.closed?.result).toEqual({ type: 'completed', result: 2 })
  })

  test('is committed already: whoever is told can read it', async () => {
    const { backend, start } = await listened()
    const seen: unknown[] = []
    backend.onEvents(({ process }) => {
      seen.push(backend.process(process.id))
    })
    await start('a')
    expect(await Promise.all(seen)).toMatchObject([{ id: 'a', lastSeq: 1 }])
  })

  test('nothing of what was refused, or could not be written', async () => {
    const { backend, failing, news, start, decide, take } = await listened()
    await expect(backend.startProcess({ workflow: 'unknown' })).rejects.toMatchObject({
      code: 'unknown-type',
    })
    await expect(backend.signalProcess('nobody', { name: 's' })).rejects.toMatchObject({
      code: 'no-such-process',
    })
    expect(news()).toEqual([])
    failing.isOn = true
    await expect(start('a')).rejects.toThrow('the disk is full')
    expect(news()).toEqual([])
    failing.isOn = false
    await start('a')
    await start('a')
    expect(news()).toEqual(['a process-started'])
    await decide(pay)
    const token = await take()
    await backend.completeActivityTask(token, { type: 'completed', result: 1 })
    news()
    await expect(backend.completeActivityTask(token, { type: 'completed', result: 1 })).rejects.toMatchObject(
      {
        code: 'unknown-activity',
      },
    )
    failing.isOn = true
    await expect(backend.cancelProcess('a')).rejects.toThrow('the disk is full')
    await expect(backend.pollDecisionTasks()).rejects.toThrow('the disk is full')
    expect(news()).toEqual([])
  })

  test('what one call hands to whoever waits is told with it', async () => {
    const { backend, news, start } = await listened()
    const polled = backend.pollDecisionTasks({ wait: MINUTE })
    // It has looked, and waits.
    await backend.process('a')
    await start('a')
    expect(await polled).toHaveLength(1)
    expect(news()).toEqual(['a process-started', 'a decision-started'])
  })
})

describe('D79 who is told', () => {
  test('all, in the order in which they came; one that throws disturbs nobody', async () => {
    const thrown = vi.fn()
    process.prependOnceListener('uncaughtException', thrown)
    const listeners = process.listeners('uncaughtException').filter((listener) => listener !== thrown)
    for (const listener of listeners) process.off('uncaughtException', listener)
    try {
      const { backend, news, start } = await listened()
      const order: string[] = []
      backend.onEvents(() => {
        order.push('first')
        throw new Error('planned')
      })
      backend.onEvents(() => order.push('second'))
      expect(await start('a')).toBe('a')
      expect(order).toEqual(['first', 'second'])
      expect(news()).toEqual(['a process-started'])
      await new Promise((resolve) => setTimeout(resolve))
      expect(thrown).toHaveBeenCalledOnce()
    } finally {
      for (const listener of listeners) process.on('uncaughtException', listener)
    }
  })

  test('until it ends, or the backend is closed', async () => {
    const { backend, news, end, start } = await listened()
    const other = vi.fn()
    backend.onEvents(other)
    end()
    await start('a')
    expect(news()).toEqual([])
    expect(other).toHaveBeenCalledOnce()
    await backend.close()
    await start('b').catch(() => undefined)
    expect(other).toHaveBeenCalledOnce()
  })

  test('whoever listens to this object: not to another one on the same store', async () => {
    const { clock, records, news } = await listened()
    const other = createBackend({ records, clock })
    const heard = vi.fn()
    other.onEvents(heard)
    await other.startProcess({ workflow: 'order', id: 'a' })
    expect(heard).toHaveBeenCalledOnce()
    expect(news()).toEqual([])
  })
})
