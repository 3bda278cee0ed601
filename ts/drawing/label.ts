/** What neither a drawing nor XML may hold: control and format characters, separators, surrogates without a pair. */
const UNDRAWABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\ufffe\uffff]/gu
/** Joins letters and emoji in ordinary writing. */
const JOINERS = /[\u200c\u200d]/u

/** A text that is safe to draw: what cannot be seen is replaced by something that can. */
export function drawable(text: string): string {
  return text.replace(UNDRAWABLE, (character) => {
    if (JOINERS.test(character)) return character
    const code = character.codePointAt(0) ?? 0
    if (code < 0x20) return String.fromCodePoint(0x2400 + code)
    return code === 0x7f ? '\u2421' : '\ufffd'
  })
}

/** A text of at most `length` characters: the middle makes way, because ids differ at both ends. */
export function shortened(text: string, length: number): string {
  const characters = Array.from(text)
  if (characters.length <= length) return text
  const kept = Math.max(length - 1, 1)
  const head = Math.ceil(kept / 2)
  return `${characters.slice(0, head).join('')}\u2026${characters.slice(characters.length - (kept - head)).join('')}`
}

/** Bytes as people read them: 1 KB is 1,000. */
export function size(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB']
  let value = bytes
  let unit = 0
  // 999.5 would be shown as 1000.
  while (unit < units.length - 1 && value >= (unit === 0 ? 1000 : 999.5)) {
    value /= 1000
    unit++
  }
  const shown = unit === 0 ? String(value) : value < 9.95 ? value.toFixed(1) : value.toFixed(0)
  return `${shown} ${units[unit] ?? ''}`
}
