import { createHash } from 'node:crypto'
import { afterEach, expect, test, vi } from 'vitest'
import { decompose } from 'unitflow'
import type * as Sha256 from '../../../ts/sha256/index.js'
import { sha256Hex, sha256HexAsync } from '../../../ts/sha256/index.js'
import { workflowJson } from '../../fixtures/units/spec-builder.js'

const expected = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const bytesOf = (length: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, index) => (index * 167 + length) & 0xff)
const lengths = [0, 1, 3, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1000, 16 * 1024 - 1, 16 * 1024, 100_000]

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

/** The module as a runtime sees it that has not shown its crypto yet. */
async function fresh(): Promise<typeof Sha256> {
  vi.resetModules()
  return import('../../../ts/sha256/index.js')
}

test('U27 known answers', () => {
  expect(sha256Hex(new Uint8Array())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  expect(sha256Hex(new TextEncoder().encode('abc'))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  )
})

test.each(lengths)('U27 %i bytes hash alike with every means', async (length) => {
  const bytes = bytesOf(length)
  expect(sha256Hex(bytes)).toBe(expected(bytes))
  expect(await sha256HexAsync(bytes)).toBe(expected(bytes))

  vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined)
  const portable = await fresh()
  expect(portable.sha256Hex(bytes)).toBe(expected(bytes))
  expect(await portable.sha256HexAsync(bytes)).toBe(expected(bytes))
  vi.stubGlobal('crypto', {})
  expect(await (await fresh()).sha256HexAsync(bytes)).toBe(expected(bytes))
})

test('U27 an older host without crypto.hash is not asked', async () => {
  vi.spyOn(process, 'getBuiltinModule').mockReturnValue({ createHash })
  const { sha256Hex: older } = await fresh()
  expect(older(bytesOf(77))).toBe(expected(bytesOf(77)))
})

test('U27 a view into a larger buffer hashes as itself', async () => {
  const view = bytesOf(40_000).subarray(7, 30_007)
  expect(sha256Hex(view)).toBe(expected(view))
  vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined)
  expect(await (await fresh()).sha256HexAsync(view)).toBe(expected(view))
})

test.each([1, 2, 3, 4, 5, 7, 8, 9, 17])('U17 the core hashes %i objects of any length right', (count) => {
  for (let length = 0; length < 130; length += count === 1 ? 1 : 13) {
    const processes = Array.from({ length: count }, (_, index) => ({
      id: `P${index}`,
      fields: { padding: 'x'.repeat(length * (1 + (index % 3)) + (index === 4 ? 20_000 : 0)) },
    }))
    for (const { hash, bytes } of decompose(workflowJson(processes)).objects)
      expect(hash).toBe(expected(bytes))
  }
})
