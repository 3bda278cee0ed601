/** The build hands a Wasm file over as base64 text. */
declare module '*.wasm' {
  const base64: string
  export default base64
}

/** Where the suffix stands, the runtime's own bundler hands over a compiled module. */
declare module '*.wasm?module' {
  const module: WebAssembly.Module
  export default module
}
