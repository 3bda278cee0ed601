import base64 from '../../wasm-pkg/unitflow_bg.wasm'

/** The core, carried inline and compiled at once: browsers allow that up to 8 MB, also on the main thread. */
export function compileCore(): WebAssembly.Module {
  return new WebAssembly.Module(inlineBytes())
}

/** A plain loop, because neither `atob` nor `Buffer` is everywhere. */
function inlineBytes(): Uint8Array<ArrayBuffer> {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0
  const bytes = new Uint8Array((base64.length / 4) * 3 - padding)
  let at = 0
  for (let i = 0; i < base64.length; i += 4) {
    const group =
      (sextet(base64.charCodeAt(i)) << 18) |
      (sextet(base64.charCodeAt(i + 1)) << 12) |
      (sextet(base64.charCodeAt(i + 2)) << 6) |
      sextet(base64.charCodeAt(i + 3))
    bytes[at++] = group >> 16
    bytes[at++] = group >> 8
    bytes[at++] = group
  }
  return bytes
}

function sextet(code: number): number {
  if (code >= 97) return code - 71
  if (code >= 65) return code - 65
  if (code >= 48) return code === 61 ? 0 : code + 4
  return code === 43 ? 62 : 63
}
