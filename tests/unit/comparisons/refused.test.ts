import { expect, test } from 'vitest'
import { checkExpression, comparisons } from '../../../ts/comparisons/index.js'
import { isUnitflowError } from '../../../ts/errors/index.js'

/** The column, what was expected, and the message's end. */
function refusalOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (!isUnitflowError(error, 'bad-expression')) throw error
    const { column, expected } = error.fields
    expect(error.message).toContain(`column ${column}: expected ${expected}, found `)
    return `${column}: ${expected}; ${error.message.slice(error.message.lastIndexOf('found '))}`
  }
  return 'nothing'
}

const OPERATOR = 'an operator or the end'

test.each([
  ['', '1: a value; found the end'],
  ['   ', '4: a value; found the end'],
  ['n = 1', '3: a value or an operator; found "="'],
  ['n == ', '6: a value; found the end'],
  ['n 1', `3: ${OPERATOR}; found "1"`],
  ['n > 0)', `6: ${OPERATOR}; found ")"`],
  ['(n', '3: , or ); found the end'],
  ['[1 2]', '4: , or ]; found "2"'],
  ['(,)', '2: a value; found ","'],
  ["{'a' 1}", '6: :; found "1"'],
  ['1, 2', `2: ${OPERATOR}; found ","`],
  ['n is m', '6: None, True or False; found "m"'],
  ['n not m', '7: in; found "m"'],
  ['1 if n', '7: else; found the end'],
  ['n.', '3: a name; found the end'],
  ['class == 1', '1: a name; found "class"'],
  ['n\n+ 1', '3: the end: only brackets may span lines; found another line'],
  ['{}\n+ 1', '4: the end: only brackets may span lines; found another line'],
  ["'abc", `1: a string with ' at its end, on one line; found "'"`],
  ['"a\nb"', `1: a string with " at its end, on one line; found "\\""`],
  [String.raw`'\d'`, String.raw`1: escapes as in '\n\t\'\\\x41\u0041'; found another one`],
  [String.raw`'\x4'`, String.raw`1: escapes as in '\n\t\'\\\x41\u0041'; found another one`],
  [String.raw`'\U00110000'`, String.raw`1: escapes as in '\n\t\'\\\x41\u0041'; found another one`],
  ['item.None', '6: a name; found "None"'],
  ["'''a'''", '1: a string with one quote on each side; found three'],
  ['1n', '1: a decimal number; found "1"'],
  ['0x1F', '1: a decimal number; found "0"'],
  ['012', '1: a whole number up to 9007199254740991, no zeros before it; found another one'],
  ['9007199254740992', '1: a whole number up to 9007199254740991, no zeros before it; found another one'],
  ['n & 1', '3: a value or an operator; found "&"'],
  ['2 ** 3', '4: a value; found "*"'],
  ['n != 1 && m', '8: a value or an operator; found "&"'],
  ['n\u00a0== 1', '2: a value or an operator; found "\u00a0"'],
  // Python, and outside the language.
  ["order.get('a')", '10: an operator: the only function is len; found "("'],
  ['str(n)', '4: an operator: the only function is len; found "("'],
  ['len()', '5: a value; found ")"'],
  ['len(n, 1)', '8: ); found "1"'],
  ['xs[1:2]', '5: ]; found ":"'],
  ['[x for x in xs]', '4: , or ]; found "for"'],
  ['lambda: 1', '1: a name; found "lambda"'],
  ["{'a', 'b'}", '5: :; found ","'],
  ["f'{n}'", `2: ${OPERATOR}; found "'{n}'"`],
  ["__import__('os')", '11: an operator: the only function is len; found "("'],
])('%j cannot be read', (expression, refusal) => {
  expect(refusalOf(() => checkExpression(expression))).toBe(refusal)
  expect(refusalOf(() => comparisons(expression, { n: 1, xs: [] }))).toBe(refusal)
})

const secret = 'hunter2'
const data = {
  n: 1,
  password: secret,
  [secret]: secret,
  list: [secret],
  dict: { [secret]: 1 },
  zero: 0,
  large: 2n ** 60n,
  map: new Map(),
  run: (): number => 1,
  day: new Date(),
  none: null,
  len: 2,
}

test.each([
  ['nowhere', '1: data with the name nowhere; found none'],
  ['n == 1 and nowhere', '12: data with the name nowhere; found none'],
  ['constructor', '1: data with the name constructor; found none'],
  ['dict.toString', '5: a dict with the key toString; found one without'],
  ['password.length', '9: a dict before .length; found a string'],
  ['none.a', '5: a dict before .a; found None'],
  ['day.getTime', '4: a dict before .getTime; found a date'],
  ['dict[password][1]', '15: a dict, a list or a string before [ ]; found a number'],
  ["dict['nothing']", '5: a key of the dict; found another one'],
  ['dict[1]', '5: a string as the key; found a number'],
  ["list['push']", '5: a whole number as the index; found a string'],
  ['list[0.5]', '5: a whole number as the index; found a number'],
  ['list[1]', '5: an index that is there; found one beyond a list'],
  ['list[-2]', '5: an index that is there; found one beyond a list'],
  ['password[99]', '9: an index that is there; found one beyond a string'],
  ['n < password', '3: two numbers, strings, lists or dates; found a number and a string'],
  ['none < 1', '6: two numbers, strings, lists or dates; found None and a number'],
  ['[1] < (1,)', '5: two numbers, strings, lists or dates; found a list and a tuple'],
  ['list <= [1]', '6: two numbers, strings, lists or dates; found a string and a number'],
  ['{} < {}', '4: two numbers, strings, lists or dates; found a dict and a dict'],
  ['n in n', '3: a list, a dict, or a string in a string; found a number in a number'],
  ['n in password', '3: a list, a dict, or a string in a string; found a number in a string'],
  ['list in dict', '6: a list, a dict, or a string in a string; found a list in a dict'],
  ['n in none', '3: a list, a dict, or a string in a string; found a number in None'],
  ['n + password', '3: two numbers, strings or lists for +; found a number and a string'],
  ['password * 3', '10: two numbers for *; found a string and a number'],
  ['list + (1,)', '6: two numbers, strings or lists for +; found a list and a tuple'],
  ['-password', '1: a number; found a string'],
  ['n / zero', '3: a divisor other than 0; found 0'],
  ['n // zero', '3: a divisor other than 0; found 0'],
  ['n % False', '3: a divisor other than 0; found 0'],
  ['9007199254740991 + n', '18: a whole number up to 9007199254740991; found a larger one'],
  ['large + 1', '7: a whole number up to 9007199254740991; found a larger one'],
  ['len(n)', '1: the function len; found data of its name'],
  ['{n: 1}', '3: a string as the key; found a number'],
  ['not map', '1: data; found a value that is no data'],
  ['map == n', '5: data; found a value that is no data'],
  ['run == n', '5: data; found a value that is no data'],
  ['n in map', '3: a list, a dict, or a string in a string; found a number in a value that is no data'],
  [
    'map < map',
    '5: two numbers, strings, lists or dates; found a value that is no data and a value that is no data',
  ],
  ['1 if map else 2', '3: data; found a value that is no data'],
])('%j cannot be computed, and no value of the data is told', (expression, refusal) => {
  checkExpression(expression)
  const found = refusalOf(() => comparisons(expression, data))
  expect(found).toBe(refusal)
  expect(found).not.toContain(secret)
})

test('len of what has none', () => {
  expect(refusalOf(() => comparisons('len(n)', { n: 1 }))).toBe(
    '1: a list, a dict or a string; found a number',
  )
})

test('what is wrong stands in the error, whole or in part', () => {
  expect(() => comparisons('n = 1', {})).toThrow(
    expect.objectContaining({
      code: 'bad-expression',
      message: 'expression "n = 1", column 3: expected a value or an operator, found "="',
      fields: { expression: 'n = 1', column: 3, expected: 'a value or an operator' },
    }),
  )
  const long = `${'a'.repeat(5000)} = ${'b'.repeat(5000)}`
  try {
    checkExpression(long)
    expect.unreachable()
  } catch (error) {
    if (!isUnitflowError(error, 'bad-expression')) throw error
    expect(error.message).toBe(
      `expression "…${'a'.repeat(59)} = ${'b'.repeat(58)}…", column 5002: expected a value or an operator, found "="`,
    )
    expect(error.fields).toEqual({
      expression: `${long.slice(0, 1000)}…`,
      column: 5002,
      expected: 'a value or an operator',
    })
  }
})
