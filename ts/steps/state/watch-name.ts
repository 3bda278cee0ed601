import { UnitflowError } from '../../errors/index.js'
import { HeldValue } from '../values/index.js'
import type { State } from './state.js'

/** The values of a name: the one that it has, then each that it is seen to have; some in between may be left out. */
export async function* watchName(
  state: State,
  name: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<unknown, void, undefined> {
  let hasChanged = true
  let wake: () => void = () => undefined
  const call = (): void => {
    hasChanged = true
    wake()
  }
  const end = state.onChange(call)
  signal?.addEventListener('abort', call)
  try {
    for (let last: string | undefined; ;) {
      signal?.throwIfAborted()
      if (!hasChanged) {
        await new Promise<void>((resolve) => (wake = resolve))
        continue
      }
      hasChanged = false
      const value = await valueOf(state, name)
      const digest = value === GONE ? undefined : HeldValue.of(value).digest
      if (value !== GONE && digest !== last) yield value
      last = digest
    }
  } finally {
    end()
    signal?.removeEventListener('abort', call)
  }
}

const GONE: unique symbol = Symbol('no value')

async function valueOf(state: State, name: string): Promise<unknown> {
  try {
    return await state.get(name)
  } catch (error) {
    if (error instanceof UnitflowError && error.code === 'no-such-state') return GONE
    throw error
  }
}
