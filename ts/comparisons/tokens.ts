import type { Place } from './bad-expression.js'
import { badExpression } from './bad-expression.js'

/** A word is a name or a keyword; signs are operators and brackets. */
export interface Token {
  readonly type: 'word' | 'number' | 'string' | 'sign' | 'end'
  /** As it is written; nothing at the end. */
  readonly text: string
  readonly place: Place
}

const BLANK = /(?:[ \t\f\r\n]|#[^\r\n]*)*/y
/** Words, numbers, strings, signs: a group each. */
const TOKEN =
  /([\p{XID_Start}_]\p{XID_Continue}*)|((?:\d(?:_?\d)*(?:\.(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?)|('(?:[^'\\\r\n]|\\.)*'|"(?:[^"\\\r\n]|\\.)*")|([=!<>]=|\/\/|[-+*/%<>()[\]{},:.])/uy
const TYPES = ['word', 'number', 'string', 'sign'] as const
const IN_A_WORD = /\p{XID_Continue}/uy

/** Reads the tokens of an expression one by one; after the last one there is an end each time. @throws `bad-expression` */
export function readTokens(expression: string): () => Token {
  let at = 0
  let brackets = 0
  return () => {
    const begin = at
    at = endOf(BLANK, expression, begin)
    const place = { expression, at }
    if (at === expression.length) return { type: 'end', text: '', place }
    if (brackets === 0 && begin > 0 && /[\r\n]/.test(expression.slice(begin, at)))
      throw badExpression(place, 'the end: only brackets may span lines', 'another line')
    TOKEN.lastIndex = at
    const match = TOKEN.exec(expression)
    if (match === null) throw unknown(place)
    const text = match[0]
    const type = TYPES.find((_, index) => match[index + 1] !== undefined) ?? 'sign'
    at += text.length
    if (type === 'number' && endOf(IN_A_WORD, expression, at) > at) throw unknown(place)
    if ('([{'.includes(text)) brackets++
    if (')]}'.includes(text)) brackets--
    return { type, text, place }
  }
}

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : at
}

/** What begins here is no token. */
function unknown(place: Place): Error {
  const found = place.expression.slice(place.at, place.at + 1)
  const expected = /\d/.test(found)
    ? 'a decimal number'
    : /['"]/.test(found)
      ? `a string with ${found} at its end, on one line`
      : 'a value or an operator'
  return badExpression(place, expected, JSON.stringify(found))
}
