/**
 * What a terminal acts on, or people cannot see: control characters (escape sequences begin with one), format characters
 * (some turn the direction of text around), line and paragraph separators, surrogates without a pair. The two joiners of
 * ordinary writing and emoji are left alone.
 */
const UNPRINTABLE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** A text of one line that is safe to show: what is not printable stands as `\u001b`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped)
}

/** The same for texts of several lines. */
export function printableLines(text: string): string {
  return text.replace(UNPRINTABLE, (character) => (character === '\n' ? character : escaped(character)))
}

/** A value as JSON that is safe to show, with the same meaning. */
export function printableJson(value: unknown): string {
  return printableLines(JSON.stringify(value, undefined, 2))
}

/** JSON text as it is, but safe to show, with the same meaning: unprintable characters stand in strings only. */
export function printableJsonText(json: string): string {
  return json.replace(UNPRINTABLE, (character) =>
    /[\n\r\t]/.test(character) ? character : escaped(character),
  )
}

function escaped(character: string): string {
  let text = ''
  for (let index = 0; index < character.length; index++) {
    text += `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`
  }
  return text
}
