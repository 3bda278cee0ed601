import { expect, test } from 'vitest'
import { cacheElementUnitsForWorkflow, createMemoryStore, decompose } from 'unitflow'
import { workflowJson } from '../../fixtures/units/spec-builder.js'
import { observe } from '../units/observed-store.js'
import { refused } from '../units/refused.js'

const text = workflowJson([
  { id: 'Töp', calls: ['Called'], elements: ['a"\\\u0001\u{1f600}'] },
  { id: 'Called' },
])
const bytes = new TextEncoder().encode(text)

test('U4 a spec that is cut off at any byte is a typed error, in both layouts, and nothing is written', async () => {
  const { store, written } = observe(createMemoryStore())
  for (let length = 0; length < bytes.length; length++) {
    const cut = bytes.slice(0, length)
    const whole = new TextDecoder().decode(cut)
    const isCharacter = !whole.includes('\ufffd')
    const error = await refused(() => decompose(cut))
    expect(error.code, `cut at ${length}`).toBe(isCharacter ? 'not-json' : 'not-utf8')
    if (error.code === 'not-json') {
      // A word or an escape that is cut off is refused where it begins.
      const { offset, line, column } = error.fields
      const rest = new TextDecoder().decode(cut.subarray(offset))
      expect(rest).toMatch(/^(?:|t|tr|tru|f|fa|fal|fals|n|nu|nul|\\(?:u[0-9a-f]{0,3})?)$/)
      expect([line, column]).toEqual([1, offset + 1])
    }
    if (isCharacter) expect((await refused(() => decompose(whole))).fields).toEqual(error.fields)
  }
  for (const layout of ['v1', 'v2'] as const) {
    for (let length = 0; length < bytes.length; length += 61) {
      await refused(cacheElementUnitsForWorkflow(store, 'k', bytes.slice(0, length), { layout }))
    }
  }
  expect(written()).toEqual([])
})

test('U4 any byte put into a spec, or altered in it, is a typed error or what JSON.parse reads too', async () => {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const parses = (altered: Uint8Array): boolean => {
    try {
      JSON.parse(decoder.decode(altered))
      return true
    } catch {
      return false
    }
  }
  const check = async (altered: Uint8Array): Promise<void> => {
    let code: string | undefined
    try {
      decompose(altered)
    } catch {
      code = (await refused(() => decompose(altered))).code
    }
    if (parses(altered)) expect(['bad-spec', 'not-a-spec', undefined]).toContain(code)
    else expect(['not-json', 'not-utf8', 'not-a-spec']).toContain(code)
  }
  for (let at = 0; at < bytes.length; at += 7) {
    for (const byte of [0, 0x0a, 0x20, 0x22, 0x2c, 0x30, 0x5c, 0x5d, 0x7b, 0x7d, 0x80, 0xc0, 0xff]) {
      const altered = bytes.slice()
      altered[at] = byte
      await check(altered)
      await check(Uint8Array.from([...bytes.subarray(0, at), byte, ...bytes.subarray(at)]))
    }
  }
})

test.each([
  ['a byte order mark', `\ufeff${text}`, 0, 'a byte order mark'],
  ['a second document', `${text}${text}`, bytes.length, "'{'"],
  ['a trailing comma', `${text},`, bytes.length, "','"],
  ['trailing text', `${text}\n x`, bytes.length + 2, "'x'"],
  ['a NUL behind', `${text}\0`, bytes.length, 'U+0000'],
  ['a no-break space before', `\u00a0${text}`, 0, "'\\u{a0}'"],
  ['a comment', `/* */${text}`, 0, "'/'"],
  ['white space alone', ' \n\t\r ', 5, 'the end of the text'],
  ['nothing', '', 0, 'the end of the text'],
])('U4 %s is not-json', async (_what, specs, offset, found) => {
  for (const form of [specs, new TextEncoder().encode(specs)]) {
    const error = await refused(() => decompose(form))
    expect(error).toMatchObject({ code: 'not-json', fields: { pointer: '', offset, found } })
  }
})

test('U4 white space of JSON around and between is taken', () => {
  const spaced = `\r\n\t ${JSON.stringify(JSON.parse(text), null, 3).replaceAll('\n', '\r\n')} \n\n`
  expect(decompose(spaced).version).toBe(decompose(text).version)
})

test.each<[string, number[]]>([
  ['a lone continuation byte', [0x80]],
  ['an overlong slash', [0xc0, 0xaf]],
  ['a surrogate', [0xed, 0xa0, 0x80]],
  ['beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
  ['half a character', [0xe2, 0x82]],
  ['Latin-1', [0xe9]],
  ['0xFF', [0xff]],
])('U4 bytes that are not UTF-8 (%s) are refused wherever they stand', async (_what, wrong) => {
  const places = [
    0,
    text.indexOf('"name"') + 3,
    text.indexOf('"description"') + 17,
    bytes.length - 1,
    bytes.length,
  ]
  for (const at of places) {
    const broken = Uint8Array.from([...bytes.subarray(0, at), ...wrong, ...bytes.subarray(at)])
    const error = await refused(() => decompose(broken))
    expect(error.code).toBe('not-utf8')
    expect(error.fields).toEqual({ offset: at })
    expect(error.message).toContain(String(at))
  }
})

test('U4 a lone surrogate in a string is refused with its index; escaped ones are kept', async () => {
  for (const surrogate of ['\ud800', '\udfff']) {
    for (const [specs, index] of [
      [surrogate + text, 0],
      [text.replace('"description":"', `"description":"${surrogate}`), text.indexOf('"description":"') + 15],
      [text + surrogate, text.length],
    ] as const) {
      const error = await refused(() => decompose(specs))
      expect(error).toMatchObject({ code: 'lone-surrogate', fields: { index } })
    }
  }
  const escaped = text.replace('"description":"', '"description":"\\ud800\\uDFFF\\udfff\\ud800')
  const object = decompose(escaped).objects.find(({ bytes: held }) =>
    new TextDecoder().decode(held).includes('ud800'),
  )
  expect(new TextDecoder().decode(object!.bytes)).toContain('\\ud800\\uDFFF\\udfff\\ud800')
})

test('U4 the pointer escapes ~ and /, and names keys as they are meant', async () => {
  const specs = workflowJson([
    { id: 'Top', tasks: [{ name: 'a/b~c "\u00e9\n\u{1f600}', fields: { lane: 'HERE' } }] },
  ])
  const error = await refused(() => decompose(specs.replace('"HERE"', '[1,{"x":!}]')))
  expect(error.fields).toMatchObject({ pointer: '/spec/task_specs/a~1b~0c "\u00e9\n\u{1f600}/lane/1/x' })
})

test('U4 a message shows no more of the text than one character', async () => {
  const secret = 'hunter2'
  const error = await refused(() => decompose(`{"password": ${secret}}`))
  expect(error.message).not.toContain('unter')
  expect(JSON.stringify(error.fields)).not.toContain('unter')
})
