/**
 * Orders strings by code point, as Rust and Python do. JavaScript's own order is by UTF-16 code unit, which puts
 * U+10000 and above before U+E000; what two languages sort must come out alike.
 */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    if (a.charCodeAt(i) === b.charCodeAt(i)) continue
    // The units may be the second halves of pairs that began alike, of which one may be no pair.
    return codePointAround(a, i) - codePointAround(b, i) || codePoint(a, i) - codePoint(b, i)
  }
  return a.length - b.length
}

/** The code point at a place; where the unit before it is half a pair, the one that begins there. */
function codePointAround(text: string, at: number): number {
  const before = text.charCodeAt(at - 1)
  return codePoint(text, before >= 0xd800 && before <= 0xdbff ? at - 1 : at)
}

function codePoint(text: string, at: number): number {
  return text.codePointAt(at) ?? 0
}
