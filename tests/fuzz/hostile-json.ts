import type { Tape } from './tape.js'

/** What stands where something else was expected. As text, since some of it no value can say. */
const VALUES = [
  'null',
  'true',
  '0',
  '1',
  '-1',
  '2.5',
  '1e308',
  '-0',
  '9007199254740993',
  '4294967296',
  '1e999',
  '""',
  '"x"',
  '"__proto__"',
  '"graph"',
  '"\\ud800"',
  '[]',
  '{}',
  '[[]]',
  '[null]',
  '[0,0]',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"length":4294967295}',
  '{"then":1}',
  '{"toJSON":1}',
] as const

interface Member {
  readonly start: number
  readonly end: number
}

/**
 * JSON text with one of its values replaced, left out, doubled, or put where another was. Text is changed, no value: so
 * keys may repeat, and `__proto__` is one.
 */
export function hostileJson(tape: Tape, json: string): string {
  const values = valuesOf(json)
  const { start, end } = tape.oneOf(values) ?? { start: 0, end: json.length }
  const other = tape.oneOf(values) ?? { start: 0, end: json.length }
  switch (tape.below(6)) {
    case 0:
    case 1:
      return json.slice(0, start) + tape.pick(VALUES) + json.slice(end)
    case 2:
      return json.slice(0, start) + json.slice(other.start, other.end) + json.slice(end)
    case 3:
      return `${json.slice(0, end)},${json.slice(start, end)}${json.slice(end)}`
    case 4: {
      const deep = 1 << tape.below(16)
      return json.slice(0, start) + '['.repeat(deep) + ']'.repeat(deep) + json.slice(end)
    }
    default:
      // With the comma before it, or the key, as it comes.
      return json.slice(0, Math.max(0, start - 1)) + json.slice(end)
  }
}

/** Where the values of valid JSON text stand, keys included; at most a few thousand, so that none costs much. */
function valuesOf(json: string): Member[] {
  const values: Member[] = []
  const open: number[] = []
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]]|[^\s"{}[\],:]+/gu
  for (let token = tokens.exec(json); token !== null && values.length < 4000; token = tokens.exec(json)) {
    const [text] = token
    if (text === '{' || text === '[') open.push(token.index)
    else if (text === '}' || text === ']') values.push({ start: open.pop() ?? 0, end: tokens.lastIndex })
    else values.push({ start: token.index, end: tokens.lastIndex })
  }
  return values
}
