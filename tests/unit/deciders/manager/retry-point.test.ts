import { expect, test } from 'vitest'
import { retryPoint } from '../../../../ts/deciders/manager/retry-point.js'
import type { HistoryEvent } from '../../../../ts/deciders/history/index.js'

type Part = HistoryEvent extends infer E ? (E extends HistoryEvent ? Omit<E, 'seq' | 'at'> : never) : never

function history(...parts: readonly Part[]): readonly HistoryEvent[] {
  const started: Part = {
    type: 'process-started',
    history: 1,
    workflow: 'w',
    version: '1',
    input: null,
    tags: [],
  }
  return [started, ...parts].map((part, index) => ({ ...part, seq: index + 1, at: 0 }))
}

const begin: Part = { type: 'decision-started' }
const decided = (started: number): Part => ({ type: 'decision-completed', started })
const schedule = (id: string): Part => ({
  type: 'decision',
  decision: { type: 'schedule-activity', activity: 'a', id, input: null },
})
const took = (scheduled: number): Part => ({
  type: 'activity-started',
  scheduled,
  activity: 'a',
  id: 'x',
  attempt: 1,
})
const ended = (scheduled: number, type: 'completed' | 'failed'): Part => ({
  type: 'activity',
  scheduled,
  activity: 'a',
  id: 'x',
  result: type === 'completed' ? { type, result: null } : { type },
})
const fails: Part = { type: 'decision', decision: { type: 'fail-process' } }
const closed: Part = { type: 'process-closed', result: { type: 'failed' } }
const canceled: Part = { type: 'process-closed', result: { type: 'canceled' } }

test.each([
  ['nobody has decided yet', history(canceled), 1],
  ['it was closed while somebody decided', history(begin, canceled), 2],
  [
    'an activity has failed, and that was the reason',
    history(begin, decided(2), schedule('x'), took(4), ended(4, 'failed'), begin, decided(7), fails, closed),
    5,
  ],
  [
    'two have failed: the first one is done anew, too',
    history(
      begin,
      decided(2),
      schedule('x'),
      schedule('y'),
      ended(4, 'failed'),
      ended(5, 'failed'),
      begin,
      decided(8),
      fails,
      closed,
    ),
    5,
  ],
  [
    'nothing has failed: the decision is made anew',
    history(
      begin,
      decided(2),
      schedule('x'),
      took(4),
      ended(4, 'completed'),
      begin,
      decided(7),
      fails,
      closed,
    ),
    6,
  ],
  [
    'what has failed was seen by an earlier decision, which had an answer to it',
    history(
      begin,
      decided(2),
      schedule('x'),
      ended(4, 'failed'),
      begin,
      decided(6),
      schedule('y'),
      ended(8, 'completed'),
      begin,
      decided(10),
      fails,
      closed,
    ),
    9,
  ],
  [
    'it was canceled from outside right after a decision',
    history(begin, decided(2), schedule('x'), ended(4, 'failed'), begin, decided(6), schedule('y'), canceled),
    8,
  ],
  [
    'a decision called an activity off, and closed it',
    history(
      begin,
      decided(2),
      schedule('x'),
      { type: 'signal', name: 's', data: null },
      begin,
      decided(6),
      { type: 'decision', decision: { type: 'cancel-activity', id: 'x' } },
      { ...ended(4, 'completed'), result: { type: 'canceled' } } as Part,
      fails,
      closed,
    ),
    5,
  ],
])('D83 %s', (_, events, point) => {
  expect(retryPoint(events)).toBe(point)
})
