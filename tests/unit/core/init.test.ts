import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createContext, runInContext } from 'node:vm'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { stampCore } from '../../../scripts/core-stamp.mjs'
import type { isUnitflowError as IsUnitflowError } from '../../../ts/errors/index.js'
import { VERSION } from '../../../ts/version.js'

const core = new Uint8Array(readFileSync(new URL('../../../wasm-pkg/unitflow_bg.wasm', import.meta.url)))
const PREAMBLE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)
const other = (version: string): Uint8Array<ArrayBuffer> => stampCore(PREAMBLE, version)

let init: (source: object | string) => Promise<void>
let initSync: (source: object) => void
let compiledCore: () => WebAssembly.Module | undefined
let isUnitflowError: typeof IsUnitflowError

beforeEach(async () => {
  // As a bundle that has just been loaded.
  vi.resetModules()
  ;({ init, initSync } = await import('../../../ts/core/init.js'))
  ;({ compiledCore } = await import('../../../ts/core/compiled-core.js'))
  ;({ isUnitflowError } = await import('../../../ts/errors/index.js'))
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

interface Failure {
  readonly code: string
  readonly fields: object
  readonly message: string
  readonly cause?: unknown
}

async function failureOf(work: () => unknown): Promise<Failure> {
  try {
    await work()
  } catch (error) {
    if (isUnitflowError(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

function shared(bytes: Uint8Array): Uint8Array {
  const view = new Uint8Array(new SharedArrayBuffer(bytes.length))
  view.set(bytes)
  return view
}

const inLargerBuffer = new Uint8Array(core.length + 20)
inLargerBuffer.set(core, 10)
const within = inLargerBuffer.subarray(10, 10 + core.length)

/** Of other realms, as a frame's or a `vm` context's. */
const realm = createContext({ bytes: [...core] })
const foreign = (code: string): object => runInContext(code, realm) as object

const BYTES: Readonly<Record<string, () => object>> = {
  'an array of bytes': () => core,
  'a buffer': () => core.buffer,
  'a view into a larger buffer': () => within,
  'a DataView': () => new DataView(core.buffer),
  'shared memory': () => shared(core),
  'a shared buffer': () => shared(core).buffer,
  'bytes of another realm': () => foreign('Uint8Array.from(bytes)'),
  'a buffer of another realm': () => foreign('Uint8Array.from(bytes).buffer'),
  'a module': () => new WebAssembly.Module(core),
  'a module of another realm': () => foreign('new WebAssembly.Module(Uint8Array.from(bytes))'),
}

test.each(Object.keys(BYTES))('init and initSync take the core as %s', async (name) => {
  const source = BYTES[name]!()
  initSync(source)
  const first = compiledCore()
  expect(first).toBeDefined()
  vi.resetModules()
  const again = await import('../../../ts/core/init.js')
  await again.init(source)
  expect((await import('../../../ts/core/compiled-core.js')).compiledCore()).toBeDefined()
})

const wasm = { headers: { 'content-type': 'application/wasm' } }

test.each<[string, () => object | string]>([
  ['a Response', () => new Response(core, wasm)],
  ['a Response of another type', () => new Response(core)],
  ['a promise of a Response', () => Promise.resolve(new Response(core, wasm))],
  ['a promise of bytes', () => Promise.resolve(core)],
  ['a Blob', () => new Blob([core])],
  // Some libraries bring a class of their own, which the compiler does not take.
  [
    'a Response of another make',
    () => ({
      ok: true,
      headers: new Headers(wasm.headers),
      arrayBuffer: async () => core.buffer,
      [Symbol.toStringTag]: 'Response',
    }),
  ],
  ['a data: URL', () => `data:application/wasm;base64,${Buffer.from(core).toString('base64')}`],
])('init takes the core as %s', async (_, source) => {
  await init(source())
  expect(compiledCore()).toBeDefined()
})

async function serve(
  answer: (path: string) => [status: number, type: string, body: Uint8Array | string],
): Promise<string> {
  const server = createServer((request, response) => {
    const [status, type, body] = answer(request.url ?? '')
    response.writeHead(status, { 'content-type': type, 'content-length': core.length }).write(body)
    if (body.length === core.length || status !== 200) response.end()
    else response.destroy()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('init fetches a URL, as text and as URL; a message shows none of its query', async () => {
  const url = await serve((path) =>
    path.startsWith('/core')
      ? [200, 'application/wasm', core]
      : [403, 'text/plain', 'no'.padEnd(core.length)],
  )
  const refused = await failureOf(() => init(`${url}/other.wasm?token=secret#x`))
  expect(refused).toMatchObject({
    code: 'core-unreadable',
    fields: { source: `${url}/other.wasm`, reason: 'HTTP status 403', status: 403 },
  })
  expect(refused.message).not.toContain('secret')
  await init(new URL(`${url}/core.wasm?v=1`))
  expect(compiledCore()).toBeDefined()
})

test.each(['application/wasm', 'application/octet-stream'])(
  'a connection that breaks while the core arrives as %s is core-unreadable',
  async (type) => {
    const url = await serve(() => [200, type, core.subarray(0, 1000)])
    expect((await failureOf(() => init(url))).code).toBe('core-unreadable')
    expect(compiledCore()).toBeUndefined()
  },
)

test.each<[string, () => object | string, string, object]>([
  [
    'nothing',
    () => new Uint8Array(),
    'bad-core',
    { source: 'the bytes', found: '0 bytes of something else' },
  ],
  ['a page', () => new TextEncoder().encode('\n<!doctype html>'), 'bad-core', { found: 'HTML' }],
  [
    'a page in a Response',
    () => new Response('<html>'),
    'bad-core',
    { source: 'the response', found: 'HTML' },
  ],
  ['half of the core', () => core.subarray(0, 90_000), 'bad-core', { source: 'the bytes' }],
  ['half of the core, streamed', () => new Response(core.subarray(0, 90_000), wasm), 'bad-core', {}],
  [
    'a module of nobody',
    () => new WebAssembly.Module(PREAMBLE),
    'wrong-core',
    { expected: VERSION, found: 'none' },
  ],
  ['bytes of nobody', () => PREAMBLE, 'wrong-core', { found: 'none' }],
  ['another version', () => other('0.0.9'), 'wrong-core', { expected: VERSION, found: '0.0.9' }],
  ['a later version', () => new WebAssembly.Module(other('9.9.9')), 'wrong-core', { found: '9.9.9' }],
  ['a plain object', () => ({}), 'bad-argument', { argument: 'source' }],
  ['a function', () => () => core, 'bad-argument', { argument: 'source' }],
  [
    'what only calls itself a module',
    () => ({ [Symbol.toStringTag]: 'WebAssembly.Module' }),
    'bad-argument',
    {},
  ],
  ['a list', () => [...PREAMBLE], 'bad-argument', { argument: 'source' }],
  ['a promise of nothing', () => Promise.resolve(undefined), 'bad-argument', { argument: 'source' }],
  ['an address that is none', () => 'not a url', 'core-unreadable', { source: 'not a url' }],
])('init refuses %s, and can then be handed the core', async (_, source, code, fields) => {
  const failure = await failureOf(() => init(source()))
  expect(failure.code).toBe(code)
  expect(failure.fields).toMatchObject(fields)
  expect(compiledCore()).toBeUndefined()
  await init(core)
  expect(compiledCore()).toBeDefined()
})

test('a message names both versions', async () => {
  const { message } = await failureOf(() => initSync(other('0.0.9')))
  expect(message).toContain('0.0.9')
  expect(message).toContain(VERSION)
})

test.each<[unknown, string]>([
  [undefined, 'bad-argument'],
  [null, 'bad-argument'],
  [42, 'bad-argument'],
  ['/core.wasm', 'bad-argument'],
  [new Response(core), 'bad-argument'],
  [Promise.resolve(core), 'bad-argument'],
  [core.subarray(0, 90_000), 'bad-core'],
  [PREAMBLE, 'wrong-core'],
])('initSync refuses what it cannot have at once (%#)', async (source, code) => {
  expect((await failureOf(() => Reflect.apply(initSync, undefined, [source]))).code).toBe(code)
  expect(compiledCore()).toBeUndefined()
})

test('init of what was rejected, or has failed to be fetched, throws that', async () => {
  const reason = new Error('mine')
  await expect(init(Promise.reject(reason))).rejects.toBe(reason)
})

test('calls at once give one core, which stays, and compile once', async () => {
  const compile = vi.spyOn(WebAssembly, 'compile')
  await Promise.all([init(core), init(core), init(core.slice())])
  const first = compiledCore()
  await init(core)
  // Not looked at any more: neither a wrong one, nor one that fails.
  await init(PREAMBLE)
  await init(Promise.reject(new Error('nobody hears this')))
  initSync(PREAMBLE)
  expect(compile).toHaveBeenCalledTimes(1)
  expect(compiledCore()).toBe(first)
})

test('calls at once, the first of which fail, give the core of the first that does not', async () => {
  const results = await Promise.allSettled([init(PREAMBLE), init('not a url'), init(core), init({})])
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled', 'fulfilled'])
})

test('initSync while init still waits gives the core at once, and init leaves it there', async () => {
  const module = new WebAssembly.Module(core)
  const { promise, resolve } = Promise.withResolvers<object>()
  const waiting = init(promise)
  await Promise.resolve()
  initSync(module)
  resolve(core)
  await waiting
  expect(compiledCore()).toBe(module)
})

test('where the runtime compiles nothing, bytes are wasm-unavailable and say what is lacking', async () => {
  // A function, since it is called with `new`.
  const refuse = function (): never {
    throw new WebAssembly.CompileError('blocked by the policy')
  }
  vi.spyOn(WebAssembly, 'Module').mockImplementation(refuse)
  vi.spyOn(WebAssembly, 'compile').mockImplementation(refuse)
  for (const attempt of [() => init(core), () => initSync(core)]) {
    const failure = await failureOf(attempt)
    expect(failure).toMatchObject({ code: 'wasm-unavailable', fields: { reason: 'blocked by the policy' } })
    expect(failure.message).toContain("'wasm-unsafe-eval'")
    expect(failure.message).toContain('unitflow/read')
  }
})

test('where there is no WebAssembly at all, everything is wasm-unavailable', async () => {
  vi.stubGlobal('WebAssembly', undefined)
  Reflect.deleteProperty(globalThis, 'WebAssembly')
  for (const attempt of [() => init(core), () => init(new Response(core, wasm)), () => initSync(core)]) {
    expect((await failureOf(attempt)).code).toBe('wasm-unavailable')
  }
})
