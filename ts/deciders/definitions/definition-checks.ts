import { UnitflowError } from '../../errors/index.js'

/** Characters that a name may have; also in decisions and histories. */
const MAX_NAME = 150

/**
 * The name of what is defined: it stands in histories for ever, so it is written down and never made from that of a class
 * or a variable (D1), which a minifier would change.
 *
 * @throws `bad-argument`
 */
export function assertName(name: unknown, argument: string): asserts name is string {
  const isRight =
    typeof name === 'string' &&
    name.length <= MAX_NAME &&
    name.trim() === name &&
    // Neither empty, nor with control characters, nor with half a character.
    /^[^\p{Cc}\p{Cs}]+$/u.test(name)
  const expected = `a name of 1 to ${MAX_NAME} characters, without spaces around it or control characters`
  assertThat(argument, expected, isRight)
}

/**
 * Refuses two things of one name: a history could not tell them apart.
 *
 * @throws `bad-argument`
 */
export function assertDistinct(named: readonly { readonly name: string }[], argument: string): void {
  const seen = new Set<string>()
  for (const { name } of named) {
    assertThat(argument, `names that differ, but '${name}' is there twice`, !seen.has(name))
    seen.add(name)
  }
}

/** @throws `bad-argument` */
export function assertThat(argument: string, expected: string, holds: boolean): asserts holds {
  if (holds) return
  throw new UnitflowError('bad-argument', `${argument}: expected ${expected}`, { argument, expected })
}
