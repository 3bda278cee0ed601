import { expect, test } from 'vitest'
import {
  checkSerializable,
  type HistoryOperation,
  type HistoryTransaction,
} from '../../../ts/testing/index.js'

/** `x1` appends 1 to the list x; `x:1,2` reads it. Without times, all happen at the same time. */
function transaction(
  id: string,
  written: string,
  rest: Partial<HistoryTransaction> = {},
): HistoryTransaction {
  const operations = written
    .split(' ')
    .filter((it) => it !== '')
    .map((it): HistoryOperation => {
      const list = it.charAt(0)
      if (it.charAt(1) !== ':') return { type: 'append', list, element: Number(it.slice(1)) }
      const elements = it.slice(2).split(',').filter((each) => each !== '') // prettier-ignore
      return { type: 'read', list, elements: elements.map(Number) }
    })
  return { id, operations, outcome: 'committed', began: 0, ended: 100, ...rest }
}

function typesOf(...history: HistoryTransaction[]): string[] {
  return checkSerializable(history).map(({ type }) => type)
}

test('a history that one order explains has no anomaly', () => {
  expect(typesOf()).toEqual([])
  expect(
    typesOf(
      transaction('a', 'x1 y2'),
      transaction('b', 'x: y:'),
      transaction('c', 'x:1 x3 x:1,3 y:2'),
      transaction('d', 'x:1,3 x4', { outcome: 'failed' }),
      transaction('e', 'x:1,3'),
      transaction('f', 'z5'),
    ),
  ).toEqual([])
})

test('write skew is a cycle, told in words', () => {
  const [anomaly] = checkSerializable([transaction('a', 'x: y1'), transaction('b', 'y: x2'), transaction('c', 'x:2 y:1')]) // prettier-ignore
  expect(anomaly).toEqual({ type: 'cycle', message: 'a had not seen b, which had not seen a' })
})

test('a lost update is a cycle', () => {
  expect(typesOf(transaction('a', 'x: x1'), transaction('b', 'x: x2'), transaction('c', 'x:1'))).toEqual([
    'cycle',
  ])
  expect(typesOf(transaction('a', 'x: x1'), transaction('b', 'x: x2'), transaction('c', 'x:1,2'))).toEqual([
    'cycle',
  ])
})

test('circular information flow is a cycle', () => {
  expect(typesOf(transaction('a', 'x1 y:2'), transaction('b', 'y2 x:1'))).toEqual(['cycle'])
})

test('a reader that sees one of two transactions, and another that sees the other, are a cycle', () => {
  const history = [transaction('a', 'x1'), transaction('b', 'y2'), transaction('c', 'x:1 y:'), transaction('d', 'x: y:2')] // prettier-ignore
  expect(typesOf(...history)).toEqual(['cycle'])
})

test('what had ended before a reader began is seen', () => {
  const write = transaction('a', 'x1', { began: 0, ended: 1 })
  expect(typesOf(write, transaction('b', 'x:', { began: 2, ended: 3 }), transaction('c', 'x:1'))).toEqual([
    'cycle',
  ])
  expect(typesOf(write, transaction('b', 'x:', { began: 1, ended: 3 }), transaction('c', 'x:1'))).toEqual([])
  // Nobody else has seen it, and yet it was there.
  expect(typesOf(write, transaction('b', 'x:', { began: 2, ended: 3 }))).toEqual(['cycle'])
  // Over one that is between the two.
  const between = transaction('b', 'y5', { began: 2, ended: 3 })
  expect(typesOf(write, between, transaction('c', 'x:', { began: 4, ended: 5 }))).toEqual(['cycle'])
})

test('of what nobody has heard of, what was read has happened, and whole', () => {
  const unknown = transaction('a', 'x1 y2', { outcome: 'unknown' })
  expect(typesOf(unknown, transaction('b', 'x: y:', { began: 101 }))).toEqual([])
  expect(typesOf(unknown, transaction('b', 'x:1 y:2'))).toEqual([])
  expect(typesOf(unknown, transaction('b', 'x:1 y:'))).toEqual(['cycle'])
})

test('reads that no transaction can have made are told by what is wrong with them', () => {
  expect(typesOf(transaction('a', 'x1', { outcome: 'failed' }), transaction('b', 'x:1'))).toEqual([
    'read-of-failed',
  ])
  expect(typesOf(transaction('a', 'x1 x2'), transaction('b', 'x:1'))).toEqual(['read-of-a-part'])
  expect(typesOf(transaction('a', 'x:7'))).toEqual(['read-of-nothing'])
  expect(typesOf(transaction('a', 'x1 x:'))).toEqual(['own-writes-not-seen'])
  expect(typesOf(transaction('a', 'x1'), transaction('b', 'x1'))).toEqual(['element-appended-twice'])
  expect(typesOf(transaction('a', 'x1'), transaction('b', 'x:1,1'))).toEqual(['element-read-twice'])
  const [one, two] = [transaction('a', 'x1'), transaction('b', 'x2')]
  expect(typesOf(one, two, transaction('c', 'x:1,2'), transaction('d', 'x:2'))).toEqual(['lists-disagree'])
})
