import { isUnitflowError, UnitflowError } from '../errors/index.js'
import { instantiateCore } from './core-module.js'
import type { CoreExports } from './core-module.js'

/** An instance whose memory has grown past this many bytes is let go after the call: Wasm memory never shrinks. */
export const CORE_MEMORY_LIMIT: number = 64 * 1024 * 1024

let idle: CoreExports | undefined

/**
 * Runs `work` with an instance of the core. An instance in which anything fails is thrown away, since nobody knows what
 * state it is in; the next call gets a fresh one.
 *
 * @throws `core-trap` where the core failed, and what {@link instantiateCore} throws
 */
export function withCore<T>(operation: string, work: (core: CoreExports) => T): T {
  const core = idle ?? instantiateCore()
  // Nobody else may have the instance meanwhile, also not `work` by calling back into here.
  idle = undefined
  let result: T
  try {
    result = work(core)
  } catch (cause) {
    if (isUnitflowError(cause)) {
      keep(core)
      throw cause
    }
    throw new UnitflowError(
      'core-trap',
      `the core failed in ${operation} and was replaced; the input may be too large for the memory there is`,
      { operation },
      { cause },
    )
  }
  keep(core)
  return result
}

function keep(core: CoreExports): void {
  if (core.memory.buffer.byteLength <= CORE_MEMORY_LIMIT) idle = core
}
