/** The core where a runtime or its bundler imports a `.wasm` file as a compiled module. */
declare const module: WebAssembly.Module
export default module
