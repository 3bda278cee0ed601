/**
 * The core where a runtime or its bundler imports a `.wasm` file as a compiled module: a `WebAssembly.Module`, a type
 * without members that not every project has.
 */
declare const module: object
export default module
