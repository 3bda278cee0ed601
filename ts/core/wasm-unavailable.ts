import { UnitflowError } from '../errors/index.js'

/** The error for a runtime that refuses to compile or instantiate any WebAssembly. */
export function wasmUnavailable(cause: unknown): UnitflowError<'wasm-unavailable'> {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new UnitflowError(
    'wasm-unavailable',
    `WebAssembly cannot be used here: ${reason}. A page needs 'wasm-unsafe-eval' in the script-src of its ` +
      `Content-Security-Policy; an edge function needs the module that its platform has compiled; reading units ` +
      `needs no WebAssembly: import from 'unitflow/read'`,
    { reason },
    { cause },
  )
}
