import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { decompose, errorFromData, errorToData, isUnitflowError } from 'unitflow'
import { CORE_MEMORY_LIMIT, decomposeInCore, withCore } from '../../../ts/core/index.js'
import { workflowJson } from '../../fixtures/units/spec-builder.js'
import { outcome, refused } from '../units/refused.js'

const small = workflowJson([{ id: 'Top', calls: ['Called'] }, { id: 'Called' }])
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
const inAJob = (work: () => void): Promise<void> =>
  new Promise((done) =>
    setTimeout(() => {
      work()
      setTimeout(done)
    }),
  )
const instance = (): { readonly buffer: ArrayBuffer } => withCore('look', (core) => core.memory)

test('U4 a trap is core-trap with its operation and cause, and the next call works', async () => {
  const before = instance()
  const error = await refused(() => withCore('x', (core) => core.trap()))
  expect(error).toMatchObject({ code: 'core-trap', fields: { operation: 'x' } })
  expect(error.cause).toBeInstanceOf(WebAssembly.RuntimeError)
  expect(instance()).not.toBe(before)
  expect(decompose(small).manifest.top).toBe('Top')
  for (let i = 0; i < 20; i++) await refused(() => withCore('again', (core) => core.trap()))
  expect(decompose(small).version).toBe(decompose(small).version)
})

test('U4 an exception of any kind inside the core costs the instance, a refusal does not', async () => {
  const before = instance()
  await refused(() => decompose('{'))
  expect(instance()).toBe(before)
  const error = await refused(() =>
    withCore('host', () => {
      throw new RangeError('invalid array length')
    }),
  )
  expect(error.code).toBe('core-trap')
  expect(error.cause).toBeInstanceOf(RangeError)
  expect(instance()).not.toBe(before)
})

test('U4 a call from inside a call gets an instance of its own', () => {
  withCore('outer', (outer) => {
    withCore('inner', (inner) => expect(inner.memory).not.toBe(outer.memory))
    expect(decompose(small).manifest.top).toBe('Top')
  })
  expect(decompose(small).manifest.top).toBe('Top')
})

test('U4 memory that has grown past the limit serves the next call, and goes when the runtime collects', async () => {
  const padding = ' '.repeat(CORE_MEMORY_LIMIT)
  for (const work of [
    () => decompose(small + padding),
    () => outcome(() => decompose(`${small}${padding}!`)),
  ]) {
    expect(instance().buffer.byteLength).toBeLessThan(CORE_MEMORY_LIMIT)
    let large: WeakRef<object> | undefined
    let servedAgain = false
    // In a job of its own: what a weak reference gave is kept to the end of the job.
    await inAJob(() => {
      void work()
      const memory = instance()
      if (memory.buffer.byteLength > CORE_MEMORY_LIMIT) large = new WeakRef(memory)
      servedAgain = instance() === memory
    })
    expect(large?.deref()).toBeDefined()
    expect(servedAgain).toBe(true)
    await inAJob(() => undefined)
    await inAJob(collectGarbage)
    expect(large?.deref() === undefined).toBe(true)
    expect(instance().buffer.byteLength).toBeLessThan(CORE_MEMORY_LIMIT)
  }
})

test('U4 many calls do not grow the core', () => {
  const text = workflowJson(
    Array.from({ length: 40 }, (_, index) => ({ id: `P${index}`, elements: ['e', 'ü'] })),
  )
  for (let i = 0; i < 20; i++) decompose(text)
  const before = instance().buffer.byteLength
  for (let i = 0; i < 200; i++) {
    decompose(text)
    void outcome(() => decompose(text.slice(0, -i - 1)))
  }
  expect(instance().buffer.byteLength).toBe(before)
})

test('U4 what a call gave stays as it is while others run', () => {
  const first = decompose(small)
  const copies = first.objects.map(({ bytes }) => bytes.slice())
  const manifest = JSON.stringify(decompose(small).manifest)
  const v1 = decomposeInCore(small, 1, undefined)
  const files = v1.parts.map((part) => part.bytes())
  for (let i = 0; i < 10; i++) decompose(workflowJson([{ id: 'Other', elements: ['x'.repeat(1000 * i)] }]))
  expect(first.objects.map(({ bytes }) => bytes)).toEqual(copies)
  expect(JSON.stringify(first.manifest)).toBe(manifest)
  expect(v1.parts.map((part) => part.bytes())).toEqual(files)
})

test('U4 an error of the core carries all its fields over a wire', async () => {
  const text = workflowJson([{ id: 'Top' }]).replace('"inputs":[]', '\n "inputs":{}')
  const line = text.split('\n')[1]!
  const error = await refused(() => decompose(text))
  const fields = {
    pointer: '/spec/task_specs/Start/inputs',
    offset: text.indexOf('{}', text.indexOf('"inputs"')),
    line: 2,
    column: line.indexOf('{}') + 1,
    expected: 'an array of strings',
    found: 'an object',
  }
  expect(error.code).toBe('bad-spec')
  expect(error.fields).toEqual(fields)
  for (const word of [fields.pointer, fields.expected, fields.found, 'line 2'])
    expect(error.message).toContain(word)
  const carried = errorFromData(structuredClone(errorToData(error)))
  expect(isUnitflowError(carried, 'bad-spec') && carried.fields).toEqual(fields)
})

test.each<[unknown, string]>([
  [undefined, 'undefined'],
  [null, 'object'],
  [42, 'number'],
  [{ spec: {} }, 'object'],
  [[1, 2], 'object'],
  [new Uint16Array(4), 'object'],
  [new DataView(new ArrayBuffer(4)), 'object'],
  [new ArrayBuffer(4), 'object'],
])('U4 specs that are no text and no bytes are bad-argument: %s', async (specs, found) => {
  const error = await refused(() => Reflect.apply(decompose, undefined, [specs]) as unknown)
  expect(error).toMatchObject({ code: 'bad-argument', fields: { argument: 'specs' } })
  expect(error.message).toContain(found)
})

test('U4 bytes of a Buffer, of a view into a larger buffer and of shared memory are read alike', () => {
  const bytes = new TextEncoder().encode(small)
  const large = new Uint8Array(bytes.length + 20).fill(0x7b)
  large.set(bytes, 10)
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length))
  shared.set(bytes)
  const version = decompose(small).version
  for (const view of [bytes, Buffer.from(bytes), large.subarray(10, 10 + bytes.length), shared]) {
    expect(decompose(view).version).toBe(version)
  }
})
