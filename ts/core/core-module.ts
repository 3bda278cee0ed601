import { UnitflowError } from '../errors/index.js'
import { compileCore } from './compile-core.js'

/** What the Wasm module gives: functions over numbers, see `rust/wasm`. */
export interface CoreExports {
  /** Not `WebAssembly.Memory`, which is no type in a project without the DOM's. */
  readonly memory: { readonly buffer: ArrayBuffer }
  boundary(): number
  allocate(length: number): number
  free(pointer: number, length: number): void
  decompose(
    pointer: number,
    allocated: number,
    length: number,
    isUtf8: number,
    layout: number,
    bytes: number,
    depth: number,
    processes: number,
    idLength: number,
  ): number
  free_reply(reply: number): void
  trap(): void
}

/** The boundary that this side speaks; `BOUNDARY` in `rust/wasm`. */
const BOUNDARY = 1

let module: WebAssembly.Module | undefined

/**
 * A fresh instance of the core. The module is compiled once and instantiated as often as an instance is spent.
 *
 * @throws `wasm-unavailable` where the runtime refuses to compile, `wrong-core` for a module of another version
 */
export function instantiateCore(): CoreExports {
  let exports: WebAssembly.Exports
  try {
    module ??= compileCore()
    // wasm-bindgen's only wish: a hook that a module without JavaScript values has no use for.
    const imports = { './unitflow_bg.js': { __wbindgen_init_externref_table: () => undefined } }
    exports = new WebAssembly.Instance(module, imports).exports
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new UnitflowError(
      'wasm-unavailable',
      `WebAssembly cannot be used here: ${reason}. A page needs 'wasm-unsafe-eval' in the script-src of its ` +
        `Content-Security-Policy; reading units needs no WebAssembly: import from 'unitflow/read'`,
      { reason },
      { cause },
    )
  }
  // A module's exports have no static types; `boundary` says that these are the ones of CoreExports.
  const core = exports as unknown as CoreExports
  const found = typeof core.boundary === 'function' ? core.boundary() : undefined
  if (found !== BOUNDARY) {
    throw new UnitflowError('wrong-core', `the Wasm core speaks boundary ${found}, expected ${BOUNDARY}`, {
      expected: String(BOUNDARY),
      found: String(found),
    })
  }
  return core
}
