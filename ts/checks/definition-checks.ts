import { UnitflowError } from '../errors/index.js'
import { A_NAME, isName } from './names.js'

/**
 * The name of what is defined: it stands in histories for ever, so it is written down and never made from that of a class
 * or a variable (D1), which a minifier would change.
 *
 * @throws `bad-argument`
 */
export function assertName(name: unknown, argument: string): asserts name is string {
  assertThat(argument, A_NAME, isName(name))
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
