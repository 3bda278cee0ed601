import { isUnitflowError, UnitflowError } from '../errors/index.js'
import { compileCore } from './compile-core.js'
import { compiledCore, keepCompiledCore } from './compiled-core.js'
import { hashForCore } from './host-hash.js'
import { wasmUnavailable } from './wasm-unavailable.js'

/** What the Wasm module gives: functions over numbers, see `rust/wasm`. */
export interface CoreExports {
  /** Not `WebAssembly.Memory`, which is no type in a project without the DOM's. */
  readonly memory: { readonly buffer: ArrayBuffer }
  boundary(): number
  allocate(length: number): number
  grow(pointer: number, allocated: number, length: number, wanted: number): number
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
    hostFrom: number,
  ): number
  free_reply(reply: number): void
  /** Only scans, to measure by; as `hash`. */
  scan(pointer: number, allocated: number, length: number): number
  /** Only hashes, in messages of `each` bytes. */
  hash(pointer: number, allocated: number, length: number, each: number): number
  trap(): void
}

/** The boundary that this side speaks; `BOUNDARY` in `rust/wasm`. */
const BOUNDARY = 3

/**
 * A fresh instance of the core. The module is compiled once and instantiated as often as an instance is spent.
 *
 * @throws `wasm-unavailable` where the runtime refuses to compile, `wrong-core` for a module of another version,
 *   `core-not-loaded` where the host must hand the module over and has not
 */
export function instantiateCore(): CoreExports {
  let exports: WebAssembly.Exports
  try {
    const module = compiledCore() ?? keepCompiledCore(compileCore())
    const imports = {
      // wasm-bindgen's only wish: a hook that a module without JavaScript values has no use for.
      './unitflow_bg.js': { __wbindgen_init_externref_table: () => undefined },
      host: {
        sha256: (words: number, count: number, parts: number, hashes: number) =>
          hashForCore(core.memory.buffer, words >>> 0, count, parts, hashes >>> 0),
      },
    }
    exports = new WebAssembly.Instance(module, imports).exports
  } catch (cause) {
    throw isUnitflowError(cause) ? cause : wasmUnavailable(cause)
  }
  // A module's exports have no static types; its version, or in development `boundary`, says that they are these.
  const core = exports as unknown as CoreExports
  const found = core.boundary()
  if (found === BOUNDARY) return core
  throw new UnitflowError(
    'wrong-core',
    `the WebAssembly module speaks boundary ${found}, expected ${BOUNDARY}: build it again`,
    { expected: `boundary ${BOUNDARY}`, found: `boundary ${found}` },
  )
}
