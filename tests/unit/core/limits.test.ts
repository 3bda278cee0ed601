import { expect, test } from 'vitest'
import { cacheElementUnitsForWorkflow, createMemoryStore, decompose } from 'unitflow'
import type { Limits } from 'unitflow'
import { withCore } from '../../../ts/core/index.js'
import { workflowJson } from '../../fixtures/units/spec-builder.js'
import { refused } from '../units/refused.js'

const text = workflowJson([{ id: 'Top', elements: ['é'] }, { id: 'One' }, { id: 'Two' }])
const bytes = new TextEncoder().encode(text)

test('U4 300 MB are refused by the limit without being copied', async () => {
  const huge = new Uint8Array(300 * 1024 * 1024)
  const before = withCore('look', (core) => core.memory.buffer.byteLength)
  const error = await refused(() => decompose(huge))
  expect(error).toMatchObject({
    code: 'limit-exceeded',
    fields: { limit: 'bytes', maximum: 256 * 1024 * 1024, pointer: '' },
  })
  expect(error.message).toContain('limits.bytes')
  expect(withCore('look', (core) => core.memory.buffer.byteLength)).toBe(before)
})

test('U4 the limit of bytes counts bytes, not characters', async () => {
  expect(bytes.length).toBe(text.length + 3)
  for (const specs of [text, bytes]) {
    decompose(specs, { limits: { bytes: bytes.length } })
    for (const less of [bytes.length - 1, text.length, 1]) {
      const error = await refused(() => decompose(specs, { limits: { bytes: less } }))
      expect(error.fields).toEqual({ limit: 'bytes', maximum: less, pointer: '' })
    }
  }
})

test('U4 nesting 1,000 deep is taken and 1,001 deep is refused where it goes over', async () => {
  const deep = (open: string, close: string, levels: number): string =>
    `{"deep":${open.repeat(levels)}${close.repeat(levels)},${text.slice(1)}`
  decompose(deep('[', ']', 999))
  decompose(deep('{"k":', '}', 998).replace('}}', '{}}}'))
  const arrays = await refused(() => decompose(deep('[', ']', 1000)))
  expect(arrays).toMatchObject({
    code: 'limit-exceeded',
    fields: { limit: 'depth', maximum: 1000, pointer: `/deep${'/0'.repeat(999)}` },
  })
  const objects = await refused(() => decompose(deep('{"k":', '}', 1000).replace('"k":}', '"k":1}')))
  expect(objects.fields).toEqual({ limit: 'depth', maximum: 1000, pointer: `/deep${'/k'.repeat(999)}` })
})

test.each(['[', '{"k":', '[{"k":'])('U4 100,000 times %s is refused and not a crash', async (open) => {
  for (const closed of ['', open === '[' ? ']' : '}']) {
    const nested = `${open.repeat(100_000)}${closed.repeat(100_000)}`
    for (const specs of [nested, `{"deep":${nested}}`, text.replace('"lane":null', `"lane":${nested}`)]) {
      const error = await refused(() => decompose(specs))
      expect(error).toMatchObject({ code: 'limit-exceeded', fields: { limit: 'depth' } })
    }
  }
})

test('U4 a raised limit of depth takes what it says', () => {
  const nested = `{"deep":${'['.repeat(200_000)}${']'.repeat(200_000)},${text.slice(1)}`
  expect(decompose(nested, { limits: { depth: 200_001 } }).manifest.top).toBe('Top')
})

test('U4 the limit of processes counts the top one', async () => {
  decompose(text, { limits: { processes: 3 } })
  const error = await refused(() => decompose(text, { limits: { processes: 2 } }))
  expect(error).toMatchObject({
    code: 'limit-exceeded',
    fields: { limit: 'processes', maximum: 2, pointer: '/subprocess_specs/Two' },
  })
})

test.each([
  ['process id', (id: string) => workflowJson([{ id: 'Top' }, { id }])],
  ['name of the top process', (id: string) => workflowJson([{ id }])],
  ['task key', (id: string) => workflowJson([{ id: 'Top', tasks: [{ name: id }] }])],
  ['element id', (id: string) => workflowJson([{ id: 'Top', tasks: [{ name: 'task', bpmnId: id }] }])],
])('U4 a %s of 10,000 characters is taken and of 10,001 refused', async (_what, make) => {
  for (const character of ['x', '\u00e9', '\u{1f600}']) {
    decompose(make(character.repeat(10_000)))
    const specs = make(character.repeat(10_001))
    const escaped = specs.replace(/[^ -~]/gu, (found) =>
      [...Array(found.length).keys()]
        .map((at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`)
        .join(''),
    )
    for (const spelled of [specs, escaped]) {
      const error = await refused(() => decompose(spelled))
      expect(error).toMatchObject({ code: 'limit-exceeded', fields: { limit: 'idLength', maximum: 10_000 } })
    }
    decompose(specs, { limits: { idLength: 10_001 } })
  }
})

test('U4 a short limit of ids spares texts that are no ids', () => {
  const long = 'x'.repeat(100)
  const specs = workflowJson([
    {
      id: 'Top',
      tasks: [{ name: 'script', typename: 'Anything', spec: long, fields: { script: long, lane: long } }],
    },
  ])
  expect(decompose(specs, { limits: { idLength: 8 } }).manifest.top).toBe('Top')
})

test.each(['bytes', 'depth', 'processes', 'idLength'] as const)(
  'U4 a limit %s that is none is bad-argument',
  async (name) => {
    for (const value of [0, -1, 1.5, NaN, Infinity, 2 ** 31, '7', null, {}]) {
      const limits = { [name]: value } as Limits
      const store = createMemoryStore()
      for (const work of [
        () => decompose(text, { limits }),
        () => cacheElementUnitsForWorkflow(store, 'k', text, { limits }),
        () => cacheElementUnitsForWorkflow(store, 'k', text, { limits, layout: 'v1' }),
      ]) {
        const error = await refused(work)
        expect(error).toMatchObject({ code: 'bad-argument', fields: { argument: `limits.${name}` } })
        expect(error.message).toContain(`limits.${name}`)
      }
      for await (const key of store.keys()) expect.unreachable(key)
    }
    decompose(text, { limits: { [name]: 2 ** 31 - 1 } })
  },
)
