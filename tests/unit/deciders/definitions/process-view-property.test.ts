import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AnyProcessView } from '../../../../ts/deciders/definitions/index.js'
import {
  cancelActivity,
  cancelTimer,
  defineWorkflow,
  ProcessHistory,
  recordMarker,
  scheduleActivity,
  startChildProcess,
  startTimer,
} from '../../../../ts/deciders/definitions/index.js'
import { FoldedEvents } from '../../../../ts/deciders/definitions/folded-events.js'
import type { HistoryEvent } from '../../../../ts/deciders/history/index.js'
import { isSeenByDeciders } from '../../../../ts/deciders/history/index.js'
import type { HistoryStep } from '../../../../ts/deciders/testing-kit/index.js'
import { happened, historyOf } from '../../../../ts/deciders/testing-kit/index.js'
import { of } from '../../../../ts/schema/index.js'
import { charge, order, ship } from './shop.js'

const child = defineWorkflow({ name: 'child', input: of<number>(), activities: [], decide: () => [] })
const workflow = defineWorkflow({
  name: 'order',
  input: of<typeof order>(),
  activities: [charge, ship],
  children: [child],
  decide: () => [],
})

const id = fc.constantFrom('a', 'b', 'c')
const step: fc.Arbitrary<HistoryStep> = fc.oneof(
  id.map((one) => scheduleActivity(ship, one, { id: one })),
  fc.constant(charge),
  id.map((one) => startTimer(1000, one, { id: `t${one}` })),
  id.map((one) => startChildProcess(child, 1, { id: `c${one}` })),
  id.map((one) => cancelActivity(one)),
  id.map((one) => cancelActivity(one, { wait: true })),
  id.map((one) => cancelTimer(`t${one}`)),
  fc.constant(recordMarker('m', 1)),
  id.map((one) => happened.started(ship, { id: one })),
  id.map((one) => happened.completed(ship, one, { id: one })),
  id.map((one) => happened.failed(ship, { reason: one }, { id: one })),
  fc.constant(happened.timedOut(charge)),
  id.map((one) => happened.timer({ id: `t${one}` })),
  id.map((one) => happened.childCompleted(child, 1, { id: `c${one}` })),
  fc.nat(3).map((data) => happened.signal('s', data)),
  fc.constantFrom(happened.deciderCrashed(), happened.nothingDecided(), happened.cancelRequested()),
  fc.nat(5000).map((ms) => happened.after(ms)),
)

/** Histories of any course, ids used again among them: a step that ends what is not open is left out. */
const events = fc.array(step, { maxLength: 40 }).map((steps) => {
  let possible: HistoryStep[] = []
  for (const one of steps) {
    try {
      historyOf(workflow, order, [...possible, one])
      possible = [...possible, one]
    } catch {
      // Nothing that could happen here.
    }
  }
  return historyOf(workflow, order, possible)
})

function answers(view: AnyProcessView): unknown {
  return {
    now: view.now,
    status: view.status,
    cancelRequested: view.cancelRequested,
    history: view.history,
    unseen: view.unseen(),
    latest: [view.latest(charge), view.latest(ship)],
    all: [view.all(charge), view.all(ship)],
    unfinished: [view.unfinished(), view.unfinished(charge), view.unfinished(ship)],
    timers: view.timers,
    children: [view.children(), view.openChildren],
    signals: view.signals('s'),
    markers: view.markers(),
    isSettled: view.isSettled,
    has: [view.hasEvent({ type: 'signal', name: 's', data: 1 }), view.hasDecision(startTimer(1000, 'a'))],
  }
}

/** What a view says, found by going through all events: a second opinion. */
function slowAnswers(all: readonly HistoryEvent[]): unknown {
  const seen = all.reduce((last, event) => (event.type === 'decision-completed' ? event.started : last), 0)
  const ended = new Set(all.flatMap((event) => (event.type === 'activity' ? [event.scheduled] : [])))
  const off = new Set(
    all.flatMap((event) =>
      event.type === 'timer' || event.type === 'timer-canceled' ? [event.scheduled] : [],
    ),
  )
  const decided = (type: string): readonly number[] =>
    all.flatMap((event) => (event.type === 'decision' && event.decision.type === type ? [event.seq] : []))
  return {
    unseen: all.filter((event) => event.seq > seen && isSeenByDeciders(event)),
    unfinished: decided('schedule-activity')
      .filter((seq) => !ended.has(seq))
      .reverse(),
    timers: decided('start-timer').filter((seq) => !off.has(seq)),
    has: all.some((event) => event.type === 'signal' && event.data === 1),
  }
}

test('D13 D17 D18 D29 a view that is folded event by event is the one that is folded at once, now and later', () => {
  fc.assert(
    fc.property(events, (all) => {
      const history = new ProcessHistory('process')
      const kept = all.map((event) => {
        history.add([event])
        const view = history.view()
        return { view, told: answers(view) }
      })
      for (const [at, { view, told }] of kept.entries()) {
        const prefix = all.slice(0, at + 1)
        const once = new ProcessHistory('process', prefix).view()
        expect(told).toEqual(answers(once))
        expect(answers(view)).toEqual(told)
        expect({
          unseen: view.unseen(),
          unfinished: view.unfinished().map(({ scheduled }) => scheduled),
          timers: view.timers.map(({ scheduled }) => scheduled),
          has: view.hasEvent({ type: 'signal', name: 's', data: 1 }),
        }).toEqual(slowAnswers(prefix))
      }
    }),
    { numRuns: 60 },
  )
})

test('the cost of a decision is that of its new events, however many there were before', () => {
  const reads = (length: number): number => {
    let count = 0
    const counted = historyOf(
      workflow,
      order,
      Array.from({ length }, () => [
        charge,
        startTimer(1),
        happened.timedOut(charge),
        happened.timer(),
      ]).flat(),
    ).map(
      (event) =>
        new Proxy(event, {
          get(target, key) {
            count++
            return Reflect.get(target, key) as unknown
          },
        }),
    )
    const history = new ProcessHistory('process', counted)
    history.view().hasEvent({ type: 'signal', name: 's', data: 1 })
    count = 0
    history.add([{ type: 'signal', name: 's', data: 1, seq: history.seq + 1, at: 1 }])
    const view = history.view()
    expect(view.unseen().at(-1)?.type).toBe('signal')
    expect(view.hasEvent({ type: 'signal', name: 's', data: 1 })).toBe(true)
    unused(view.latest(charge), view.unfinished(), view.timers, view.isSettled, view.status, view.now)
    return count
  }
  expect(reads(10)).toBeGreaterThan(0)
  expect(reads(300)).toBe(reads(10))
})

test('what has ended is not kept among what is open', () => {
  const folded = new FoldedEvents('process')
  const steps = [[charge, ship, startTimer(1), startChildProcess(child, 1)], happened.completed(charge, 1)]
  const ends = [happened.failed(ship), happened.timer(), happened.childCompleted(child, 1)]
  for (const event of historyOf(workflow, order, [...steps, ...ends])) folded.add(event)
  const open = [folded.openExecutions, folded.openExecutionById, folded.timers, folded.openChildren]
  for (const set of [...open, ...folded.openExecutionsOf.values()]) expect(set.size).toBe(0)
})

function unused(...values: readonly unknown[]): number {
  return values.length
}
