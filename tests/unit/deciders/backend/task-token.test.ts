import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  activityToken,
  decisionToken,
  readActivityToken,
  readDecisionToken,
} from '../../../../ts/deciders/backend/task-token.js'

const id = fc.string({ unit: 'binary', minLength: 1, maxLength: 50 })
const hostile = ['a,b', '\ud800', '"', '\\', '%', 'a/b', '..', '\u0000', '__proto__', '😀']

test('a token is read as it was written, whatever the ids are, and needs no escaping', () => {
  const check = (process: string, activity: string): void => {
    const decision = { started: 7, lease: 'x-1' }
    expect(readDecisionToken(decisionToken(process, decision))).toEqual({ process, claim: decision })
    const claim = { id: activity, scheduled: 4, attempt: 2, lease: 'x-2' }
    const token = activityToken(process, claim)
    expect(readActivityToken(token)).toEqual({ process, claim })
    expect(token).toMatch(/^[\w%,.!~*'()-]+$/)
  }
  fc.assert(fc.property(id, id, check))
  for (const one of hostile) for (const other of hostile) check(one, other)
})

test('a text that is no token is bad-token', () => {
  const decision = decisionToken('p', { started: 7, lease: 'x' })
  const activity = activityToken('p', { id: 'a', scheduled: 4, attempt: 2, lease: 'x' })
  for (const text of [
    '',
    'x',
    'd',
    'a,1',
    'd,x,l,p',
    'd,-1,l,p',
    'd,1,l,%',
    'd,1,l,%22',
    'd,1,l,',
    activity,
    `${decision},`,
    5,
  ]) {
    expect(() => readDecisionToken(text as string), String(text)).toThrow(
      expect.objectContaining({ code: 'bad-token', fields: { expected: 'decision' } }),
    )
  }
  for (const text of ['', 'a,4,2,x,p', 'a,4,x,x,p,a', decision, `${activity},`, 'x'.repeat(5000), null]) {
    expect(() => readActivityToken(text!), String(text)).toThrow(
      expect.objectContaining({ code: 'bad-token', fields: { expected: 'activity' } }),
    )
  }
})
