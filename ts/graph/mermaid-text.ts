/** Mermaid reads quotes, markup and its own entities in a label; a code for each character keeps it text. */
export function mermaidText(text: string): string {
  return text.replace(
    /[^\p{L}\p{M}\p{N} _.:,()/\u2026\u2400-\u2421\ufffd-]/gu,
    (character) => `#${character.codePointAt(0) ?? 0};`,
  )
}
