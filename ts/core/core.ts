import { isUnitflowError, UnitflowError } from '../errors/index.js'
import { instantiateCore } from './core-module.js'
import type { CoreExports } from './core-module.js'

/**
 * An instance whose memory has grown past this many bytes is kept for as long as the runtime does not want the memory
 * back, and no longer: Wasm memory never shrinks.
 */
export const CORE_MEMORY_LIMIT: number = 64 * 1024 * 1024

let idle: CoreExports | undefined
/** A large instance that is idle. Its memory is worth keeping: to touch new memory takes longer than to fill it. */
let largeIdle: WeakRef<CoreExports> | undefined

/**
 * Runs `work` with an instance of the core. An instance in which anything fails is thrown away, since nobody knows what
 * state it is in; the next call gets a fresh one.
 *
 * @throws `core-trap` where the core failed, and what {@link instantiateCore} throws
 */
export function withCore<T>(operation: string, work: (core: CoreExports) => T): T {
  const held = new HeldCore()
  try {
    return held.run(operation, work)
  } finally {
    held.release()
  }
}

/** An instance that nobody else has until it is released, for work that waits in between: others get another one. */
export class HeldCore {
  #core: CoreExports | undefined

  /** @throws what {@link instantiateCore} throws */
  constructor() {
    this.#core = idle ?? largeIdle?.deref() ?? instantiateCore()
    // Nobody else may have the instance meanwhile, also not `work` by calling back into here.
    idle = undefined
    largeIdle = undefined
  }

  /** @throws `core-trap` where the core fails, now or in an earlier run, and what `work` says is wrong with its input */
  run<T>(operation: string, work: (core: CoreExports) => T): T {
    try {
      if (this.#core === undefined) throw new Error('this instance has failed before, or was released')
      return work(this.#core)
    } catch (cause) {
      if (isUnitflowError(cause)) throw cause
      this.#core = undefined
      throw new UnitflowError(
        'core-trap',
        `the core failed in ${operation} and was replaced; the input may be too large for the memory there is`,
        { operation },
        { cause },
      )
    }
  }

  /** Lets others have the instance, unless it has failed; to be called in any case. */
  release(): void {
    if (this.#core !== undefined) keep(this.#core)
    this.#core = undefined
  }
}

function keep(core: CoreExports): void {
  if (core.memory.buffer.byteLength <= CORE_MEMORY_LIMIT) idle = core
  // Not every runtime of the edge has weak references; there a large instance is let go at once.
  else if (typeof WeakRef === 'function') largeIdle = new WeakRef(core)
}
