import { UnitflowError } from '../errors/index.js'

/** @throws `bad-argument` for options that no database can be opened with */
export function assertDatabaseOptions({ name, openTimeout }: { name: unknown; openTimeout: number }): void {
  if (typeof name !== 'string' || name === '') throw badOption('name', 'a name that is not empty')
  // setTimeout takes no more than 31 bits, and fires at once for what is larger.
  if (!(openTimeout >= 0 && openTimeout < 2 ** 31))
    throw badOption('openTimeout', 'a number of ms, 0 to 2147483647')
}

function badOption(argument: string, expected: string): UnitflowError<'bad-argument'> {
  return new UnitflowError('bad-argument', `${argument}: expected ${expected}`, { argument, expected })
}
