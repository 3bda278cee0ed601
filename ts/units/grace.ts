import { UnitflowError } from '../errors/index.js'

/** The usual grace time, in milliseconds. */
export const DAY: number = 86_400_000

/** @throws `bad-argument` where a grace time is none */
export function assertGrace(grace: number): void {
  if (grace >= 0) return
  const expected = 'a number of ms, at least 0'
  throw new UnitflowError('bad-argument', `grace: expected ${expected}, found ${grace}`, {
    argument: 'grace',
    expected,
  })
}
