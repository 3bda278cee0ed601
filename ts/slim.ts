/**
 * unitflow without its WebAssembly: all that `unitflow` has, and `init` and `initSync`, to which the host hands the core.
 * For hosts that fetch and cache the file themselves, that share one compiled module between workers, or whose bundler
 * or platform has its own way with `.wasm` files. What writes throws `core-not-loaded` before; what reads needs no core.
 *
 * Where one bundle imports `unitflow` too, both work on one compiled core, whichever of them came by it first; the
 * code between it and the functions is there twice. Separate bundles have a core each.
 *
 * @module
 */
export * from './index.js'
export type { CoreSource } from './core/init.js'
export { init, initSync } from './core/init.js'
