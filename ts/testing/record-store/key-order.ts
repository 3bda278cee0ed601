import type { RecordKey } from '../../records/index.js'

/** The order of keys as the contract says it, written down without any encoding. */
export function compareKeys(a: RecordKey, b: RecordKey): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const order = compareElements(a[at] ?? '', b[at] ?? '')
    if (order !== 0) return order
  }
  return a.length - b.length
}

function compareElements(a: string | number, b: string | number): number {
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1
  return a < b ? -1 : a > b ? 1 : 0
}

/** Elements of keys that are easily put out of order, in order. */
export const ELEMENTS_IN_ORDER: readonly (string | number)[] = [
  -Number.MAX_VALUE,
  -(2 ** 53),
  -4294967296,
  -1000,
  -256,
  -255,
  -2,
  -1.5,
  -1,
  -0.1,
  -Number.MIN_VALUE,
  0,
  Number.MIN_VALUE,
  0.1,
  1,
  1.5,
  2,
  10,
  255,
  256,
  1000,
  4294967295,
  4294967296,
  2 ** 53,
  Number.MAX_VALUE,
  '',
  '\u0000',
  '\u0000\u0000',
  '\u0000\u0001',
  '\u0000a',
  '\u0001',
  '\u0001\u0000',
  '\u0001\u0001',
  '\u0002',
  '\u0002\u0000',
  '\u0019',
  ' ',
  '-1',
  '.',
  '..',
  '/',
  '0',
  '10',
  '2',
  'A',
  'Z',
  '__proto__',
  'a',
  'a\u0000',
  'a\u0000b',
  'a\u0001',
  'a ',
  'aa',
  'ab',
  'constructor',
  'e\u0301',
  'z',
  '\u007f',
  '\u0080',
  '\u00e9',
  '\u00ff',
  '\u0100',
  '\u0101',
  '\u2028',
  '\ud7ff',
  // By code units, what is beyond the BMP comes before U+E000, and surrogates may stand alone.
  '\ud800',
  '\ud800a',
  '\ud800\ud800',
  '\ud83d\ude00',
  '\ud83d\ude01',
  '\ud83e',
  '\udbff\udfff',
  '\udc00',
  '\ude00\ud83d',
  '\udfff',
  '\ue000',
  '\ufeff',
  '\ufffd',
  '\uffff',
  '\uffff\uffff',
]
