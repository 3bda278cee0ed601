import { expect, test } from 'vitest'
import type { Rule } from '../../../../ts/deciders/definitions/index.js'
import {
  cancelActivity,
  cancelProcess,
  completeProcess,
  decide,
  defineRuleSet,
  ProcessHistory,
  scheduleActivity,
  startChildProcess,
  startTimer,
  status,
} from '../../../../ts/deciders/definitions/index.js'
import type { MadeDecision } from '../../../../ts/deciders/history/index.js'
import type { HistoryStep } from '../../../../ts/deciders/testing-kit/index.js'
import { decideOn, happened, historyOf } from '../../../../ts/deciders/testing-kit/index.js'
import { of } from '../../../../ts/schema/index.js'
import { charge, order, refund, ship } from './shop.js'
import { child, note, notes, other, parts } from './rule-notes.js'

const orders = defineRuleSet({
  ...parts,
  rules: (when) => [
    when.started((process) => scheduleActivity(charge, process.input)),
    when.completed(charge, (_, process) => process.input.items.map((item) => scheduleActivity(ship, item))),
    when.interrupted(charge, (failure) => cancelProcess(failure)),
    when.interrupted(ship, (_, process) => [
      ...process.unfinished(ship).map((open) => cancelActivity(open)),
      scheduleActivity(refund, process.input),
    ]),
    when.completed(refund, () => cancelProcess({ reason: 'refunded' })),
    when.signal('extra-item', of<string>(), (item) => scheduleActivity(ship, item)),
    when.settled(() => completeProcess()),
  ],
})

test('D75 an order: payment, shipments by hand, one more by signal, completed when all are shipped', () => {
  const decisions = (...steps: readonly HistoryStep[]): readonly MadeDecision[] =>
    decideOn(orders, historyOf(orders, order, steps)).decisions
  expect(decisions()).toEqual([scheduleActivity(charge, order)])
  expect(decisions(charge, happened.completed(charge, 2))).toEqual([
    scheduleActivity(ship, 'mug'),
    scheduleActivity(ship, 'cup'),
  ])
  const mug = scheduleActivity(ship, 'mug', { id: 'mug' })
  const cup = scheduleActivity(ship, 'cup', { id: 'cup' })
  const shipping = [charge, happened.completed(charge, 2), [mug, cup]]
  expect(decisions(...shipping, happened.signal('extra-item', 'hat'))).toEqual([
    scheduleActivity(ship, 'hat'),
  ])
  expect(decisions(...shipping, happened.completed(ship, 'P1'))).toEqual([])
  expect(decisions(...shipping, happened.completed(ship, 'P1'), happened.completed(ship, 'P2'))).toEqual([
    completeProcess(),
  ])
})

test('D75 an order: a payment that is canceled cancels it; a shipment that fails cancels the rest and refunds', () => {
  const decisions = (...steps: readonly HistoryStep[]): readonly MadeDecision[] =>
    decideOn(orders, historyOf(orders, order, steps)).decisions
  expect(decisions(charge, happened.canceled(charge, { reason: 'no money' }))).toEqual([
    cancelProcess({ reason: 'no money' }),
  ])
  const mug = scheduleActivity(ship, 'mug', { id: 'mug' })
  const shipping = [
    charge,
    happened.completed(charge, 2),
    [mug, scheduleActivity(ship, 'cup', { id: 'cup' })],
  ]
  const failed = [...shipping, happened.failed(ship, { reason: 'broken' }, { id: 'mug' })]
  expect(decisions(...failed)).toEqual([cancelActivity('cup'), scheduleActivity(refund, order)])
  expect(decisions(...failed, [cancelActivity('cup'), refund], happened.completed(refund, true))).toEqual([
    cancelProcess({ reason: 'refunded' }),
  ])
})

test('D65 an event that no rule is for is passed over', () => {
  const set = defineRuleSet({ ...parts, rules: () => [] })
  const all = [
    [charge, startTimer(1), startChildProcess(child, 1)],
    happened.failed(charge),
    happened.timer(),
    happened.childFailed(child),
    happened.signal('s'),
    happened.cancelRequested(),
  ]
  expect(notes(set, all)).toEqual([])
})

test('D67 each kind of rule fires for its events alone', () => {
  const set = defineRuleSet({
    ...parts,
    rules: (when) => [
      when.started((process, event) => note('started', [process.id, event.seq])),
      when.completed(charge, (result, _, execution) => note('completed', [result, execution.input])),
      when.completed((result) => note('any completed', [result])),
      when.interrupted(charge, (failure) => note('interrupted', [failure.type])),
      when.interrupted((failure) => note('any interrupted', [failure.activity])),
      when.signal('s', (data, _, signal) => note('signal', [data, signal.name])),
      when.timer((data, _, timer) => note('timer', [data, timer.id])),
      when.cancelRequested((request) => note('cancel requested', [request.reason])),
      when.event('activity-started', (event) => note('event', [event.activity])),
      when.event(
        (event, process) => event.type === 'signal' && process.isSettled,
        (event) => note('event by function', [event.type]),
      ),
    ],
  })
  expect(notes(set)).toEqual([['started', ['process', 1]]])
  const first = happened.nothingDecided()
  expect(notes(set, [first, charge, happened.started(charge), happened.completed(charge, 2)])).toEqual([
    ['event', ['charge']],
    ['completed', [2, order]],
    ['any completed', [2]],
  ])
  expect(notes(set, [first, charge, happened.timedOut(charge)])).toEqual([
    ['interrupted', ['timed-out']],
    ['any interrupted', ['charge']],
  ])
  expect(notes(set, [first, ship, happened.canceled(ship)])).toEqual([['any interrupted', ['ship']]])
  expect(notes(set, [first, happened.signal('s', 7), happened.signal('t', 8)])).toEqual([
    ['signal', [7, 's']],
    ['event by function', ['signal']],
    ['event by function', ['signal']],
  ])
  expect(notes(set, [first, startTimer(1, 'x', { id: 't' }), happened.timer()])).toEqual([
    ['timer', ['x', 't']],
  ])
  expect(notes(set, [first, happened.cancelRequested({ reason: 'r' })])).toEqual([
    ['cancel requested', ['r']],
  ])
})

test('D68 all that match fire, event by event, in the order in which they stand; none, one or many decisions', () => {
  const set = defineRuleSet({
    ...parts,
    rules: (when) => [
      when.signal('b', () => note('b')),
      when.signal('a', () => [note('a1'), [note('a2'), null], false]),
      when.signal('a', () => undefined),
      when.event('signal', (event) => note(`any ${event.name}`)),
      when.signal('a', () => status('late')),
    ],
  })
  const history = historyOf(set, order, [happened.signal('a'), happened.signal('b'), happened.signal('a')])
  expect(notes(set, [happened.signal('a'), happened.signal('b'), happened.signal('a')])).toEqual([
    ...['a1', 'a2', 'any a', 'b', 'any b', 'a1', 'a2', 'any a'],
  ])
  expect(decideOn(set, history).status).toBe('late')
})

test('D69 a match is a value, a function, or absent; one that throws has not matched', () => {
  const set = defineRuleSet({
    ...parts,
    rules: (when) => [
      when.signal('s', of<unknown>(), { data: { b: 2, a: [1] } }, () => note('value')),
      when.signal('s', of<unknown>(), { data: (data) => data === 7 }, () => note('function')),
      when.signal(
        's',
        of<unknown>(),
        (signal) => signal.data === 7,
        () => note('function of all'),
      ),
      when.signal('s', of<{ deep: { x: number } }>(), { data: (data) => data.deep.x === 1 }, () =>
        note('deep'),
      ),
      when.signal('s', of<unknown>(), {}, () => note('any')),
      when.event(
        () => {
          throw new Error('no match')
        },
        () => note('never'),
      ),
    ],
  })
  const first = happened.nothingDecided()
  expect(notes(set, [first, happened.signal('s', { a: [1], b: 2 })])).toEqual(['value', 'any'])
  expect(notes(set, [first, happened.signal('s', 7)])).toEqual(['function', 'function of all', 'any'])
  expect(notes(set, [first, happened.signal('s', { deep: { x: 1 } })])).toEqual(['deep', 'any'])
  expect(notes(set, [first, happened.signal('s')])).toEqual(['any'])
})

test('D70 what is falsy matches itself alone', () => {
  const falsy = [0, '', false, null, [], {}]
  const set = defineRuleSet({
    ...parts,
    rules: (when) => [
      ...falsy.map((data, at) => when.timer({ data }, () => note('timer', at))),
      when.childClosed(child, { tags: [] }, () => note('no tags')),
      when.completed(ship, { input: '' }, () => note('empty input')),
    ],
  })
  const first = happened.nothingDecided()
  for (const [at, data] of falsy.entries()) {
    expect(notes(set, [first, startTimer(1, data), happened.timer()])).toEqual([['timer', at]])
  }
  expect(notes(set, [first, startTimer(1, 'x'), happened.timer()])).toEqual([])
  const started = (tags: readonly string[]): HistoryStep[] => [
    first,
    startChildProcess(child, 1, { tags }),
    happened.childCompleted(child, 1),
  ]
  expect(notes(set, started([]))).toEqual(['no tags'])
  expect(notes(set, started(['x']))).toEqual([])
  expect(notes(set, [first, scheduleActivity(ship, ''), happened.completed(ship, 'P')])).toEqual([
    'empty input',
  ])
  expect(notes(set, [first, scheduleActivity(ship, 'mug'), happened.completed(ship, 'P')])).toEqual([])
})

test('D71 activities and workflows are matched by name, by whatever copy of the definition', () => {
  const set = defineRuleSet({
    ...parts,
    activities: [{ ...charge }, ship],
    children: [{ ...child }],
    rules: (when) => [
      when.completed({ ...charge }, () => note('charged')),
      when.childClosed({ ...child }, () => note('closed')),
    ],
  })
  const first = happened.nothingDecided()
  expect(notes(set, [first, charge, happened.completed(charge, 1)])).toEqual(['charged'])
  expect(notes(set, [first, ship, happened.completed(ship, 'P')])).toEqual([])
  expect(notes(set, [first, startChildProcess(child, 1), happened.childCompleted(child, 1)])).toEqual([
    'closed',
  ])
})

test('D72 a child that closed, completed, was interrupted', () => {
  const set = defineRuleSet({
    ...parts,
    rules: (when) => [
      when.childClosed((one) => note('closed', one.workflow)),
      when.childCompleted(child, (result, _, one) => note('completed', [result, one.process])),
      when.childInterrupted(child, { reason: 'r' }, (one) => note('interrupted', one.type)),
    ],
  })
  const first = happened.nothingDecided()
  const start = startChildProcess(child, 1, { id: 'c' })
  expect(notes(set, [first, start, happened.childCompleted(child, 5)])).toEqual([
    ['closed', 'child'],
    ['completed', [5, 'c']],
  ])
  expect(notes(set, [first, start, happened.childCanceled(child, { reason: 'r' })])).toEqual([
    ['closed', 'child'],
    ['interrupted', 'canceled'],
  ])
  expect(notes(set, [first, start, happened.childFailed(child)])).toEqual([['closed', 'child']])
  expect(notes(set, [first, startChildProcess(other, 1), happened.childCompleted(other, 1)])).toEqual([
    ['closed', 'other'],
  ])
})

test('D73 a rule set inherits the rules of another one, with all that they need', () => {
  const base = defineRuleSet({
    ...parts,
    name: 'base',
    activities: [charge],
    children: [child],
    rules: (when) => [
      when.started(() => note('base')),
      when.completed(charge, () => note('base charged')),
      when.signal('base', of<number>(), () => []),
    ],
  })
  const set = defineRuleSet({
    ...parts,
    activities: [ship, charge],
    children: [],
    extends: base,
    rules: (when) => [
      when.started(() => note('own')),
      when.completed(charge, () => note('own charged')),
      when.signal('own', of<number>(), () => []),
      when.childClosed(child, () => []),
    ],
  })
  expect(notes(set)).toEqual(['base', 'own'])
  expect(notes(set, [happened.nothingDecided(), charge, happened.completed(charge, 1)])).toEqual([
    'base charged',
    'own charged',
  ])
  expect(set.activities).toEqual([charge, ship])
  expect(set.children).toEqual([child])
  expect(Object.keys(set.signals)).toEqual(['base', 'own'])
  expect(notes(base)).toEqual(['base'])
})

test('D73 what merely looks like a rule is none', () => {
  for (const wrong of [/match/, { match: () => true }, () => [], undefined]) {
    expect(() => defineRuleSet({ ...parts, rules: () => [wrong as unknown as Rule] })).toThrow(
      expect.objectContaining({ code: 'bad-argument' }) as unknown,
    )
  }
  expect(() => defineRuleSet({ ...parts, rules: () => 7 as unknown as [] })).toThrow('a list of rules')
  expect(() => defineRuleSet({ ...parts, rules: undefined as never })).toThrow('a function')
})

test('D74 a rule stays callable, tells what it matches, and refuses the rest', () => {
  const set = defineRuleSet({
    ...parts,
    rules: (when) => [
      when.signal('s', of<number>(), { data: 7 }, (data) => startTimer(data)),
      when.settled(() => completeProcess()),
    ],
  })
  const [rule, settled] = set.rules
  const history = historyOf(set, order, [happened.signal('s', 7), happened.signal('s', 8)])
  const view = new ProcessHistory('process', history).view()
  const [started, seven, eight] = view.unseen()
  expect([started, seven, eight].map((event) => rule!.match(event, view))).toEqual([false, true, false])
  expect(rule!(seven, view)).toEqual(startTimer(7))
  for (const event of [started, eight, undefined]) {
    expect(() => rule!(event, view)).toThrow(
      expect.objectContaining({
        code: 'rule-does-not-apply',
        fields: { rule: 'signal', event: event?.type ?? 'none' },
      }) as unknown,
    )
  }
  expect(settled!.match(undefined, view)).toBe(true)
  expect(settled!(undefined, view)).toEqual(completeProcess())
  expect(() => settled!(seven, view)).toThrow(
    expect.objectContaining({ code: 'rule-does-not-apply' }) as unknown,
  )
})

test('rules decide from the fold that a worker keeps', () => {
  const history = new ProcessHistory('process', historyOf(orders, order))
  expect(decide(orders, history.view()).decisions).toEqual([scheduleActivity(charge, order)])
})
