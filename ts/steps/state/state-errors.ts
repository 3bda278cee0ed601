import { UnitflowError } from '../../errors/index.js'

export function noSuchState(name: string): UnitflowError<'no-such-state'> {
  return new UnitflowError('no-such-state', `there is no state '${name}'`, { name })
}

export function isImmutable(name: string): UnitflowError<'state-is-immutable'> {
  const message = `the state '${name}' has a value, and this state is immutable: delete it first, or make the state mutable`
  return new UnitflowError('state-is-immutable', message, { name })
}
