import { badExpression } from './bad-expression.js'
import type { Token } from './tokens.js'

const ESCAPE = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(.))/gu
const MEANINGS = 'n\nr\rt\t\'\'""\\\\'

/** The text that a string literal stands for. @throws `bad-expression` for escapes that are rare, too */
export function stringOf({ text, place }: Token): string {
  const quote = text.slice(0, 1)
  if (text.length === 2 && place.expression.startsWith(quote, place.at + 2))
    throw badExpression(place, 'a string with one quote on each side', 'three')
  const meaning = (_: string, x?: string, u?: string, U?: string, other?: string): string => {
    const at = other === undefined ? -1 : MEANINGS.indexOf(other)
    const code = other === undefined ? parseInt(x ?? u ?? U ?? '', 16) : MEANINGS.codePointAt(at + 1)
    if (code === undefined || code > 0x10ffff || (other !== undefined && at % 2 !== 0))
      throw badExpression(place, String.raw`escapes as in '\n\t\'\\\x41\u0041'`, 'another one')
    return String.fromCodePoint(code)
  }
  return text.slice(1, -1).replace(ESCAPE, meaning)
}

/** The number that a literal stands for. Whole numbers beyond 2^53 are refused, as a double would round them. @throws `bad-expression` */
export function numberOf({ text, place }: Token): number {
  const number = Number(text.replaceAll('_', ''))
  if (/^[\d_]+$/.test(text) && (!Number.isSafeInteger(number) || (number > 0 && text.startsWith('0'))))
    throw badExpression(place, 'a whole number up to 9007199254740991, no zeros before it', 'another one')
  return number
}
