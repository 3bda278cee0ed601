import { Buffer as NodeBuffer } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { afterEach, expect, test, vi } from 'vitest'
import { compileCore } from '../../../ts/core/compile-core.js'

const file = readFileSync(new URL('../../../wasm-pkg/unitflow_bg.wasm', import.meta.url))
const withFromBase64 = Uint8Array as unknown as { fromBase64?: (text: string) => Uint8Array }
const native = withFromBase64.fromBase64

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  if (native === undefined) delete withFromBase64.fromBase64
  else withFromBase64.fromBase64 = native
})

/** Whether what is compiled is the file, byte for byte. */
function compilesTheFile(): boolean {
  const { Module } = WebAssembly
  const compiled: NodeBuffer[] = []
  vi.spyOn(WebAssembly, 'Module').mockImplementation(function (bytes: BufferSource) {
    compiled.push(NodeBuffer.from(bytes as Uint8Array<ArrayBuffer>))
    return new Module(bytes)
  })
  compileCore()
  return compiled.length === 1 && compiled[0]!.equals(file)
}

test('the core that is carried is the file, decoded as engines of today do it', () => {
  const decode = vi.fn((text: string) => new Uint8Array(NodeBuffer.from(text, 'base64')))
  withFromBase64.fromBase64 = decode
  expect(compilesTheFile()).toBe(true)
  expect(decode).toHaveBeenCalledTimes(1)
})

test('the core that is carried is the file, decoded by the host in Node, Deno and Bun', () => {
  delete withFromBase64.fromBase64
  const decode = vi.spyOn(globalThis, 'atob')
  expect(compilesTheFile()).toBe(true)
  expect(decode).not.toHaveBeenCalled()
})

test('the core that is carried is the file, decoded by what every runtime has', () => {
  delete withFromBase64.fromBase64
  vi.stubGlobal('Buffer', undefined)
  const decode = vi.spyOn(globalThis, 'atob')
  expect(compilesTheFile()).toBe(true)
  expect(decode).toHaveBeenCalledTimes(1)
})
