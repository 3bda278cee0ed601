import { expect, test } from 'vitest'
import type { AnyProcessView, ProcessHistory as History } from '../../../../ts/deciders/definitions/index.js'
import {
  cancelActivity,
  cancelTimer,
  completeProcess,
  defineWorkflow,
  ProcessHistory,
  recordMarker,
  scheduleActivity,
  startChildProcess,
  startTimer,
  status,
} from '../../../../ts/deciders/definitions/index.js'
import type { HistoryEvent } from '../../../../ts/deciders/history/index.js'
import type { HistoryStep } from '../../../../ts/deciders/testing-kit/index.js'
import { happened, historyOf } from '../../../../ts/deciders/testing-kit/index.js'
import { of } from '../../../../ts/schema/index.js'
import { charge, order, refund, ship } from './shop.js'

const child = defineWorkflow({ name: 'child', input: of<number>(), activities: [], decide: () => [] })
const workflow = defineWorkflow({
  name: 'order',
  version: '7',
  input: of<typeof order>(),
  activities: [charge, ship, refund],
  children: [child],
  decide: () => [],
})

function eventsOf(...steps: readonly HistoryStep[]): readonly HistoryEvent[] {
  return historyOf(workflow, order, steps, { tags: ['web'], at: 1000 })
}

function viewOf(...steps: readonly HistoryStep[]): AnyProcessView {
  return new ProcessHistory('process', eventsOf(...steps)).view()
}

function types(events: readonly HistoryEvent[]): string[] {
  return events.map((event) => event.type)
}

test('a process is what its first event says', () => {
  const view = viewOf(happened.after('5s'))
  expect(view).toMatchObject({
    id: 'process',
    workflow: 'order',
    version: '7',
    input: order,
    tags: ['web'],
    parent: undefined,
    origin: undefined,
    startedAt: 1000,
    status: undefined,
    cancelRequested: undefined,
    isSettled: true,
  })
  const [started, ...rest] = eventsOf()
  const parent = { process: 'p', scheduled: 3 }
  const origin = { type: 'forked', process: 'q', seq: 9 } as const
  const events = [{ ...started, parent, origin } as HistoryEvent, ...rest]
  expect(new ProcessHistory('x', events).view()).toMatchObject({ parent, origin })
})

test('now is when the decision began: the same whenever it is taken', () => {
  expect(viewOf(happened.after('5s')).now).toBe(6000)
  const events = eventsOf(charge, happened.after('1m'), happened.completed(charge, 1))
  expect(new ProcessHistory('p', events).view().now).toBe(61_000)
  // Before the first decision, it is when the process was started.
  expect(new ProcessHistory('p', events.slice(0, 1)).view().now).toBe(1000)
})

test('D13 unseen: what came after the last decision, and what that one decided, in order', () => {
  expect(types(viewOf().unseen())).toEqual(['process-started'])
  const view = viewOf(
    [charge, startTimer('1d'), recordMarker('m')],
    happened.signal('s'),
    happened.started(charge),
    happened.completed(charge, 2),
  )
  expect(types(view.unseen())).toEqual([
    'decision',
    'decision',
    'decision',
    'signal',
    'activity-started',
    'activity',
  ])
  expect(types(viewOf(charge, happened.nothingDecided()).unseen())).toEqual([])
  expect(types(viewOf(charge, happened.nothingDecided(), happened.cancelRequested()).unseen())).toEqual([
    'cancel-requested',
  ])
})

test('D14 a signal that comes while it is decided is unseen in the next decision', () => {
  const [started, decisionStarted] = eventsOf()
  const history = new ProcessHistory('p', [started!, decisionStarted!])
  history.add([
    { type: 'signal', name: 's', data: 1, seq: 3, at: 1 },
    { type: 'decision-completed', started: 2, seq: 4, at: 2 },
    { type: 'decision-started', seq: 5, at: 3 },
  ])
  expect(types(history.view().unseen())).toEqual(['signal'])
  // Refused, because it closed the process and had not seen the signal: nothing is seen.
  const refused = new ProcessHistory('p', [
    started!,
    decisionStarted!,
    { type: 'signal', name: 's', data: 1, seq: 3, at: 1 },
    { type: 'decision-refused', started: 2, error: { name: 'E', message: 'x' }, seq: 4, at: 2 },
    { type: 'decision-started', seq: 5, at: 3 },
  ])
  expect(types(refused.view().unseen())).toEqual(['process-started', 'signal'])
})

test('D15 several signals are unseen together, in order', () => {
  const view = viewOf(charge, happened.signal('a', 1), happened.signal('b', 2), happened.signal('a', 3))
  expect(view.unseen().slice(1)).toMatchObject([
    { name: 'a', data: 1 },
    { name: 'b', data: 2 },
    { name: 'a', data: 3 },
  ])
  expect(view.signals('a')).toMatchObject([{ data: 1 }, { data: 3 }])
  expect(view.signals('c')).toEqual([])
})

test('D16 a decider that crashes has seen nothing', () => {
  const view = viewOf(happened.signal('s'), happened.deciderCrashed(), happened.deciderCrashed())
  expect(types(view.unseen())).toEqual(['process-started', 'signal'])
  const failed = new ProcessHistory('p', [
    ...eventsOf(),
    { type: 'decision-failed', started: 2, error: { name: 'E', message: 'x' }, seq: 3, at: 1 },
    { type: 'decision-started', seq: 4, at: 1 },
  ])
  expect(types(failed.view().unseen())).toEqual(['process-started'])
})

test('D6 the newest execution of an activity, as it is', () => {
  expect(viewOf().latest(charge)).toBeUndefined()
  const scheduled = viewOf(scheduleActivity(charge, order, { id: 'a' })).latest(charge)
  const common = {
    activity: 'charge',
    id: 'a',
    input: order,
    scheduled: 4,
    scheduledAt: 1000,
    cancelRequested: false,
  }
  expect(scheduled).toEqual({ ...common, type: 'scheduled' })
  const steps = [scheduleActivity(charge, order, { id: 'a' }), happened.after(5), happened.started(charge)]
  expect(viewOf(...steps).latest(charge)).toEqual({ ...common, type: 'started', attempt: 1, startedAt: 1005 })
  expect(viewOf(...steps, happened.started(charge)).latest(charge)).toMatchObject({ attempt: 2 })
  const ended = { ...common, endedAt: 1005 }
  const cause = { reason: 'r', details: { a: 1 } }
  const ends = [
    [happened.completed(charge, 2), { type: 'completed', result: 2 }],
    [happened.failed(charge, cause), { type: 'failed', ...cause }],
    [happened.canceled(charge, cause), { type: 'canceled', ...cause }],
    [happened.timedOut(charge, 'heartbeat'), { type: 'timed-out', timeout: 'heartbeat' }],
  ] as const
  for (const [end, result] of ends)
    expect(viewOf(...steps, end).latest(charge)).toEqual({ ...ended, ...result })
  // A canceled one that is waited for is still open.
  expect(viewOf(...steps, cancelActivity('a', { wait: true })).latest(charge)).toMatchObject({
    type: 'started',
    cancelRequested: true,
  })
  expect(viewOf(...steps, cancelActivity('a', { reason: 'late' })).latest(charge)).toMatchObject({
    type: 'canceled',
    reason: 'late',
  })
})

test('all executions of an activity, oldest first, and the newest is the last', () => {
  const view = viewOf(charge, happened.failed(charge), charge, happened.completed(charge, 2), ship)
  expect(view.all(charge).map(({ type }) => type)).toEqual(['failed', 'completed'])
  expect(view.latest(charge)?.type).toBe('completed')
  expect(view.all(refund)).toEqual([])
})

test('D17 unfinished activities, newest first, told apart by when they were scheduled', () => {
  const mug = scheduleActivity(ship, 'mug', { id: 'same' })
  const view = viewOf(
    [mug, charge],
    happened.failed(ship, {}, { id: 'same' }),
    mug,
    scheduleActivity(ship, 'cup'),
  )
  expect(view.unfinished().map(({ activity, input }) => [activity, input])).toEqual([
    ['ship', 'cup'],
    ['ship', 'mug'],
    ['charge', order],
  ])
  expect(view.unfinished(ship).map(({ id }) => id)).toEqual(['process:10', 'same'])
  expect(view.unfinished(refund)).toEqual([])
  expect(view.isSettled).toBe(false)
})

test('D18 timers that have not fired, also when what they were made of has crossed a wire', () => {
  const steps = [
    startTimer('1m', 'x', { id: 'a' }),
    startTimer('1m', 'x', { id: 'b' }),
    startTimer('2m', 0, { id: 'c' }),
  ]
  const open = (events: readonly HistoryEvent[]): string[] =>
    new ProcessHistory('p', structuredClone(events)).view().timers.map(({ id }) => id)
  expect(open(eventsOf(...steps))).toEqual(['a', 'b', 'c'])
  expect(open(eventsOf(...steps, happened.timer()))).toEqual(['b', 'c'])
  expect(open(eventsOf(...steps, cancelTimer('b')))).toEqual(['a', 'c'])
  expect(viewOf(...steps).timers[2]).toEqual({ id: 'c', data: 0, scheduled: 6, dueAt: 121_000 })
  const last = viewOf(...steps, happened.timer(), happened.timer(), happened.timer())
  expect(last.timers).toEqual([])
  expect(last.isSettled).toBe(true)
  expect(last.now).toBe(121_000)
})

test('children, open and closed', () => {
  const start = startChildProcess(child, 7, { id: 'c1', tags: ['t'] })
  const common = { workflow: 'child', process: 'c1', input: 7, tags: ['t'], scheduled: 4 }
  const open = viewOf(start)
  expect(open.children(child)).toEqual([{ type: 'open', ...common }])
  expect(open.openChildren).toEqual(open.children())
  expect(open.isSettled).toBe(false)
  const closed = viewOf(start, happened.childCompleted(child, 'done'))
  expect(closed.children()).toEqual([{ type: 'completed', result: 'done', ...common }])
  expect(closed.openChildren).toEqual([])
  expect(closed.isSettled).toBe(true)
  expect(viewOf(start, happened.childFailed(child, { reason: 'r' })).childAt(4)).toMatchObject({
    type: 'failed',
    reason: 'r',
  })
  expect(closed.children(workflow)).toEqual([])
})

test('a child that continues as new is open until the one that goes on has closed', () => {
  const events = eventsOf(startChildProcess(child, 7, { id: 'c1' }))
  const told = { type: 'child-process', scheduled: 4, workflow: 'child', tags: [], at: 1 } as const
  const history = new ProcessHistory('p', events)
  history.add([{ ...told, seq: 6, process: 'c1', result: { type: 'continued', process: 'c2' } }])
  expect(history.view().openChildren).toMatchObject([{ process: 'c2' }])
  history.add([{ ...told, seq: 7, process: 'c2', result: { type: 'completed', result: 1 } }])
  expect(history.view().children()).toMatchObject([{ type: 'completed', process: 'c2' }])
})

test('D80 a status, notes, and being asked to cancel', () => {
  const view = viewOf(
    [status('paying'), recordMarker('a', 1), recordMarker('b', 2)],
    happened.cancelRequested({ reason: 'first' }),
    recordMarker('a', 3),
    happened.cancelRequested({ reason: 'second', details: 0 }),
  )
  expect(view.status).toBe('paying')
  expect(view.markers().map(({ details }) => details)).toEqual([1, 2, 3])
  expect(view.markers('a').map(({ details }) => details)).toEqual([1, 3])
  expect(view.cancelRequested).toMatchObject({ reason: 'second', details: 0 })
})

test('D12 events and decisions are found by value', () => {
  const view = viewOf(
    [charge, startTimer('1m', { a: 1, b: 2 }, { id: 't' })],
    happened.signal('s', { x: [1], y: 0 }),
  )
  expect(view.hasEvent({ type: 'signal', name: 's', data: { y: 0, x: [1] } })).toBe(true)
  expect(view.hasEvent({ type: 'signal', name: 's', data: { y: 0, x: [2] } })).toBe(false)
  expect(view.hasEvent({ type: 'signal', name: 's', data: undefined })).toBe(false)
  // With what it is found by, and with what it was found as.
  for (const event of view.history) expect(view.hasEvent(event)).toBe(true)
  expect(view.hasDecision(scheduleActivity(charge, order))).toBe(true)
  expect(view.hasDecision(scheduleActivity(charge, { items: [] }))).toBe(false)
  expect(view.hasDecision(startTimer('60s', { b: 2, a: 1 }))).toBe(true)
  expect(view.hasDecision(startTimer('60s', { b: 2, a: 1 }, { id: 't' }))).toBe(true)
  expect(view.hasDecision(startTimer('60s', { b: 2, a: 1 }, { id: 'u' }))).toBe(false)
  expect(view.hasDecision(completeProcess())).toBe(false)
})

test('D29 a view stays as it is when the process goes on', () => {
  const before = eventsOf(charge, startTimer('1m', 'x'))
  const history = new ProcessHistory('process', before)
  const view = history.view()
  const list = view.history
  const after = eventsOf(charge, startTimer('1m', 'x'), happened.completed(charge, 1), happened.timer())
  history.add(after.slice(before.length - 1).map((event, at) => ({ ...event, seq: before.length + at + 1 })))
  expect(view.latest(charge)?.type).toBe('scheduled')
  expect(view.unfinished()).toHaveLength(1)
  expect(view.timers).toHaveLength(1)
  expect(view.history).toEqual(before)
  expect(list).toHaveLength(before.length)
  expect(view.hasEvent(after.find(({ type }) => type === 'timer')!)).toBe(false)
  expect(history.view().unfinished()).toHaveLength(0)
})

test('events that are no history are refused, and those before them kept', () => {
  const events = eventsOf(charge, happened.completed(charge, 1))
  const refused = (history: History, add: unknown, expected: string): void => {
    const { seq } = history
    expect(() => history.add([add as HistoryEvent])).toThrow(
      expect.objectContaining({
        code: 'bad-history',
        fields: expect.objectContaining({
          process: 'p',
          expected: expect.stringContaining(expected) as string,
        }) as unknown,
      }) as unknown,
    )
    expect(history.seq).toBe(seq)
  }
  expect(() => new ProcessHistory('p').view()).toThrow(
    expect.objectContaining({ code: 'bad-history' }) as unknown,
  )
  refused(new ProcessHistory('p'), events[1], 'the event 1')
  refused(new ProcessHistory('p'), { ...events[1], seq: 1 }, "'process-started' first")
  refused(new ProcessHistory('p'), { ...events[0], history: 2 }, 'version 1 or before')
  const history = new ProcessHistory('p', events)
  const next = { seq: events.length + 1, at: 1 }
  refused(history, { ...events[0], ...next }, "'process-started' first")
  refused(history, events.at(-1), `the event ${next.seq}`)
  const ended = events.find(({ type }) => type === 'activity')
  refused(history, { ...ended, ...next }, 'an execution of an activity that is open')
  refused(history, { ...ended, ...next, scheduled: 1 }, 'an execution of an activity that is open')
  refused(history, { type: 'timer', scheduled: 4, id: 't', data: 1, ...next }, 'a timer that is open')
  refused(history, { type: 'child-process', scheduled: 4, ...next }, 'a child that is open')
  refused(history, { type: 'lambda', ...next }, 'a known type')
  // It is none the worse for it.
  history.add([{ type: 'signal', name: 's', data: 1, ...next }])
  expect(history.view().signals('s')).toHaveLength(1)
})
