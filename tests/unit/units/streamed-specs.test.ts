import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cacheElementUnitsForWorkflow, createMemoryStore, decompose, decomposeStream } from 'unitflow'
import type { Limits, SpecStream } from 'unitflow'
import { withCore } from '../../../ts/core/index.js'
import { processSpec, workflowJson, workflowOf } from '../../fixtures/units/spec-builder.js'
import { refused } from './refused.js'
import { contentOf } from './stores-under-test.js'

const text = workflowJson([
  { id: 'Töp', calls: ['Called'], elements: ['a"\\\u0001\u{1f600}'] },
  { id: 'Called', embeds: ['Inner'] },
  { id: 'Inner' },
])
const bytes = new TextEncoder().encode(text)

function chunksOf(whole: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(whole.length / size) }, (_, i) =>
    whole.slice(i * size, (i + 1) * size),
  )
}

async function* iterated(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, undefined> {
  yield* chunks
}

const streams: Record<string, (chunks: readonly Uint8Array[]) => SpecStream> = {
  'a ReadableStream': (chunks) => new ReadableStream({ start: (sink) => fill(sink, chunks) }),
  'a ReadableStream of a kind that cannot be iterated': (chunks) => {
    const stream = new ReadableStream<Uint8Array>({ start: (sink) => fill(sink, chunks) })
    return { getReader: () => stream.getReader() }
  },
  'an async generator': iterated,
  'a readable stream of Node': (chunks) => Readable.from(chunks.map((chunk) => Buffer.from(chunk))),
}

function fill(sink: ReadableStreamDefaultController<Uint8Array>, chunks: readonly Uint8Array[]): void {
  for (const chunk of chunks) sink.enqueue(chunk)
  sink.close()
}

describe.each(Object.keys(streams))('%s', (kind) => {
  const open = streams[kind]!

  test('U17 gives what the whole text gives, wherever it is cut', async () => {
    const whole = decompose(text)
    for (const size of [1, 2, 3, 7, 100, bytes.length]) {
      const streamed = await decomposeStream(open(chunksOf(bytes, size)))
      expect(streamed.version).toBe(whole.version)
      expect(streamed.manifest).toEqual(whole.manifest)
      expect(streamed.objects).toEqual(whole.objects)
    }
  })

  test('U17 is cached as the whole text is, in both layouts, and empty chunks are nothing', async () => {
    for (const layout of ['v1', 'v2'] as const) {
      const [ours, other] = [createMemoryStore(), createMemoryStore()]
      const options = { layout, newId: () => 'id' }
      const chunks = chunksOf(bytes, 50).flatMap((chunk) => [new Uint8Array(), chunk])
      const report = await cacheElementUnitsForWorkflow(ours, 'k', open(chunks), options)
      expect(report).toEqual(await cacheElementUnitsForWorkflow(other, 'k', text, options))
      expect(await contentOf(ours)).toEqual(await contentOf(other))
    }
  })

  test('U4 without any chunk is the empty text', async () => {
    const { code, fields } = await refused(decomposeStream(open([])))
    expect(code).toBe('not-json')
    expect(fields).toEqual((await refused(() => decompose(''))).fields)
  })
})

test('U17 a text of a megabyte, in chunks of any sizes', async () => {
  const large = new TextEncoder().encode(
    `${JSON.stringify(JSON.parse(text), undefined, 40)}${' '.repeat(1 << 20)}`,
  )
  const { version } = decompose(large)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 300_000 }), { minLength: 1 }), async (sizes) => {
      const chunks: Uint8Array[] = []
      for (let at = 0, i = 0; at < large.length; i++)
        chunks.push(large.slice(at, (at += sizes[i % sizes.length]!)))
      expect((await decomposeStream(iterated(chunks))).version).toBe(version)
    }),
    // Sizes of one byte alone would be a million chunks.
    { numRuns: 20, examples: [[[65_536]], [[300_000, 1]]] },
  )
})

const [process] = Object.values(workflowOf([{ id: 'P' }])).map((value) => JSON.stringify(value))
const pretty = JSON.stringify(workflowOf([{ id: 'Top', calls: ['A'] }, { id: 'A' }]), undefined, 2)
const wrong: Record<string, [text: string | Uint8Array, limits?: Limits]> = {
  'cut off': [pretty.slice(0, 500)],
  'a comma too many': [pretty.replace('"inputs": []', '"inputs": [,]')],
  'a line break in a string': [pretty.replace('"manual": false', '"manual": "a\nb"')],
  'something behind it': [`${pretty}\n\n  {`],
  'a field of the wrong type': [pretty.replace('"outputs": []', '"outputs": [\n1]')],
  'a process that lacks a field': [pretty.replace('"typename"', '"type\\u004eame"')],
  'a process that is none': [`{"spec": ${process!},\r\n\n "subprocess_specs": {\n"x/y~": 7}}`],
  'the tasks of a later process': [
    pretty.replace(/("A": \{\s+"name": "A",[^]*?"task_specs": )\{/, '$17, "x": {'),
  ],
  'no spec at all': ['\n\n[1, 2]'],
  'one process': [JSON.stringify(processSpec({ id: 'P' }), undefined, 1)],
  'not UTF-8': [Uint8Array.of(...new TextEncoder().encode(pretty.slice(0, 300)), 0xff)],
  'a byte order mark': [`\ufeff${pretty}`],
  gzip: [Uint8Array.of(0x1f, 0x8b, 8, 0)],
  'too deep': [pretty, { depth: 3 }],
  'too many processes': [pretty, { processes: 1 }],
  'an id that is too long': [pretty, { idLength: 2 }],
}

test.each(Object.keys(wrong))(
  'U4 a streamed text is refused as the whole one, with the same place: %s',
  async (name) => {
    const [given, limits = {}] = wrong[name]!
    const whole = typeof given === 'string' ? new TextEncoder().encode(given) : given
    const expected = await refused(() => decompose(given, { limits }))
    for (const size of [1, 64, whole.length]) {
      const error = await refused(decomposeStream(iterated(chunksOf(whole, size)), { limits }))
      expect([error.code, error.fields, error.message]).toEqual([
        expected.code,
        expected.fields,
        expected.message,
      ])
    }
    if (expected.code !== 'not-json' && expected.code !== 'bad-spec') return
    const { offset, line, column } = expected.fields
    const lines = new TextDecoder('utf-8', { ignoreBOM: true }).decode(whole.subarray(0, offset)).split('\n')
    expect([line, column]).toEqual([lines.length, new TextEncoder().encode(lines.at(-1)).length + 1])
  },
)

test('U4 a place is told as pointer, line and column, of a text in many lines', async () => {
  const broken = pretty.replace('"outputs": []', '"outputs": [\n1]')
  const { fields } = await refused(decomposeStream(iterated(chunksOf(new TextEncoder().encode(broken), 64))))
  const offset = broken.indexOf('[\n1]')
  const line = broken.slice(0, offset).split('\n').length
  expect(fields).toMatchObject({ offset, line, pointer: '/spec/task_specs/Start/outputs' })
})

const memory = (): object => withCore('look', (core) => core.memory)

test('a text that arrives in chunks takes no more memory of the core than one that is there', async () => {
  const large = new TextEncoder().encode(text + ' '.repeat(24 << 20))
  await refused(() => withCore('x', (core) => core.trap()))
  await decomposeStream(iterated(chunksOf(large, 65_536)))
  const { byteLength } = withCore('look', (core) => core.memory.buffer)
  expect(byteLength / large.length).toBeGreaterThan(1)
  // An eighth more than there is may be reserved for what is still to come.
  expect(byteLength / large.length).toBeLessThan(1.2)
})

test('U4 others work while a stream is waited for, and two streams do not meet', async () => {
  const before = memory()
  const other = workflowJson([{ id: 'Other' }])
  const pieces = [chunksOf(bytes, 40), chunksOf(new TextEncoder().encode(other), 30)]
  async function* slowly(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, undefined> {
    for (const chunk of chunks) {
      expect(decompose(other).manifest.top).toBe('Other')
      await new Promise((resolve) => setImmediate(resolve))
      yield chunk
    }
  }
  const both = Promise.all(pieces.map((chunks) => decomposeStream(slowly(chunks))))
  expect(memory()).not.toBe(before)
  expect((await both).map(({ manifest }) => manifest.top)).toEqual(['Töp', 'Other'])
})
