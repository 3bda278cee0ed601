import module from './core.wasm?module'

/** The core as Vercel's Edge runtime hands it over: it refuses to compile bytes, and takes modules by such an import. */
export function compileCore(): WebAssembly.Module {
  return module
}
