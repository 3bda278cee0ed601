import { expect, test } from 'vitest'
import type { AnyWorkflow } from '../../../../ts/deciders/definitions/index.js'
import {
  cancelActivity,
  cancelProcess,
  cancelTimer,
  completeProcess,
  defineRuleSet,
  scheduleActivity,
  signalProcess,
  startChildProcess,
  startTimer,
} from '../../../../ts/deciders/definitions/index.js'
import { happened } from '../../../../ts/deciders/testing-kit/index.js'
import { of } from '../../../../ts/schema/index.js'
import { charge, ship } from './shop.js'
import { child, note, notes, parts } from './rule-notes.js'

test('settled comes last, and only when nothing is open and nothing was started or closed just now', () => {
  const set = (given: unknown): AnyWorkflow =>
    defineRuleSet({
      ...parts,
      rules: (when) => [
        when.settled(() => note('settled')),
        when.started(() => [given as undefined]),
        when.settled(() => completeProcess()),
        when.settled(() => note('too late')),
      ],
    })
  expect(notes(set(note('started')))).toEqual(['started', 'settled', 'complete-process'])
  for (const started of [charge, startTimer(1), startChildProcess(child, 1), cancelProcess()]) {
    expect(notes(set(started))).toHaveLength(1)
  }
  expect(notes(set(signalProcess('p' as string, 's')))).toEqual([
    'signal-process',
    'settled',
    'complete-process',
  ])
  for (const open of [charge, startTimer(1), startChildProcess(child, 1)])
    expect(notes(set(null), [open])).toEqual([])
  expect(notes(set(null), [charge, happened.timedOut(charge)])).toEqual(['settled', 'complete-process'])
})

test('what this decision calls off is open no more: nobody would be woken to see that', () => {
  const set = (wait: boolean): AnyWorkflow =>
    defineRuleSet({
      ...parts,
      rules: (when) => [
        when.signal('stop', (_, process) => [
          process.unfinished().map((open) => cancelActivity(open, { wait })),
          process.timers.map((timer) => cancelTimer(timer)),
        ]),
        when.interrupted(() => note('interrupted')),
        when.settled(() => completeProcess()),
      ],
    })
  const steps = [[charge, ship, startTimer(1)], happened.signal('stop')]
  const off = ['cancel-activity', 'cancel-activity', 'cancel-timer']
  expect(notes(set(false), steps)).toEqual([...off, 'complete-process'])
  // It is waited for.
  expect(notes(set(true), steps)).toEqual(off)
  expect(notes(set(false), [startChildProcess(child, 1), ...steps])).toEqual(off)
  // What it has called off itself is no news to it; what somebody else has is.
  const canceled = [scheduleActivity(ship, 'x', { id: 'x' }), happened.nothingDecided(), cancelActivity('x')]
  expect(notes(set(false), canceled)).toEqual(['complete-process'])
  expect(notes(set(false), [ship, happened.nothingDecided(), happened.canceled(ship)])).toEqual([
    'interrupted',
    'complete-process',
  ])
})

test('what closes the process is put last, whichever rule has decided it', () => {
  const set = defineRuleSet({
    ...parts,
    rules: (when) => [
      when.signal('close', () => completeProcess(1)),
      when.signal('close', () => completeProcess(1)),
      when.signal('note', () => note('noted')),
    ],
  })
  expect(notes(set, [happened.signal('close'), happened.signal('note')])).toEqual([
    'noted',
    'complete-process',
  ])
})

test('a rule set is refused where it is defined, for what could never work', () => {
  const refused = expect.objectContaining({ code: 'bad-argument' }) as unknown
  const stranger = { ...charge, name: 'stranger' } as unknown as typeof charge
  expect(() => defineRuleSet({ ...parts, rules: (when) => [when.completed(stranger, () => [])] })).toThrow(
    refused,
  )
  const foreign = { ...child, name: 'foreign' } as unknown as typeof child
  expect(() => defineRuleSet({ ...parts, rules: (when) => [when.childClosed(foreign, () => [])] })).toThrow(
    refused,
  )
  const another = { '~standard': { version: 1, vendor: 'v', validate: () => ({ value: 1 }) } } as const
  expect(() =>
    defineRuleSet({
      ...parts,
      rules: (when) => [when.signal('s', of<number>(), () => []), when.signal('s', another, () => [])],
    }),
  ).toThrow(refused)
  expect(() => defineRuleSet({ ...parts, rules: (when) => [when.started(undefined as never)] })).toThrow(
    refused,
  )
  expect(() =>
    defineRuleSet({ ...parts, rules: (when) => [when.event('decision-failed' as 'timer', () => [])] }),
  ).toThrow(refused)
  expect(() => defineRuleSet({ ...parts, rules: (when) => [when.signal('', () => [])] })).toThrow(refused)
})
