import { expect, test } from 'vitest'
import { createManualClock } from '../../../../ts/clock/index.js'
import type { FlowEvent, FlowEventBody } from '../../../../ts/flows/index.js'
import { createFlowRunner, defineFlow, defineTask, of } from '../../../../ts/flows/index.js'
import { timelineOfFlowHistory } from '../../../../ts/flows/timeline/index.js'
import { createMemoryRecords } from '../../../../ts/records/memory/index.js'
import { timelineSvg, timelineText } from '../../../../ts/timeline/index.js'
import type { Timeline } from '../../../../ts/timeline/index.js'
import { xmlFault } from '../../graph/well-formed.js'

const T = 1_800_000_000_000

/** A history, from seconds after its begin. */
function history(...bodies: readonly (readonly [seconds: number, FlowEventBody])[]): readonly FlowEvent[] {
  return bodies.map(([seconds, body], step) => ({ ...body, step, at: T + seconds * 1000 }))
}

const created: FlowEventBody = {
  type: 'flow-created',
  flow: 'nightly',
  fingerprint: 'f',
  tasks: ['download', 'summarise', 'mail'],
  input: {},
}
const failure = (message: string) => ({ error: { name: 'Error', message } })

/** Everything that can happen to an execution. */
const events = history(
  [0, created],
  [0, { type: 'flow-scheduled', due: T }],
  [4, { type: 'flow-started', owner: 'a', token: 1 }],
  [4, { type: 'task-started', task: 'download', attempt: 1 }],
  [
    14,
    { type: 'task-failed', task: 'download', attempt: 1, duration: 10_000, ...failure('<reset> & "peer"') },
  ],
  [14, { type: 'retry-scheduled', task: 'download', attempt: 2, due: T + 20_000 }],
  [20, { type: 'flow-started', owner: 'a', token: 2 }],
  [20, { type: 'task-started', task: 'download', attempt: 2 }],
  [50, { type: 'task-timed-out', task: 'download', attempt: 2, duration: 30_000, ...failure('too long') }],
  [50, { type: 'retry-scheduled', task: 'download', attempt: 3, due: T + 60_000 }],
  [60, { type: 'flow-started', owner: 'a', token: 3 }],
  [60, { type: 'task-started', task: 'download', attempt: 3 }],
  [90, { type: 'flow-recovered', owner: 'a', token: 3, why: 'expired' }],
  [95, { type: 'flow-started', owner: 'b', token: 4 }],
  [95, { type: 'task-started', task: 'download', attempt: 3 }],
  [100, { type: 'pause-requested' }],
  [110, { type: 'task-completed', task: 'download', attempt: 3, duration: 15_000, outputs: {} }],
  [110, { type: 'flow-paused' }],
  [150, { type: 'flow-resumed', due: T + 150_000 }],
  [152, { type: 'flow-started', owner: 'b', token: 5 }],
  [152, { type: 'task-started', task: 'summarise', attempt: 1 }],
  [160, { type: 'flow-released', owner: 'b' }],
  [165, { type: 'flow-started', owner: 'c', token: 6 }],
  [165, { type: 'task-started', task: 'summarise', attempt: 1 }],
  [175, { type: 'task-failed', task: 'summarise', attempt: 1, duration: 10_000, sealed: 'x' }],
  [175, { type: 'flow-failed', task: 'summarise', sealed: 'x' }],
  [200, { type: 'flow-rescheduled', task: 'summarise', due: T + 200_000 }],
  [201, { type: 'flow-started', owner: 'c', token: 7 }],
  [201, { type: 'task-started', task: 'summarise', attempt: 1 }],
  [210, { type: 'task-completed', task: 'summarise', attempt: 1, duration: 9000, outputs: {} }],
  [210, { type: 'task-started', task: 'mail', attempt: 1 }],
  [215, { type: 'cancel-requested', reason: 'too late' }],
  [216, { type: 'task-canceled', task: 'mail', attempt: 1, duration: 6000, ...failure('canceled') }],
  [216, { type: 'flow-canceled', reason: 'too late' }],
)

const bars = (timeline: Timeline, label: string): readonly string[] => {
  const row = timeline.rows.find((one) => one.label === label)
  return (row?.bars ?? []).map(({ from, to, kind, outcome, label: why }) =>
    [kind, (from - T) / 1000, (to - T) / 1000, outcome, why].filter((part) => part !== undefined).join(' '),
  )
}

test('F17 F18 attempts, waits, retries, pauses and lost runners are bars of one row a task', () => {
  const timeline = timelineOfFlowHistory(events, { id: 'n-1' })
  expect(timeline).toMatchObject({ title: 'nightly n-1', outcome: 'canceled', from: T, to: T + 216_000 })
  expect(timeline.status).toBeUndefined()
  expect(timeline.rows.map(({ label }) => label)).toEqual(['nightly', 'download', 'summarise', 'mail'])
  expect(bars(timeline, 'nightly')).toEqual(['whole 0 216 canceled too late'])
  expect(bars(timeline, 'download')).toEqual([
    'waiting 0 4',
    'running 4 14 failed <reset> & "peer"',
    'retry-wait 14 20',
    'running 20 50 timed-out too long',
    'retry-wait 50 60',
    'running 60 90 failed its runner was lost: its lease ran out',
    'waiting 90 95',
    'running 95 110 completed',
  ])
  expect(bars(timeline, 'summarise')).toEqual([
    'waiting 110 150 paused',
    'waiting 150 152',
    'running 152 160 canceled given back by b',
    'waiting 160 165',
    'running 165 175 failed sealed by a payload codec',
    'waiting 200 201',
    'running 201 210 completed',
  ])
  expect(bars(timeline, 'mail')).toEqual(['running 210 216 canceled canceled'])
  expect(timeline.rows[0]?.marks.map(({ kind, label }) => `${kind} ${label}`)).toEqual([
    'marker found without its runner a: its lease ran out',
    'marker asked to pause',
    'marker paused',
    'marker resumed',
    'marker rescheduled from summarise',
    'cancel-request asked to cancel: too late',
  ])
})

test('every part of a history is drawn, open at its end, with bars that lie in it', () => {
  for (let from = 0; from < 3; from++) {
    for (let to = from + 1; to <= events.length; to++) {
      const part = events.slice(from, to)
      const last = part.at(-1)?.at ?? 0
      const timeline = timelineOfFlowHistory(part, { now: last + 5000 })
      const isOpen = !['flow-failed', 'flow-canceled'].includes(part.at(-1)?.type ?? '')
      expect(timeline.outcome === 'open').toBe(isOpen)
      expect(timeline.to).toBe(isOpen ? last + 5000 : last)
      for (const { bars: drawn, marks } of timeline.rows) {
        for (const [index, bar] of drawn.entries()) {
          expect(bar.from).toBeGreaterThanOrEqual(drawn[index - 1]?.to ?? 0)
          expect(bar.to).toBeGreaterThanOrEqual(bar.from)
          expect(bar.to).toBeLessThanOrEqual(timeline.to)
        }
        for (const { at } of marks) expect(at).toBeLessThanOrEqual(timeline.to)
      }
      expect(xmlFault(timelineSvg(timeline))).toBeUndefined()
    }
  }
})

test('what an open one is at is said, and is drawn up to now', () => {
  const at = (count: number): string | undefined => timelineOfFlowHistory(events.slice(0, count)).status
  expect([at(2), at(4), at(6), at(12), at(13), at(18), at(27)]).toEqual([
    'download waits for a runner',
    'runs download',
    'tries download again, attempt 2',
    'runs download, attempt 3',
    'download waits for a runner',
    'paused before summarise',
    'summarise waits for a runner',
  ])
  const open = timelineOfFlowHistory(events.slice(0, 18), { now: T + 140_000 })
  expect(bars(open, 'summarise')).toEqual(['waiting 110 140 open paused'])
  expect(timelineText(open, { width: 80, now: T + 145_000 })).toContain('open for 2 min 25 s')
})

test('F28 under another definition it goes on with the tasks of that', () => {
  const timeline = timelineOfFlowHistory(
    history(
      [0, created],
      [0, { type: 'flow-scheduled', due: T }],
      [
        1,
        {
          type: 'flow-migrated',
          from: 'f',
          fingerprint: 'g',
          tasks: ['load', 'mail'],
          task: 'mail',
          context: {},
        },
      ],
      [2, { type: 'flow-started', owner: 'a', token: 1 }],
      [2, { type: 'task-started', task: 'mail', attempt: 1 }],
      [3, { type: 'task-completed', task: 'mail', attempt: 1, duration: 1000, outputs: {} }],
      [3, { type: 'flow-completed' }],
    ),
  )
  expect(timeline.outcome).toBe('completed')
  expect(bars(timeline, 'mail')).toEqual(['running 2 3 completed'])
})

test('F20 what a runner has written is drawn', async () => {
  const clock = createManualClock(T)
  const task = defineTask({
    name: 'a',
    inputs: { x: of<number>() },
    retry: { attempts: 2, backoff: { initial: '10s' }, jitter: 0 },
    run: (_, { attempt }) => {
      if (attempt === 1) throw new Error('not yet')
    },
  })
  const runner = createFlowRunner({
    records: createMemoryRecords(),
    flows: [defineFlow('one', [task])],
    clock,
  })
  const id = await runner.schedule('one', { x: 1 })
  const run = runner.run({ id })
  await clock.advance(10_000)
  expect((await run)?.status).toBe('completed')
  const timeline = timelineOfFlowHistory(await runner.history(id), { id })
  expect(bars(timeline, 'a')).toEqual([
    'running 0 0 failed not yet',
    'retry-wait 0 10',
    'running 10 10 completed',
  ])
})

test('no events are refused', () => {
  expect(() => timelineOfFlowHistory([])).toThrow(expect.objectContaining({ code: 'bad-argument' }) as Error)
})
