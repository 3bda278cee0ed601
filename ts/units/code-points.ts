/**
 * Orders strings by code point, as Rust and Python do. JavaScript's own order is by UTF-16 code unit, which puts
 * U+10000 and above before U+E000; what two languages sort must come out alike.
 */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return rank(x) - rank(y)
  }
  return a.length - b.length
}

/** Moves surrogates behind every other code unit, where the code points that they spell belong. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}
