import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { stampCore, stampsOf } from '../../../scripts/core-stamp.mjs'

const read = (path: string): Buffer<ArrayBuffer> => readFileSync(new URL(`../../../${path}`, import.meta.url))

test('the core names one version, that of package.json', () => {
  const { version } = JSON.parse(read('package.json').toString()) as { version: string }
  expect(stampsOf(read('wasm-pkg/unitflow_bg.wasm'))).toEqual([version])
})

test('a stamp says any version and leaves the module as it is', () => {
  const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)
  expect(stampsOf(empty)).toEqual([])
  const stamped = stampCore(empty, '10.20.30-beta.1+build')
  expect(stampsOf(stamped)).toEqual(['10.20.30-beta.1+build'])
  expect(stamped.subarray(0, empty.length)).toEqual(Buffer.from(empty))
  expect(() => stampCore(empty, 'x'.repeat(120))).toThrow('too long')
})
