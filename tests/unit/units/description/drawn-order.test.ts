import { expect, test } from 'vitest'
import { describeProcess } from '../../../../ts/units/description/index.js'
import type { Drawn, Model } from './spec-builder.js'
import { dialects, processSpec, unitOf, unitOfTasks } from './spec-builder.js'

function orderOf(model: Model): readonly string[] {
  const orders = dialects.map((dialect) =>
    describeProcess(unitOf({ [model.id]: processSpec(model, dialect) }), model.id).elements.map(
      (element) => element.id,
    ),
  )
  expect(orders[0]).toStrictEqual(orders[2])
  expect(orders[1]).toStrictEqual(orders[2])
  return orders[2]!
}

const task = (id: string, to: readonly string[], y = 0): Drawn => ({ id, typename: 'NoneTask', to, y })
const start = (to: string, id = 'start'): Drawn => ({ id, typename: 'StartEvent', to: [to] })

test('U34 an element comes after those that lead to it', () => {
  const drawn = [task('z', ['y']), start('z'), task('a', []), task('y', ['a'])]
  expect(orderOf({ id: 'p', starts: ['start'], drawn })).toStrictEqual(['start', 'z', 'y', 'a'])
})

test('U34 branches come from top to bottom, whole, and what joins them after all of them', () => {
  const drawn = [
    start('fork'),
    { id: 'fork', typename: 'ParallelGateway', to: ['upper', 'lower'] },
    task('upper', ['join'], 10),
    task('lower', ['lower2'], 20),
    task('lower2', ['join'], 20),
    { id: 'join', typename: 'ParallelGateway', to: ['after'] },
    task('after', []),
  ]
  expect(orderOf({ id: 'p', starts: ['start'], drawn })).toStrictEqual([
    'start',
    'fork',
    'upper',
    'lower',
    'lower2',
    'join',
    'after',
  ])
})

test('U34 dialect A puts loops and guarded activities first; they are put back where they were drawn', () => {
  const drawn: readonly Drawn[] = [
    start('g'),
    {
      id: 'g',
      typename: 'ExclusiveGateway',
      to: [['one', '1'], ['two', '2'], ['three', '3'], 'four'],
      default: 'four',
    },
    task('one', [], 10),
    { ...task('two', [], 20), loop: { typename: 'StandardLoopTask' } },
    task('three', [], 30),
    { ...task('four', [], 40), loop: { typename: 'ParallelMultiInstanceTask' } },
    { id: 'event', typename: 'BoundaryEvent', attachedTo: 'three' },
    { id: 'event4', typename: 'BoundaryEvent', attachedTo: 'four' },
  ]
  expect(orderOf({ id: 'p', starts: ['start'], drawn })).toStrictEqual([
    'start',
    'g',
    'one',
    'two',
    'three',
    'event',
    'four',
    'event4',
  ])
  const spec = processSpec({ id: 'p', starts: ['start'], drawn }, 'a')
  expect(spec).toHaveProperty('task_specs.g.outputs', [
    'two',
    'three.BoundaryEventParent',
    'four.BoundaryEventParent',
    'one',
  ])
  const conditions = describeProcess(unitOf({ p: spec }), 'p').flows.map(
    (flow) => flow.condition ?? flow.default,
  )
  expect(conditions).toStrictEqual([undefined, '1', '2', '3', true])
})

test('U34 a loop begins where it is entered', () => {
  const drawn = [start('b'), task('c', ['a', 'end']), task('b', ['c']), task('a', ['b']), task('end', [])]
  expect(orderOf({ id: 'p', starts: ['start'], drawn })).toStrictEqual(['start', 'b', 'c', 'a', 'end'])
})

test('U34 several start events come in the order of the spec', () => {
  const drawn = [start('t', 's2'), start('t', 's1'), task('t', [])]
  expect(orderOf({ id: 'p', starts: ['s2', 's1'], drawn })).toStrictEqual(['s2', 's1', 't'])
})

test('U34 what nothing leads to comes last, by id in code point order', () => {
  const drawn = [task('\u{1f600}', []), task('\u{ffff}', ['b']), task('b', []), start('t'), task('t', [])]
  expect(orderOf({ id: 'p', starts: ['start'], drawn })).toStrictEqual([
    'start',
    't',
    'b',
    '\u{ffff}',
    '\u{1f600}',
  ])
})

test('U34 a start event that no start task leads to begins an order of its own', () => {
  const description = describeProcess(
    unitOfTasks({
      a: { typename: 'NoneTask', bpmn_id: 'a', outputs: [] },
      z: { typename: 'StartEvent', bpmn_id: 'z', outputs: ['a'] },
    }),
    'p',
  )
  expect(description.elements.map((element) => element.id)).toStrictEqual(['z', 'a'])
})
