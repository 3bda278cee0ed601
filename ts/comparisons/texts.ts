/** Below this many steps at the worst, the host's own search is faster. */
const FEW = 1_000_000

/** Whether `text` is in `whole`. In linear time, which the host's search takes only for texts that do not resemble each other. */
export function includesText(whole: string, text: string): boolean {
  if (whole.length * text.length < FEW) return whole.includes(text)
  // Knuth, Morris and Pratt: how much of the text's begin ends at each of its characters.
  const begins = new Uint32Array(text.length)
  for (let at = 1, length = 0; at < text.length; at++) begins[at] = length = lengthen(length, text, at)
  for (let at = 0, length = 0; at < whole.length; at++) {
    length = lengthen(length, whole, at)
    if (length === text.length) return true
  }
  return false

  function lengthen(length: number, read: string, at: number): number {
    let known = length
    while (known > 0 && text.charCodeAt(known) !== read.charCodeAt(at)) known = begins[known - 1] ?? 0
    return text.charCodeAt(known) === read.charCodeAt(at) ? known + 1 : 0
  }
}

/** By code point, as Python orders them, and not by UTF-16 code unit: a surrogate stands for one above U+FFFF. */
export function orderTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  let at = 0
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++
  return at === length ? a.length - b.length : rank(a, at) - rank(b, at)
}

function rank(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

/** How many code points a text has. */
export function lengthOfText(text: string): number {
  return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0)
}
