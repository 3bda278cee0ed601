import { UnitflowError } from '../../errors/index.js'
import type { ActivityClaim, DecisionClaim } from '../process/index.js'

/** A token is a text that others keep and hand back: what it says is nobody's business but the backend's. */
export function decisionToken(process: string, { started, lease }: DecisionClaim): string {
  return written(['decision', process, started, lease])
}

export function activityToken(process: string, { id, scheduled, attempt, lease }: ActivityClaim): string {
  return written(['activity', process, id, scheduled, attempt, lease])
}

/** @throws `bad-token` */
export function readDecisionToken(token: string): {
  readonly process: string
  readonly claim: DecisionClaim
} {
  const [kind, process, started, lease, ...more] = read(token)
  if (
    kind === 'decision' &&
    typeof process === 'string' &&
    typeof started === 'number' &&
    typeof lease === 'string' &&
    more.length === 0
  ) {
    return { process, claim: { started, lease } }
  }
  throw badToken('decision')
}

/** @throws `bad-token` */
export function readActivityToken(token: string): {
  readonly process: string
  readonly claim: ActivityClaim
} {
  const [kind, process, id, scheduled, attempt, lease, ...more] = read(token)
  if (
    kind === 'activity' &&
    typeof process === 'string' &&
    typeof id === 'string' &&
    typeof scheduled === 'number' &&
    typeof attempt === 'number' &&
    typeof lease === 'string' &&
    more.length === 0
  ) {
    return { process, claim: { id, scheduled, attempt, lease } }
  }
  throw badToken('activity')
}

/** Of letters that need no escaping in a URL, a header or a shell. */
function written(parts: readonly (string | number)[]): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(parts))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}

function read(token: unknown): readonly unknown[] {
  if (typeof token !== 'string' || token.length > 4000) return []
  try {
    const bytes = Uint8Array.from(atob(token.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
      character.charCodeAt(0),
    )
    const parts: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return Array.isArray(parts) ? parts : []
  } catch {
    return []
  }
}

function badToken(expected: 'decision' | 'activity'): UnitflowError<'bad-token'> {
  return new UnitflowError(
    'bad-token',
    `expected the token of a task: of ${expected === 'decision' ? 'a decision' : 'an activity'}`,
    {
      expected,
    },
  )
}
