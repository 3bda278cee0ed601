import { drawable } from './label.js'

const NAMED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A text as XML character data or attribute value; what XML forbids is replaced. */
export function xml(text: string): string {
  return drawable(text).replace(/[&<>"']/g, (character) => NAMED[character] ?? '')
}

/** Roughly how wide a text is, in pixels, in a sans-serif font of `fontSize`. */
export function textWidth(text: string, fontSize: number): number {
  let width = 0
  for (const character of text) {
    if (/[iljtfrI.,:;'|!()[\] ]/.test(character)) width += 0.36
    else if (/[A-Zmw@_]/.test(character)) width += 0.7
    else if (character < '\u1100') width += 0.57
    else width += 1.05
  }
  return width * fontSize
}

/** A number for an SVG attribute: a tenth of a pixel is enough. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10)
}
