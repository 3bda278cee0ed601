import { describe, expect, test } from 'vitest'
import { cacheElementUnitsForWorkflow, createMemoryStore, decompose, decomposeStream } from 'unitflow'
import type { SpecStream } from 'unitflow'
import { HeldCore, withCore } from '../../../ts/core/index.js'
import { workflowJson } from '../../fixtures/units/spec-builder.js'
import { observe } from './observed-store.js'
import { refused } from './refused.js'

const text = workflowJson([{ id: 'Top', calls: ['Called'] }, { id: 'Called' }])
const bytes = new TextEncoder().encode(text)
const half = bytes.slice(0, bytes.length / 2)
const failure = new Error('the connection is gone')
const memory = (): object => withCore('look', (core) => core.memory)
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

/** A stream with what it is told of being canceled. */
interface Source<T extends SpecStream = SpecStream> {
  readonly specs: T
  readonly canceled: unknown[]
}

type Next = unknown
/** What comes of each read: a chunk of whatever kind, an error, or `'nothing'`, for ever. */
function readable(nexts: readonly Next[]): Source<ReadableStream<Uint8Array>> {
  const canceled: unknown[] = []
  const queue = nexts.values()
  const specs = new ReadableStream<Uint8Array>(
    {
      async pull(sink) {
        const { done, value } = queue.next()
        if (done === true) sink.close()
        else if (value === 'nothing') await new Promise(() => undefined)
        else if (value instanceof Error) sink.error(value)
        else sink.enqueue(value as Uint8Array)
      },
      cancel: (reason) => void canceled.push(reason),
    },
    { highWaterMark: 0 },
  )
  return { specs, canceled }
}

/** The same as an iterator. */
function iterable(nexts: readonly Next[]): Source {
  const canceled: unknown[] = []
  const queue = nexts.values()
  const iterator: AsyncIterator<Uint8Array> = {
    async next() {
      const { done, value } = queue.next()
      if (done === true) return { done, value: undefined }
      if (value === 'nothing') await new Promise(() => undefined)
      if (value instanceof Error) throw value
      return { done: false, value: value as Uint8Array }
    },
    async return() {
      canceled.push('returned')
      // What goes wrong while a source is let go is nobody's concern.
      throw new Error('no')
    },
  }
  return { specs: { [Symbol.asyncIterator]: () => iterator }, canceled }
}

const sources: Record<string, (nexts: readonly Next[]) => Source> = {
  'a ReadableStream': readable,
  'an iterator': iterable,
}

describe.each(Object.keys(sources))('%s', (kind) => {
  const open = sources[kind]!
  const end = (error: unknown): unknown[] => [kind === 'an iterator' ? 'returned' : error]

  test('one that fails rejects with what it fails with, and nothing is written', async () => {
    const before = memory()
    const { store, written } = observe(createMemoryStore())
    for (const nexts of [[failure], [half, failure], [half, half, half, failure]]) {
      const { specs, canceled } = open(nexts)
      await expect(cacheElementUnitsForWorkflow(store, 'k', specs)).rejects.toBe(failure)
      expect(canceled).toEqual([])
    }
    expect(written()).toEqual([])
    expect(memory()).toBe(before)
  })

  test.each([['text'], [undefined], [null], [7], [new Uint16Array(2)], [new ArrayBuffer(2)]])(
    'a chunk that is no bytes is bad-argument: %o',
    async (chunk) => {
      const before = memory()
      const { specs, canceled } = open([half, chunk, half])
      const error = await refused(decomposeStream(specs))
      expect(error).toMatchObject({ code: 'bad-argument', fields: { argument: 'specs' } })
      expect(error.message).toContain(`found ${typeof chunk}`)
      expect(canceled).toEqual(end(error))
      expect(memory()).toBe(before)
    },
  )

  test('one that hands over more than limits.bytes is read no further', async () => {
    const before = memory()
    const limits = { bytes: bytes.length }
    expect((await decomposeStream(open([bytes]).specs, { limits })).manifest.top).toBe('Top')
    for (const endless of [[bytes, Uint8Array.of(32), failure], Array.from({ length: 1000 }, () => bytes)]) {
      const { specs, canceled } = open(endless)
      const error = await refused(decomposeStream(specs, { limits }))
      expect(error).toMatchObject({
        code: 'limit-exceeded',
        fields: { limit: 'bytes', maximum: bytes.length },
      })
      expect(canceled).toEqual(end(error))
    }
    expect(memory()).toBe(before)
  })

  test('one that hands over nothing any more is given up when the signal is aborted', async () => {
    const before = memory()
    const { specs, canceled } = open([half, 'nothing'])
    const controller = new AbortController()
    const streaming = decomposeStream(specs, { signal: controller.signal })
    await turn()
    expect(memory()).not.toBe(before)
    controller.abort(failure)
    await expect(streaming).rejects.toBe(failure)
    expect(canceled).toEqual(end(failure))
    // Which of the two that were in use stays is all the same.
    expect(decompose(text).manifest.top).toBe('Top')
  })

  test('one that is aborted before is not read', async () => {
    const { specs, canceled } = open([failure])
    const signal = AbortSignal.abort(failure)
    await expect(decomposeStream(specs, { signal })).rejects.toBe(failure)
    await expect(cacheElementUnitsForWorkflow(createMemoryStore(), 'k', specs, { signal })).rejects.toBe(
      failure,
    )
    expect(canceled).toEqual([])
    await expect(decomposeStream(specs)).rejects.toBe(failure)
  })

  test('a signal that is aborted afterwards is no matter', async () => {
    const controller = new AbortController()
    const { specs, canceled } = open([half, bytes.slice(half.length)])
    await decomposeStream(specs, { signal: controller.signal })
    controller.abort(failure)
    await turn()
    expect(canceled).toEqual([])
  })
})

test('a stream that somebody else reads is bad-argument, and stays his', async () => {
  const { specs } = readable([bytes])
  const reader = specs.getReader()
  const error = await refused(decomposeStream(specs))
  expect(error).toMatchObject({ code: 'bad-argument', fields: { argument: 'specs' } })
  expect(error.cause).toBeInstanceOf(TypeError)
  expect((await reader.read()).value).toEqual(bytes)
})

test('of a stream that was read in part, what is left counts; read to its end, it is the empty text', async () => {
  const { specs } = readable([half, bytes])
  const reader = specs.getReader()
  await reader.read()
  reader.releaseLock()
  expect((await decomposeStream(specs)).manifest.top).toBe('Top')
  expect(specs.locked).toBe(false)
  expect(await refused(decomposeStream(specs))).toMatchObject({ code: 'not-json', fields: { offset: 0 } })
})

test('after a failure the stream is not locked', async () => {
  for (const nexts of [[half, 'text'], [half, failure], ['{']]) {
    const { specs } = readable(nexts)
    await expect(decomposeStream(specs)).rejects.toThrow()
    expect(specs.locked).toBe(false)
  }
})

test.each([[undefined], [null], [7], ['text'], [bytes], [[bytes]], [{}]])(
  'what is no stream is bad-argument: %o',
  async (specs) => {
    const error = await refused(Reflect.apply(decomposeStream, undefined, [specs]) as Promise<unknown>)
    expect(error).toMatchObject({ code: 'bad-argument', fields: { argument: 'specs' } })
  },
)

test('U4 an instance that has failed while it was held is nobody else’s, and refuses to go on', async () => {
  const held = new HeldCore()
  const failed = held.run('look', (core) => core.memory)
  expect(await refused(() => held.run('x', (core) => core.trap()))).toMatchObject({ code: 'core-trap' })
  expect(await refused(() => held.run('y', (core) => core.memory))).toMatchObject({
    code: 'core-trap',
    fields: { operation: 'y' },
  })
  held.release()
  expect(memory()).not.toBe(failed)
  expect(decompose(text).manifest.top).toBe('Top')
})
