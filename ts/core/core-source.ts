import { UnitflowError } from '../errors/index.js'
import { wasmUnavailable } from './wasm-unavailable.js'

/** The part of `Response` and `Blob` that is used. */
interface Body {
  readonly ok?: boolean
  readonly status?: number
  readonly url?: string
  readonly bodyUsed?: boolean
  readonly headers?: { get(name: string): string | null }
  arrayBuffer(): Promise<ArrayBuffer>
}

/** @throws `bad-core`, `core-unreadable`, `wasm-unavailable`, `bad-argument` */
export async function compileSource(source: unknown): Promise<WebAssembly.Module> {
  const bytes = bytesOf(source)
  if (bytes !== undefined) return compileBytes(bytes, 'the bytes')
  if (isBody(source)) return compileBody(source, shown(source.url ?? '') || 'the response')
  if (typeof source === 'string' || isUrl(source)) {
    const url = String(source)
    return compileBody(await fetched(url), shown(url))
  }
  if (isModule(source)) return source
  throw badSource(source, "a WebAssembly.Module, its bytes, a Response, or the URL of 'unitflow/core.wasm'")
}

/** @throws `bad-core`, `wasm-unavailable`, `bad-argument` */
export function compileSourceSync(source: unknown): WebAssembly.Module {
  if (isModule(source)) return source
  const bytes = bytesOf(source)
  if (bytes === undefined) throw badSource(source, 'a WebAssembly.Module or its bytes (init takes the rest)')
  refuseOtherContent(bytes, 'the bytes')
  try {
    return new WebAssembly.Module(bytes)
  } catch (cause) {
    throw notCompiled(cause, 'the bytes')
  }
}

async function fetched(url: string): Promise<Body> {
  try {
    return await fetch(url)
  } catch (cause) {
    throw unreadable(shown(url), cause)
  }
}

async function compileBody(body: Body, source: string): Promise<WebAssembly.Module> {
  if (body.ok === false) {
    const { status = 0 } = body
    const reason = `HTTP status ${status}`
    throw new UnitflowError('core-unreadable', `the core at ${source} cannot be read: ${reason}`, {
      source,
      reason,
      status,
    })
  }
  if (isStreamable(body)) {
    try {
      return await WebAssembly.compileStreaming(body)
    } catch (cause) {
      // Untouched, it is a Response of another make, whose bytes can still be read.
      if (body.bodyUsed) throw isCompileError(cause) ? notCompiled(cause, source) : unreadable(source, cause)
    }
  }
  let bytes: Uint8Array<ArrayBuffer>
  try {
    bytes = new Uint8Array(await body.arrayBuffer())
  } catch (cause) {
    throw unreadable(source, cause)
  }
  return compileBytes(bytes, source)
}

async function compileBytes(bytes: Uint8Array<ArrayBuffer>, source: string): Promise<WebAssembly.Module> {
  refuseOtherContent(bytes, source)
  try {
    return await WebAssembly.compile(bytes)
  } catch (cause) {
    throw notCompiled(cause, source)
  }
}

/** What every WebAssembly file begins with; by itself it is an empty module. */
const PREAMBLE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)

function refuseOtherContent(bytes: Uint8Array, source: string): void {
  if (PREAMBLE.every((byte, at) => bytes[at] === byte)) return
  // A server that knows no such file often answers with its page.
  const text = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart()
  throw badCore(source, text.startsWith('<') ? 'HTML' : `${bytes.length} bytes of something else`)
}

/** Tells bytes that are no module from a runtime that compiles none at all. */
function notCompiled(cause: unknown, source: string): UnitflowError {
  try {
    new WebAssembly.Module(PREAMBLE)
  } catch {
    return wasmUnavailable(cause)
  }
  return badCore(source, `a damaged file (${messageOf(cause)})`, cause)
}

function badCore(source: string, found: string, cause?: unknown): UnitflowError<'bad-core'> {
  const message = `${source}: expected the WebAssembly of unitflow/core.wasm, found ${found}`
  return new UnitflowError('bad-core', message, { source, found }, cause === undefined ? {} : { cause })
}

function unreadable(source: string, cause: unknown): UnitflowError<'core-unreadable'> {
  const reason = messageOf(cause)
  const message = `the core at ${source} cannot be read: ${reason}`
  return new UnitflowError('core-unreadable', message, { source, reason }, { cause })
}

function badSource(source: unknown, expected: string): UnitflowError<'bad-argument'> {
  const found = source === null ? 'null' : typeof source
  const message = `source: expected ${expected}, found ${found}`
  return new UnitflowError('bad-argument', message, { argument: 'source', expected })
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

/** A URL as a message may show it: what stands in its query may be secret. */
function shown(url: string): string {
  return (url.startsWith('data:') ? 'a data: URL' : url.replace(/[?#].*$/s, '')).slice(0, 200)
}

/** Asks the runtime: a module of another realm is none of this realm's class, and nothing else passes as one. */
function isModule(value: unknown): value is WebAssembly.Module {
  if (typeof value !== 'object' || value === null) return false
  try {
    WebAssembly.Module.exports(value)
    return true
  } catch {
    return false
  }
}

/** By brand, as the next: what is of another realm is no instance of this realm's classes. */
function isUrl(value: unknown): value is URL {
  return brandOf(value) === 'URL'
}

function isBuffer(value: unknown): value is ArrayBuffer | SharedArrayBuffer {
  return brandOf(value) === 'ArrayBuffer' || brandOf(value) === 'SharedArrayBuffer'
}

function isBody(value: unknown): value is Body {
  return (
    typeof value === 'object' &&
    value !== null &&
    'arrayBuffer' in value &&
    typeof value.arrayBuffer === 'function'
  )
}

/** Whether it can be compiled while it arrives: that takes the runtime's own class, and this content type as it stands. */
function isStreamable(body: Body): body is Body & Response {
  const type = body.headers?.get('content-type')?.trim().toLowerCase()
  if (type !== 'application/wasm' || brandOf(body) !== 'Response') return false
  return 'WebAssembly' in globalThis && 'compileStreaming' in WebAssembly
}

function isCompileError(cause: unknown): boolean {
  return cause instanceof Error && cause.name === 'CompileError'
}

function bytesOf(value: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (isBuffer(value)) return unshared(new Uint8Array(value))
  if (!ArrayBuffer.isView(value)) return undefined
  return unshared(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
}

/** The compiler takes no memory that another thread may change meanwhile. */
function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return isUnshared(bytes) ? bytes : new Uint8Array(bytes)
}

function isUnshared(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return brandOf(bytes.buffer) === 'ArrayBuffer'
}

function brandOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1)
}
