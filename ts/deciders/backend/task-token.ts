import { UnitflowError } from '../../errors/index.js'
import type { ActivityClaim, DecisionClaim } from '../process/index.js'

/**
 * A token is a text that others keep and hand back: what it says is nobody's business but the backend's. It needs no
 * escaping in a URL, a header or a shell.
 */
export function decisionToken(process: string, { started, lease }: DecisionClaim): string {
  return `d,${started},${lease},${escaped(process)}`
}

export function activityToken(process: string, { id, scheduled, attempt, lease }: ActivityClaim): string {
  return `a,${scheduled},${attempt},${lease},${escaped(process)},${escaped(id)}`
}

/** @throws `bad-token` */
export function readDecisionToken(token: string): {
  readonly process: string
  readonly claim: DecisionClaim
} {
  const [kind, started, lease, process, ...more] = split(token)
  if (kind !== 'd' || lease === undefined || more.length > 0) throw badToken('decision')
  return {
    process: unescaped(process, 'decision'),
    claim: { started: count(started, 'decision'), lease },
  }
}

/** @throws `bad-token` */
export function readActivityToken(token: string): {
  readonly process: string
  readonly claim: ActivityClaim
} {
  const [kind, scheduled, attempt, lease, process, id, ...more] = split(token)
  if (kind !== 'a' || lease === undefined || more.length > 0) throw badToken('activity')
  return {
    process: unescaped(process, 'activity'),
    claim: {
      id: unescaped(id, 'activity'),
      scheduled: count(scheduled, 'activity'),
      attempt: count(attempt, 'activity'),
      lease,
    },
  }
}

type Kind = 'decision' | 'activity'

function split(token: unknown): readonly string[] {
  return typeof token === 'string' && token.length < 4000 ? token.split(',') : []
}

/** Ids like most are, which are what they are in a token. */
const PLAIN = /^[\w.:-]*$/

/** As JSON first, because a lone surrogate has no form in UTF-8. */
function escaped(text: string): string {
  return PLAIN.test(text) ? text : encodeURIComponent(JSON.stringify(text).slice(1, -1))
}

function unescaped(text: string | undefined, kind: Kind): string {
  if (text !== undefined && text !== '' && PLAIN.test(text)) return text
  try {
    const id: unknown = JSON.parse(`"${decodeURIComponent(text ?? '')}"`)
    if (typeof id === 'string' && id !== '') return id
  } catch {
    // It is told below.
  }
  throw badToken(kind)
}

function count(text: string | undefined, kind: Kind): number {
  if (text === undefined || !/^\d{1,15}$/.test(text)) throw badToken(kind)
  return Number(text)
}

function badToken(expected: Kind): UnitflowError<'bad-token'> {
  const what = expected === 'decision' ? 'a decision' : 'an activity'
  return new UnitflowError('bad-token', `expected the token of a task: of ${what}`, { expected })
}
