import { describe, expect, test } from 'vitest'
import type { HistoryEvent } from '../../../../ts/deciders/history/index.js'
import { fixture, fixtures, objectsIn } from './histories.js'
import type { Json, JsonObject } from './histories.js'
import { schema, validator } from './history-schema.js'
import { brokenRules } from './order-rules.js'

const isHistory = validator('history')
const isEvent = validator('event')
const isDecision = validator('decision')

/** Every object of these definitions that the fixtures hold, as `Name` and `Name.field`. */
function heldBy(found: readonly JsonObject[], names: readonly string[]): Set<string> {
  const held = new Set<string>()
  for (const name of names) {
    const type = schema.$defs[name]?.properties?.['type']
    for (const object of found) {
      if (typeof type !== 'object' || object['type'] !== type.const) continue
      held.add(name)
      for (const field of Object.keys(object)) held.add(`${name}.${field}`)
    }
  }
  return held
}

test('D5 the fixtures are histories', () => {
  expect(fixtures.length).toBeGreaterThan(7)
  expect(fixtures.filter(({ json }) => !isHistory(json)).map(({ name }) => name)).toEqual([])
  for (const { json } of fixtures) expect(json.every(isEvent)).toBe(true)
})

test('the fixtures keep every rule of order that the page of the format promises', () => {
  for (const { name, events } of fixtures) expect(brokenRules(events), name).toEqual([])
})

test('D5 D6 D7 D8 D9 the fixtures hold every event, decision and result, with every field', () => {
  const names = Object.keys(schema.$defs).filter(
    (name) => typeof schema.$defs[name]?.properties?.['type'] === 'object',
  )
  const wanted = names.flatMap((name) => [
    name,
    ...Object.keys(schema.$defs[name]?.properties ?? {}).map((field) => `${name}.${field}`),
  ])
  expect(wanted.length).toBeGreaterThan(150)
  const held = heldBy(
    fixtures.flatMap(({ json }) => objectsIn(json)),
    names,
  )
  expect(wanted.filter((name) => !held.has(name))).toEqual([])
})

describe('altered histories are refused', () => {
  const events = fixtures.flatMap(({ json }) => json as JsonObject[])
  const decisions = events.flatMap((event) => (event['type'] === 'decision' ? [event['decision']!] : []))

  test('without a field that every one has', () => {
    const accepted: string[] = []
    for (const [check, objects] of [
      [isEvent, events],
      [isDecision, decisions as JsonObject[]],
    ] as const) {
      for (const object of objects) {
        const definition = Object.values(schema.$defs).find(({ properties }) => {
          const type = properties?.['type']
          return typeof type === 'object' && type.const === object['type'] && check(object)
        })
        for (const field of definition?.required ?? []) {
          const { [field]: _, ...rest } = object
          if (check(rest)) accepted.push(`${JSON.stringify(object['type'])} without ${field}`)
        }
      }
    }
    expect(accepted).toEqual([])
  })

  test('with a field that there is not', () => {
    expect(events.filter((event) => isEvent({ ...event, more: 1 }))).toEqual([])
    expect(decisions.filter((decision) => isDecision({ ...(decision as object), more: 1 }))).toEqual([])
  })

  test('with a type that there is not, or none', () => {
    expect(events.filter((event) => isEvent({ ...event, type: 'activity-ended' }))).toEqual([])
    expect(decisions.filter((decision) => isDecision({ ...(decision as object), type: 'x' }))).toEqual([])
    for (const wrong of [null, 1, 'signal', [], {}]) expect(isEvent(wrong)).toBe(false)
  })

  test('with a field of another type', () => {
    const wrong: Readonly<Record<string, Json>> = {
      ...{ seq: 0, at: 'now', started: '2', scheduled: 1.5, name: 1, id: null, activity: {}, workflow: [] },
      ...{
        tags: [1],
        identity: 7,
        reason: 5,
        result: 'done',
        error: 'no',
        attempt: 0,
        history: 2,
        version: 1,
      },
      ...{ process: false, from: 3, status: 1, decision: [], parent: {}, origin: { type: 'born' }, last: {} },
    }
    let tried = 0
    for (const event of events) {
      for (const field of Object.keys(event).filter((name) => Object.hasOwn(wrong, name))) {
        tried++
        expect(
          isEvent({ ...event, [field]: wrong[field]! }),
          `${JSON.stringify(event['type'])}.${field}`,
        ).toBe(false)
      }
    }
    expect(tried).toBeGreaterThan(500)
  })

  test('with a tag of values that there is not, or one that is not as it should be', () => {
    const signal = { seq: 1, at: 0, type: 'signal', name: 'x' }
    expect(isEvent({ ...signal, data: { $type: 'bytes', value: 'AQID' } })).toBe(true)
    for (const data of [
      { $type: 'regexp', value: 'x' },
      { $type: 'bytes' },
      { $type: 'number', value: '1' },
      { $type: 'map', value: [[1]] },
      { deep: [{ $type: 'bigint', value: '1.5' }] },
    ])
      expect(isEvent({ ...signal, data }), JSON.stringify(data)).toBe(false)
  })

  test('empty ones, and those that begin with something else', () => {
    const { json } = fixture('order-completed')
    expect(isHistory(json)).toBe(true)
    expect(isHistory([])).toBe(false)
    expect(isHistory(json.slice(1))).toBe(false)
    expect(isHistory({ events: json })).toBe(false)
  })
})

describe('the rules of order find', () => {
  const { events } = fixture('decisions-gone-wrong')
  const signal: HistoryEvent = { type: 'signal', name: 'x', data: 1, seq: 0, at: 0 }
  const at = (type: HistoryEvent['type'], nth = 0): number =>
    events.flatMap((event, index) => (event.type === type ? [index] : []))[nth]!
  const missing = (index: number): HistoryEvent[] => renumbered(events.toSpliced(index, 1))
  const more = (index: number, event: HistoryEvent): HistoryEvent[] =>
    renumbered(events.toSpliced(index, 0, event))

  test('nothing where only the numbers have changed', () => {
    expect(brokenRules(more(at('decision-started'), signal))).toEqual([])
  })

  test.each([
    ['a gap', events.toSpliced(1, 1), '3 decision-timed-out: stands in place 2'],
    ['no begin', missing(0), '1 decision-started: only the first event starts the process'],
    ['no decision-started', missing(1), '2 decision-timed-out: NaN is not the decision under way'],
    ['no end of a decision', missing(at('decision-failed')), '5 decision-started: 4 is not over'],
    ['no decision-completed', missing(at('decision-completed')), '7 decision: stands outside of a batch'],
    ['no news', missing(at('activity')), '10 decision-started: there is nothing to decide'],
    ['no decision', missing(at('decision')), '8 activity-started: NaN is no open activity p-1:8'],
    ['a signal in a batch', more(at('decision'), signal), '9 decision: stands outside of a batch'],
    [
      'a signal before the end',
      more(events.length - 1, signal),
      '23 signal: stands after the decision that closes',
    ],
    ['a signal after the end', more(events.length, signal), '24 signal: stands after process-closed'],
    [
      'an end twice',
      more(at('activity') + 1, events[at('activity')]!),
      '11 activity: 8 started no activity p-1:8 that is open',
    ],
    [
      'an attempt twice',
      more(at('activity'), events[at('activity-started')]!),
      '10 activity-started: attempt 1 was before',
    ],
  ])('%s', (_, altered, expected) => {
    expect(
      brokenRules(altered).some((rule) => rule.startsWith(expected)),
      brokenRules(altered).join('; '),
    ).toBe(true)
  })
})

/** Events with the numbers of their new places; what refers to one that is gone refers to NaN. */
function renumbered(events: readonly HistoryEvent[]): HistoryEvent[] {
  const places = new Map<number, number>()
  events.forEach(({ seq }, index) => {
    if (!places.has(seq)) places.set(seq, index + 1)
  })
  const placeOf = (seq: number): number => places.get(seq) ?? NaN
  return events.map((event, index) => ({
    ...event,
    seq: index + 1,
    ...('started' in event && { started: placeOf(event.started) }),
    ...('scheduled' in event && { scheduled: placeOf(event.scheduled) }),
  }))
}
