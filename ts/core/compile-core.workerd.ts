import module from './core.wasm'

/** The core as workerd hands it over: it refuses to compile bytes, and takes compiled modules by import alone. */
export function compileCore(): WebAssembly.Module {
  return module
}
