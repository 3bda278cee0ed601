import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { checkExpression, comparisons } from '../../../ts/comparisons/index.js'
import { isUnitflowError } from '../../../ts/errors/index.js'

const prototype = JSON.stringify(Object.getOwnPropertyNames(Object.prototype))
afterEach(() => expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype))).toBe(prototype))

/** The value, or what was expected where it is refused. Any other error is one of ours. */
function outcomeOf(expression: string, data: Readonly<Record<string, unknown>> = {}): unknown {
  try {
    return comparisons(expression, data)
  } catch (error) {
    if (isUnitflowError(error, 'bad-expression')) return `refused: ${error.fields.expected}`
    throw error
  }
}

const LONGEST = 100_000

/** As often as it fits. */
function filled(begin: string, repeated: string, end: string): string {
  return begin + repeated.repeat((LONGEST - begin.length - end.length) / repeated.length) + end
}

test.each([
  ['a sum', filled('', '0+', '1'), 1],
  ['a sum of strings', filled("'b'", "+''", ''), 'b'],
  ['a sum of data', filled('x', '+x', ''), 50_000],
  ['a sum of lists', filled('[1]', '+[]', ''), [1]],
  ['a sum of tuples', filled('(1,)', '+()', ''), [1]],
  ['and', filled('', '1 and ', '2'), 2],
  ['or', filled('', '0 or ', '2'), 2],
  ['a chain of comparisons', filled('', '1==', '1'), true],
  ['memberships', filled('', "'' in ", "''"), true],
  ['accesses', filled('ring', '.a', '.end'), 'refused: a dict with the key end'],
  ['subscripts', filled('ring', "['a']", '.n'), 1],
  ['a list', filled('len([', '1,', '])'), 49_996],
  ['a dict', filled('{', "'a':1,", '}'), { a: 1 }],
  ['a string', filled("len('", 'a', "')"), 99_993],
  ['escapes', filled("len('", '\\n', "')"), 49_996],
  ['strings side by side', filled("'b'", " ''", ''), 'b'],
  ['blanks', filled('', ' ', '1'), 1],
  ['lines', filled('(', '\n', '1)'), 1],
  ['comments', filled('(', '#\n', '1)'), 1],
  ['one comment', filled('1#', '#', ''), 1],
  ['a name', filled('', 'a', ''), `refused: data with the name ${'a'.repeat(981)}…`],
  ['digits', filled('', '1', ''), 'refused: a whole number up to 9007199254740991, no zeros before it'],
  ['digits that end badly', filled('', '1_', ''), 'refused: a decimal number'],
  ['a string without an end', filled("'", '\\\\', ''), "refused: a string with ' at its end, on one line"],
  ['signs', filled('', '-', '1'), 'refused: at most 200 levels'],
  ['nots', filled('', 'not ', '1'), 'refused: at most 200 levels'],
  ['parentheses', filled('', '(', ''), 'refused: at most 200 levels'],
  ['brackets', filled('', '[', ''), 'refused: at most 200 levels'],
  ['braces', filled('', "{'a':", ''), 'refused: at most 200 levels'],
  ['subscripts in one another', filled('', 'x[', ''), 'refused: at most 200 levels'],
  ['lengths', filled('', 'len(', ''), 'refused: at most 200 levels'],
  ['conditions', filled('', '1 if 0 else ', '1'), 'refused: at most 200 levels'],
  [
    'a text that occurs late',
    `'${'a'.repeat(30_000)}b${'a'.repeat(20_000)}' in '${'a'.repeat(49_000)}'`,
    false,
  ],
  ['one character too many', ' '.repeat(LONGEST) + '1', 'refused: at most 100000 characters'],
])('100,000 characters: %s', (_, expression, outcome) => {
  const ring = { a: {}, n: 1 }
  ring.a = ring
  expect(outcomeOf(expression, { x: 1, ring })).toEqual(outcome)
})

test('levels are counted, and not what stands side by side', () => {
  expect(outcomeOf(`${'('.repeat(199)}1${')'.repeat(199)}`)).toBe(1)
  expect(outcomeOf(`${'('.repeat(200)}1${')'.repeat(200)}`)).toBe('refused: at most 200 levels')
  expect(outcomeOf(`[${'((1)),'.repeat(1000)}] == 1 or -1 == - 1 ${' or not 1'.repeat(300)}`)).toBe(true)
})

test('data of any depth, circles, and what doubles at each level', () => {
  let [deep, other]: [unknown, unknown] = [1, 2]
  let [wide, twin]: [unknown, unknown] = [1, 1]
  for (let level = 0; level < 100_000; level++) [deep, other] = [[deep], [other]]
  for (let level = 0; level < 60; level++)
    [wide, twin] = [
      { a: wide, b: wide },
      { a: twin, b: twin },
    ]
  const circle: unknown[] = []
  circle.push(circle)
  const data = { deep, other, wide, twin, circle, second: [circle] }
  const tooMany = 'refused: at most 10000000 items to compare'
  expect(outcomeOf('deep == deep', data)).toBe(true)
  expect(outcomeOf('deep == other', data)).toBe(false)
  expect(outcomeOf('wide == wide', data)).toBe(true)
  expect(outcomeOf('wide == twin', data)).toBe(tooMany)
  expect(outcomeOf('circle == circle and circle in second', data)).toBe(true)
  expect(outcomeOf('deep < other', data)).toBe(tooMany)
})

test('what an expression adds up does not outgrow memory', () => {
  const data = { text: 'x'.repeat(3_000_000), list: new Array<number>(3_000_000).fill(0) }
  const tooLarge = 'refused: at most 10000000 characters or items'
  expect(outcomeOf('len(text + text + text)', data)).toBe(9_000_000)
  expect(outcomeOf('text + text + text + text', data)).toBe(tooLarge)
  expect(outcomeOf('(list + list) + (list + list)', data)).toBe(tooLarge)
})

test('a long text is looked for in linear time, and found where it is', () => {
  const text = `${'a'.repeat(100_000)}b${'a'.repeat(100_000)}`
  const data = { text, before: `${'a'.repeat(500_000)}${text}`, without: 'a'.repeat(800_000) }
  expect(outcomeOf('text in before', data)).toBe(true)
  expect(outcomeOf('text in without', data)).toBe(false)
  expect(outcomeOf('before in text', data)).toBe(false)
})

test('a long text is found just where the host finds it', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(texts, texts, fc.nat(40), (once, last, times) => {
      const data = { text: once.repeat(times) + last, whole: (once.repeat(50) + last).repeat(3000) }
      expect(outcomeOf('text in whole', data)).toBe(data.whole.includes(data.text))
    }),
    { numRuns: 50 },
  )
})

test('only own properties are data, and names of the prototype are names as others', () => {
  const own = JSON.parse(
    '{"__proto__":{"a":1},"constructor":2,"d":{"__proto__":3,"hasOwnProperty":4}}',
  ) as object
  const data = {
    ...own,
    ['__proto__']: { a: 1 },
    list: [1],
    Box: new (class Box {
      a = 1
    })(),
  }
  expect(outcomeOf('__proto__.a + constructor + d.__proto__ + d["hasOwnProperty"]', data)).toBe(10)
  for (const name of Object.getOwnPropertyNames(Object.prototype)) {
    expect(outcomeOf(name)).toBe(`refused: data with the name ${name}`)
    expect(outcomeOf(`d.${name}`, { d: {} })).toBe(`refused: a dict with the key ${name}`)
    expect(outcomeOf(`d['${name}']`, { d: {} })).toBe('refused: a key of the dict')
    expect(outcomeOf(`'${name}' in d`, { d: {} })).toBe(false)
    expect(outcomeOf(`d == {'${name}': 1}`, { d: { x: 1 } })).toBe(false)
  }
  expect(outcomeOf('list.length', data)).toBe('refused: a dict before .length')
  expect(outcomeOf('Box.a', data)).toBe('refused: a dict before .a')
  expect(outcomeOf('d.a', { d: Object.create({ a: 1 }) as unknown })).toBe('refused: a dict before .a')
  expect(outcomeOf('d.a', { d: Object.assign(Object.create(null) as object, { a: 1 }) })).toBe(1)
})

test('a dict that is made has __proto__ as a key', () => {
  const made = comparisons("{'__proto__': {'polluted': 1}, 'constructor': 2}", {})
  expect(Object.getOwnPropertyNames(made)).toEqual(['__proto__', 'constructor'])
  expect(Object.getPrototypeOf(made)).toBe(Object.prototype)
  expect(comparisons("{'__proto__': 1} == {'__proto__': True}", {})).toBe(true)
  expect(comparisons("{'__proto__': 1} == {}", {})).toBe(false)
})

const PIECES = [
  ...[
    'n',
    's',
    'xs',
    'd',
    'len',
    'and',
    'or',
    'not',
    'in',
    'is',
    'if',
    'else',
    'None',
    'True',
    '1',
    '0.5',
    "'a'",
  ],
  ...[
    '==',
    '!=',
    '<',
    '<=',
    '+',
    '-',
    '*',
    '/',
    '//',
    '%',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ',',
    ':',
    '.',
    ' ',
    '\n',
  ],
  ...['#', '"', "'", '\\', '\0', '\ud800', '\u2028', '__proto__', '=', '`', '${'],
]

test('whatever is written gives a value or a typed error, checked and computed alike', () => {
  const piece = fc.constantFrom(...PIECES)
  const operand = fc.constantFrom(
    'n',
    's',
    'xs',
    'd',
    '1',
    'None',
    "'a'",
    '[n]',
    '(s,)',
    'd.n',
    'xs[0]',
    'len(s)',
  )
  const link = fc.tuple(fc.constantFrom('==', '!=', '<', 'in', 'and', 'or', 'and not', '+'), operand)
  const written = fc.oneof(
    fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
    fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(' ')),
    fc.tuple(operand, fc.array(link, { maxLength: 4 })).map((parts) => parts.flat(2).join(' ')),
    fc.string({ unit: 'binary' }),
  )
  const any = fc.anything({ maxDepth: 2 })
  let computed = 0
  fc.assert(
    fc.property(written, fc.record({ n: any, s: any, xs: any, d: any }), (expression, data) => {
      const outcome = outcomeOf(expression, data)
      expect(outcomeOf(expression, data)).toEqual(outcome)
      if (typeof outcome === 'string' && outcome.startsWith('refused')) return
      computed++
      checkExpression(expression)
    }),
    { numRuns: 500 },
  )
  expect(computed).toBeGreaterThan(10)
})
