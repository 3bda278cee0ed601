import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { createMemoryStore } from 'unitflow'
import { failingStore } from 'unitflow/testing'
import type { PayloadCodec } from '../../../ts/codec/index.js'
import { chainCodecs, createAesGcmCodec, createOffloadCodec } from '../../../ts/codec/index.js'

afterEach(() => void vi.unstubAllGlobals())

const key = (fill: number): Uint8Array => new Uint8Array(32).fill(fill)
const encrypting = (): PayloadCodec => createAesGcmCodec({ keys: { k1: key(1) }, current: 'k1' })
const texts = fc.string({ unit: 'grapheme' })

test('what was encrypted comes back, whatever it is', async () => {
  const codec = encrypting()
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      expect(await codec.decode(await codec.encode(text))).toBe(text)
    }),
  )
  for (const text of ['', '\ufeffwith a mark', 'a'.repeat(1_000_000), ':::', 'u1:aes-gcm:k1:'])
    expect(await codec.decode(await codec.encode(text))).toBe(text)
})

test('the text is not to be seen, and the same text never looks the same twice', async () => {
  const codec = encrypting()
  const encoded = await Promise.all(Array.from({ length: 100 }, () => codec.encode('{"secret":"4711"}')))
  expect(new Set(encoded).size).toBe(100)
  expect(encoded.every((text) => /^u1:aes-gcm:k1:[A-Za-z0-9+/]+=*$/.test(text))).toBe(true)
})

test('an independent AES-GCM reads it: nonce, then the text, with the header bound to it', async () => {
  const encoded = await encrypting().encode('hello')
  const head = 'u1:aes-gcm:k1:'
  const bytes = Buffer.from(encoded.slice(head.length), 'base64')
  const { createDecipheriv } = await import('node:crypto')
  const decipher = createDecipheriv('aes-256-gcm', key(1), bytes.subarray(0, 12))
  decipher.setAAD(Buffer.from(head))
  decipher.setAuthTag(bytes.subarray(-16))
  expect(decipher.update(bytes.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8')).toBe('hello')
})

test('keys rotate: the current one encrypts, old ones go on to decrypt, and one that is gone is named', async () => {
  const old = await encrypting().encode('old')
  const both = createAesGcmCodec({ keys: { k1: key(1), 'k2.b': key(2) }, current: 'k2.b' })
  const fresh = await both.encode('new')
  expect(fresh).toMatch(/^u1:aes-gcm:k2\.b:/)
  expect(await both.decode(old)).toBe('old')
  expect(await both.decode(fresh)).toBe('new')
  await expect(encrypting().decode(fresh)).rejects.toMatchObject({
    code: 'unknown-payload-key',
    fields: { keyId: 'k2.b' },
  })
})

test('a key of WebCrypto serves as well, and an id is no name of a property', async () => {
  const usages: KeyUsage[] = ['encrypt', 'decrypt']
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, false, usages)
  const codec = createAesGcmCodec({ keys: { k1: made }, current: 'k1' })
  expect(await codec.decode(await codec.encode('text'))).toBe('text')
  const encoded = (await codec.encode('text')).replace(':k1:', ':constructor:')
  await expect(codec.decode(encoded)).rejects.toMatchObject({ code: 'unknown-payload-key' })
})

test('every change of a character is noticed', async () => {
  const codec = createAesGcmCodec({ keys: { k1: key(1), k2: key(1) }, current: 'k1' })
  const encoded = await codec.encode('{"total":120}')
  // The base64 of the last byte has two bits that say nothing.
  expect(encoded).toMatch(/[^=]=$/)
  for (let at = 0; at < encoded.length; at++) {
    for (const character of ['', 'A', 'b', '0', '+', ':', '2', '=', ' ', 'é', encoded.charAt(at) + '=']) {
      const altered = encoded.slice(0, at) + character + encoded.slice(at + 1)
      if (altered === encoded) continue
      const error: unknown = await codec.decode(altered).catch((thrown: unknown) => thrown)
      expect((error as { code?: unknown }).code, altered).toMatch(/^(bad-payload|unknown-payload-key)$/)
    }
  }
})

test.each([
  ['', 'no header'],
  ['{"total":120}', 'no header'],
  ['u1:aes-gcm:', 'an end in the middle'],
  ['u1:aes-gcm:k1', 'an end in the middle'],
  ['u1:aes-gcm:k1:', 'a part of one'],
  ['u1:aes-gcm:k1:AAAA', 'a part of one'],
  ['u1:aes-gcm:k1:%%%', 'a part of one'],
  [`u1:aes-gcm:k1:${'A'.repeat(40)}`, 'one that was altered'],
  ['u2:aes-gcm:k1:AAAA', 'version u2'],
  ['u1:offload:abc', 'offload'],
])('what is no encrypted text is refused: %s', async (encoded, problem) => {
  const error: unknown = await encrypting()
    .decode(encoded)
    .catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'bad-payload', fields: { codec: 'aes-gcm' } })
  expect(String(error)).toContain(problem)
})

test('neither text nor key is in an error', async () => {
  const encoded = await encrypting().encode('very secret')
  const other = createAesGcmCodec({ keys: { k1: key(9) }, current: 'k1' })
  const error: unknown = await other.decode(encoded).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'bad-payload' })
  expect(JSON.stringify([String(error), error])).not.toContain(encoded.slice(20, 40))
})

test.each([
  ['current', { k1: key(1) }, 'k2'],
  ['current', { k1: key(1) }, 'constructor'],
  ['keys.k1', { k1: new Uint8Array(31) }, 'k1'],
  ['keys.k1', { k1: 'secret' }, 'k1'],
  ['keys', { 'k:1': key(1) }, 'k:1'],
  ['keys', { '': key(1) }, ''],
])('a wrong %s is refused at once', (argument, keys, current) => {
  expect(() => createAesGcmCodec({ keys: keys as Record<string, Uint8Array>, current })).toThrow(
    expect.objectContaining({
      code: 'bad-argument',
      fields: expect.objectContaining({ argument }) as unknown,
    }),
  )
})

test('a page without WebCrypto is told so', () => {
  vi.stubGlobal('crypto', { getRandomValues: () => undefined })
  expect(encrypting).toThrow(expect.objectContaining({ code: 'webcrypto-unavailable' }))
})

test('a lone surrogate is refused, because it would come back as something else', async () => {
  const codecs = [encrypting(), createOffloadCodec({ store: createMemoryStore() })]
  for (const codec of codecs) {
    await expect(codec.encode('a\ud800b')).rejects.toMatchObject({
      code: 'lone-surrogate',
      fields: { index: 1 },
    })
    expect(await codec.decode(await codec.encode('a\ud83d\ude00b'))).toBe('a😀b')
  }
})

async function keysOf(store: { keys(): AsyncIterable<string> }): Promise<string[]> {
  const keys: string[] = []
  for await (const stored of store.keys()) keys.push(stored)
  return keys
}

test('a large text goes to the store, once, a small one does not, and both come back', async () => {
  const store = createMemoryStore()
  const codec = createOffloadCodec({ store, above: 10 })
  const small = await codec.encode('0123456789')
  expect(small).toBe('u1:inline:0123456789')
  expect(await keysOf(store)).toEqual([])
  // Ten characters, and more bytes.
  const large = await codec.encode('012345678ä')
  expect(large).toMatch(/^u1:offload:[0-9a-f]{64}$/)
  expect(await codec.encode('012345678ä')).toBe(large)
  expect(await keysOf(store)).toEqual([`payloads/${large.slice('u1:offload:'.length)}`])
  expect(await codec.decode(small)).toBe('0123456789')
  expect(await codec.decode(large)).toBe('012345678ä')
})

test('offloaded texts come back, whatever they are', async () => {
  const store = createMemoryStore()
  await fc.assert(
    fc.asyncProperty(texts, fc.constantFrom(0, 3, 65_536), async (text, above) => {
      const codec = createOffloadCodec({ store, above })
      expect(await codec.decode(await codec.encode(text))).toBe(text)
    }),
  )
})

test('a text that is gone or not what its hash says is a typed error', async () => {
  const store = createMemoryStore()
  const codec = createOffloadCodec({ store, above: 0 })
  const encoded = await codec.encode('the text')
  const [stored = ''] = await keysOf(store)
  await store.set(stored, new TextEncoder().encode('the test'))
  await expect(codec.decode(encoded)).rejects.toMatchObject({
    code: 'object-damaged',
    fields: { key: stored },
  })
  await store.delete(stored)
  await expect(codec.decode(encoded)).rejects.toMatchObject({
    code: 'object-missing',
    fields: { key: stored, retryable: true },
  })
})

test.each([
  '',
  'the text',
  'u1:offload:',
  'u1:offload:../../etc/passwd',
  `u1:offload:${'A'.repeat(64)}`,
  'u9:inline:x',
])('what is no offloaded text is refused: %s', async (encoded) => {
  const codec = createOffloadCodec({ store: createMemoryStore() })
  await expect(codec.decode(encoded)).rejects.toMatchObject({
    code: 'bad-payload',
    fields: { codec: 'offload' },
  })
})

test('where the store fails nothing is encoded', async () => {
  const full = new Error('full')
  const fail = (operation: string): Error | undefined => (operation === 'set' ? full : undefined)
  const codec = createOffloadCodec({ store: failingStore(createMemoryStore(), { fail }), above: 0 })
  await expect(codec.encode('the text')).rejects.toBe(full)
})

test.each([-1, 1.5, NaN, Infinity])('a limit of %s is refused', (above) => {
  expect(() => createOffloadCodec({ store: createMemoryStore(), above })).toThrow(
    expect.objectContaining({ code: 'bad-argument' }),
  )
})

test('codecs in a chain: encrypted, then put elsewhere, and back', async () => {
  const store = createMemoryStore()
  const codec = chainCodecs(encrypting(), createOffloadCodec({ store, above: 100 }))
  const text = JSON.stringify({ secret: 'x'.repeat(1000) })
  const encoded = await codec.encode(text)
  expect(encoded).toMatch(/^u1:offload:/)
  const [stored = ''] = await keysOf(store)
  expect(new TextDecoder().decode(await store.get(stored))).toMatch(/^u1:aes-gcm:k1:/)
  expect(await codec.decode(encoded)).toBe(text)
  expect(await chainCodecs().decode(await chainCodecs().encode(text))).toBe(text)
})
