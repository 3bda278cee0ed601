import { expect, test } from 'vitest'
import {
  checkDecider,
  completeProcess,
  defineRuleSet,
  defineWorkflow,
  scheduleActivity,
  startTimer,
  unhandledEvents,
} from '../../../../ts/deciders/definitions/index.js'
import { happened, historyOf } from '../../../../ts/deciders/testing-kit/index.js'
import { of } from '../../../../ts/schema/index.js'
import type { Order } from './shop.js'
import { charge, order, refund, ship } from './shop.js'

const child = defineWorkflow({ name: 'child', input: of<number>(), activities: [], decide: () => [] })
const parts = { name: 'order', input: of<Order>(), activities: [charge, ship], children: [child] } as const
const steps = [charge, happened.completed(charge, 1), happened.signal('s')]

test('a decider that decides from the history alone decides the same twice', () => {
  const workflow = defineWorkflow({
    ...parts,
    decide: (process) => (process.latest(charge) === undefined ? charge : completeProcess(process.now)),
  })
  expect(checkDecider(workflow, historyOf(workflow, order, steps))).toEqual([])
  const failing = defineWorkflow({
    ...parts,
    decide() {
      throw new Error('always')
    },
  })
  expect(checkDecider(failing, historyOf(failing, order, steps))).toEqual([])
})

test('one that keeps something, draws something or changes what it is handed is told, with both answers', () => {
  let calls = 0
  const counting = defineWorkflow({ ...parts, decide: () => startTimer(1, calls++) })
  expect(checkDecider(counting, historyOf(counting, order, [charge]))).toEqual([
    { seq: 2, first: { decisions: [startTimer(1, 0)] }, second: { decisions: [startTimer(1, 2)] } },
    { seq: 5, first: { decisions: [startTimer(1, 1)] }, second: { decisions: [startTimer(1, 3)] } },
  ])
  const changing = defineWorkflow({
    ...parts,
    input: of<{ items: string[] }>(),
    activities: [ship],
    decide: (process) => process.input.items.splice(0).map((item) => scheduleActivity(ship, item)),
  })
  expect(checkDecider(changing, historyOf(changing, { items: ['mug'] }))).toMatchObject([
    { first: { decisions: [{ input: 'mug' }] }, second: { decisions: [] } },
  ])
  let thrown = false
  const throwingOnce = defineWorkflow({
    ...parts,
    decide() {
      if (thrown) return []
      thrown = true
      throw new Error('once')
    },
  })
  expect(checkDecider(throwingOnce, historyOf(throwingOnce, order))).toEqual([
    { seq: 2, first: { threw: 'once' }, second: { decisions: [] } },
  ])
})

test('D65 the kinds of events that nobody handles', () => {
  const empty = defineRuleSet({ ...parts, rules: () => [] })
  expect(unhandledEvents(empty)).toEqual([
    { type: 'started' },
    { type: 'completed', name: 'charge' },
    { type: 'interrupted', name: 'charge' },
    { type: 'completed', name: 'ship' },
    { type: 'interrupted', name: 'ship' },
    { type: 'child-completed', name: 'child' },
    { type: 'child-interrupted', name: 'child' },
    { type: 'timer' },
    { type: 'cancel-requested' },
  ])
  const some = defineRuleSet({
    ...parts,
    activities: [charge, ship, refund],
    rules: (when) => [
      when.started(() => charge),
      when.completed(charge, { result: 7 }, () => []),
      when.interrupted(ship, () => []),
      when.childCompleted(child, () => []),
      when.settled(() => completeProcess()),
      when.event('timer', () => []),
      when.event(
        () => true,
        () => [],
      ),
    ],
  })
  expect(unhandledEvents(some)).toEqual([
    { type: 'interrupted', name: 'charge' },
    { type: 'interrupted', name: 'refund' },
    { type: 'child-interrupted', name: 'child' },
    { type: 'cancel-requested' },
  ])
  const all = defineRuleSet({
    ...parts,
    rules: (when) => [
      when.started(() => []),
      when.event('activity', () => []),
      when.childClosed(() => []),
      when.timer({ data: 1 }, () => []),
      when.cancelRequested(() => []),
    ],
  })
  expect(unhandledEvents(all)).toEqual([])
})
