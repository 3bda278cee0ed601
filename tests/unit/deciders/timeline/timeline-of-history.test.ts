import { describe, expect, test } from 'vitest'
import { timelineOfHistory } from '../../../../ts/deciders/timeline/index.js'
import type { HistoryEvent } from '../../../../ts/deciders/history/index.js'
import { timelineSvg, timelineText } from '../../../../ts/timeline/index.js'
import type { Timeline, TimelineRow } from '../../../../ts/timeline/index.js'
import { xmlFault } from '../../graph/well-formed.js'
import { fixture, fixtures } from '../history/histories.js'

const drawn = (name: string): Timeline => timelineOfHistory(fixture(name).events)
const row = (timeline: Timeline, label: string): TimelineRow => {
  const found = timeline.rows.find((one) => one.label === label)
  if (found === undefined)
    throw new Error(`no row ${label} among ${timeline.rows.map((one) => one.label).join(', ')}`)
  return found
}
const bars = (timeline: Timeline, label: string): string[] =>
  row(timeline, label).bars.map(({ from, to, kind, outcome, label: why }) =>
    [kind, to - from, outcome, why].filter((part) => part !== undefined).join(' '),
  )

test.each(fixtures.map(({ name, events }) => [name, events] as const))(
  '%s is drawn, with bars that lie in it',
  (_, events) => {
    const timeline = timelineOfHistory(events)
    for (const { bars, marks } of timeline.rows) {
      expect(bars.length + marks.length).toBeGreaterThan(0)
      for (const [index, { from, to }] of bars.entries()) {
        expect(from).toBeGreaterThanOrEqual(bars[index - 1]?.from ?? timeline.from)
        expect(to).toBeGreaterThanOrEqual(from)
        expect(to).toBeLessThanOrEqual(timeline.to)
      }
      for (const { at } of marks) expect(at).toBeLessThanOrEqual(timeline.to)
    }
    for (const width of [360, 1200]) expect(xmlFault(timelineSvg(timeline, { width }))).toBeUndefined()
    expect(timelineText(timeline)).toContain(timeline.title)
  },
)

test('rows stand in the order in which things began, the process and its decisions first', () => {
  expect(drawn('order-completed').rows.map(({ label }) => label)).toEqual([
    'order',
    'decisions',
    'charge',
    'ship mug',
    'ship book',
    'marker paid',
    'signal extra-item',
    'ship pen',
  ])
})

test('the title and the status are those of the process', () => {
  const { events } = fixture('order-completed')
  const timeline = timelineOfHistory(events, { id: 'order-4711' })
  expect(timeline).toMatchObject({ title: 'order order-4711', status: 'done', outcome: 'completed' })
  expect(row(timeline, 'order').bars).toMatchObject([
    { kind: 'whole', from: events[0]!.at, to: events.at(-1)!.at },
  ])
})

describe('activities', () => {
  test('attempts are bars of one row, with the waits between them', () => {
    expect(bars(drawn('order-completed'), 'charge')).toEqual([
      'waiting 800',
      'running 3200 failed connection reset',
      'retry-wait 2000',
      'running 5000 timed-out heartbeat',
      'retry-wait 4000',
      'running 1700 completed',
    ])
  })

  test('D6 D42 each ends as it did', () => {
    const survey = drawn('timed-out')
    expect(bars(survey, 'ask one')).toEqual(['waiting 60001 timed-out schedule-to-start'])
    expect(bars(survey, 'ask two').at(-1)).toBe('running 120001 timed-out start-to-close')
    expect(bars(survey, 'ask four').at(-1)).toBe('running 50001 timed-out schedule-to-close')
    expect(bars(drawn('failed'), 'deposit d').at(-1)).toBe('running 7400 failed account closed')
    expect(bars(drawn('canceled'), 'mix-sound sound')).toEqual(['waiting 97007 canceled'])
  })

  test('what the process left behind has ended with it', () => {
    expect(bars(drawn('timed-out'), 'ask five').at(-1)).toBe('running 90000 canceled ended with the process')
    expect(bars(drawn('failed'), 'timer deadline')[0]).toMatch(/canceled ended with the process$/)
  })

  test('an id that the backend gave is shown only where there are several', () => {
    expect(drawn('year-long-timer').rows.map(({ label }) => label)).toEqual(
      expect.arrayContaining(['charge #4', 'charge #19', 'send-receipt']),
    )
  })

  test('asking one to end is a mark', () => {
    expect(row(drawn('canceled'), 'draw-frames frames').marks).toMatchObject([
      { kind: 'cancel-request', label: 'asked to end: called off' },
    ])
  })
})

test('decisions end completed, failed, timed out or refused; one that was refused may be made anew', () => {
  expect(bars(drawn('decisions-gone-wrong'), 'decisions')).toEqual([
    'deciding 60001 timed-out',
    "deciding 400 failed Cannot read properties of undefined (reading 'total')",
    'deciding 3 completed',
    'deciding 5 failed refused: the task has not seen the newest event',
    'deciding 3 failed refused: there is no activity prnt',
    'deciding 12 completed',
    'deciding 3 completed',
  ])
})

test('D7 D50 children end as they did, and may outlive their parent', () => {
  const campaign = drawn('children')
  const ends = 'abcdef'
    .split('')
    .map((name) => bars(campaign, `child mailing mail-${name}`)[0]!.replace(/running \d+ /, ''))
  expect(ends).toEqual([
    'completed',
    'failed no such list',
    'canceled not wanted',
    'timed-out start-to-close',
    'completed goes on as mail-e-2',
    'open goes on by itself',
  ])
})

test('D52 timers fire, or are canceled', () => {
  const timeline = drawn('year-long-timer')
  expect(bars(timeline, 'timer renewal')[0]).toMatch(/^timer \d+ completed$/)
  expect(row(timeline, 'timer renewal').marks).toMatchObject([{ kind: 'timer', label: 'timer renewal' }])
  expect(bars(timeline, 'timer #10')[0]).toMatch(/^timer \d+ canceled$/)
})

test('signals, markers, and what was sent to others are marks', () => {
  expect(row(drawn('continued'), 'signal add').marks.map(({ label }) => label)).toEqual([
    'signal add by meter-3',
    'signal add',
    'signal add',
  ])
  expect(row(drawn('failed'), 'decisions').marks.map(({ label }) => label)).toEqual([
    'signal failed-transfer to audit-1',
    'asks notice-4 to cancel',
    'asks notice-5 to cancel',
  ])
  expect(row(drawn('canceled'), 'render').marks).toMatchObject([
    { kind: 'cancel-request', label: 'asked to cancel by film-1: the film was called off' },
  ])
  expect(row(drawn('failed'), 'transfer').marks).toMatchObject([{ label: 'forked from transfer-9' }])
})

describe('what is open', () => {
  const { events } = fixture('open')
  const newest = events.at(-1)!.at

  test('goes up to now, or to the newest event', () => {
    expect(timelineOfHistory(events).to).toBe(newest)
    const later = timelineOfHistory(events, { now: newest + 5000 })
    expect(later).toMatchObject({ to: newest + 5000, outcome: 'open' })
    for (const label of ['decisions', 'interview ada', 'interview grace', 'timer deadline'])
      expect(row(later, label).bars.at(-1)).toMatchObject({ outcome: 'open', to: newest + 5000 })
    // A clock that goes wrong draws nothing backwards.
    expect(timelineOfHistory(events, { now: 5 }).to).toBe(newest)
  })

  test('is open no more once it is closed', () => {
    const closed = fixture('children').events
    expect(timelineOfHistory(closed, { now: closed.at(-1)!.at + 9 }).to).toBe(closed.at(-1)!.at)
  })
})

test('values are not shown', () => {
  const secret = { type: 'signal', seq: 2, at: 5, name: 'pin', data: 'hunter2' } as const
  const started = fixture('open').events[0]!
  expect(JSON.stringify(timelineOfHistory([started, secret]))).not.toContain('hunter2')
})

test('a later part of a history shows what is in it', () => {
  const { events } = fixture('order-completed')
  for (let from = 1; from < events.length; from++) {
    const timeline = timelineOfHistory(events.slice(from))
    expect(timeline.rows[0]).toMatchObject({ label: 'process' })
    expect(timelineText(timeline)).toContain('completed after')
  }
})

test('no events are refused', () => {
  expect(() => timelineOfHistory([])).toThrow(expect.objectContaining({ code: 'bad-argument' }))
})

test('10,000 activities are drawn, and a remark says what was left out', () => {
  const events: HistoryEvent[] = [fixture('open').events[0]!]
  const add = (event: object): number => {
    const seq = events.length + 1
    events.push({ ...event, seq, at: 1769860800000 + seq * 10 } as HistoryEvent)
    return seq
  }
  for (let n = 0; n < 10_000; n++) {
    const activity = { activity: 'work', id: `w-${n}` }
    const scheduled = add({
      type: 'decision',
      decision: { type: 'schedule-activity', ...activity, input: n },
    })
    add({ type: 'activity-started', scheduled, attempt: 1, ...activity })
    add({ type: 'activity', scheduled, ...activity, result: { type: 'completed', result: n } })
  }
  const timeline = timelineOfHistory(events)
  expect(timeline.rows).toHaveLength(10_001)
  expect(timelineText(timeline)).toContain('9,801 rows left out')
  expect(timelineSvg(timeline)).toContain('9,601 more are left out')
})
