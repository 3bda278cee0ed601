import { UnitflowError } from '../errors/index.js'
import type { CoreExports } from './core-module.js'
import { withCore } from './core.js'
import type { Limits } from './limits.js'
import { resolveLimits } from './limits.js'
import type { Refusal } from './refusal.js'
import { refusal } from './refusal.js'
import { textIntoCore } from './text-in-core.js'

/** A value that a layout wants stored. */
export interface CorePart {
  readonly kind: 'object' | 'manifest' | 'v1-workflow' | 'v1-manifest' | 'v1-unit'
  /** 64 hex digits. Layout v2: the SHA-256 of the value; v1: the hash in the file name. */
  readonly hash: string
  /** Bytes of the value. */
  readonly size: number
  /** The value. Layout v1 puts it together anew at each call. */
  bytes(): Uint8Array<ArrayBuffer>
}

/** A workflow taken apart, as the core tells it. */
export interface CoreDecomposition {
  /** Hex SHA-256 that identifies the version of the workflow. */
  readonly version: string
  readonly parts: readonly CorePart[]
  /** Layout v2: how many of the parts are objects with processes; they come first. */
  readonly objectCount: number
  /** The manifest as JSON text: whole, or naming its parts, as a root of layout v2 holds it. */
  readonly manifest: string
}

const KINDS = ['object', 'manifest', 'v1-workflow', 'v1-manifest', 'v1-unit'] as const
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Takes a workflow apart in the core.
 *
 * @throws `not-json`, `not-utf8`, `lone-surrogate`, `bad-spec`, `not-a-spec`, `limit-exceeded`, `core-trap`
 */
export function decomposeInCore(
  specs: string | Uint8Array,
  layout: 1 | 2,
  limits: Limits | undefined,
): CoreDecomposition {
  if (typeof specs !== 'string' && !(ArrayBuffer.isView(specs) && specs.BYTES_PER_ELEMENT === 1)) {
    const expected = 'JSON text or its bytes (a Uint8Array)'
    throw new UnitflowError('bad-argument', `specs: expected ${expected}, found ${typeof specs}`, {
      argument: 'specs',
      expected,
    })
  }
  const { bytes, depth, processes, idLength } = resolveLimits(limits)
  if (specs.length > bytes)
    throw refusal({ code: 'limit-exceeded', limit: 'bytes', maximum: bytes, pointer: '' })
  return withCore('decompose', (core) => {
    const attempt = (explain: 0 | 1): CoreDecomposition | undefined => {
      const { pointer, allocated, length } = textIntoCore(core, specs)
      // What was a string was encoded as UTF-8; bytes may be anything.
      const isUtf8 = typeof specs === 'string' ? 1 : 0
      const limits = [bytes, depth, processes, idLength] as const
      const reply = core.decompose(pointer, allocated, length, isUtf8, layout, ...limits, explain)
      try {
        return new ReplyReader(core, reply).read()
      } finally {
        core.free_reply(reply)
      }
    }
    // The core writes over the text, so it must see the text again to say what is wrong with it.
    const decomposition = attempt(0) ?? attempt(1)
    if (decomposition === undefined) throw new Error('refused without a reason')
    return decomposition
  })
}

/** Reads a `Reply` of `rust/wasm`: 32-bit words in the order of its fields. */
class ReplyReader {
  readonly #reply: number
  readonly #words: Uint32Array
  readonly #bytes: Uint8Array

  constructor(core: CoreExports, reply: number) {
    this.#reply = reply
    this.#words = new Uint32Array(core.memory.buffer)
    this.#bytes = new Uint8Array(core.memory.buffer)
  }

  /** `undefined` where the core refuses and needs the text again to say why. */
  read(): CoreDecomposition | undefined {
    const status = this.#field(0)
    if (status === 2) return undefined
    const manifest = this.#text(6)
    if (status !== 0) throw refusal(JSON.parse(manifest) as Refusal)
    return {
      version: this.#hex(this.#field(8)),
      objectCount: this.#field(5),
      parts: this.#objectKind() ? this.#copiedParts() : this.#lazyParts(),
      manifest,
    }
  }

  #word(pointer: number, index: number): number {
    return this.#words[(pointer >>> 2) + index] ?? 0
  }

  #field(index: number): number {
    return this.#word(this.#reply, index)
  }

  #text(field: number): string {
    const start = this.#field(field)
    return decoder.decode(this.#bytes.subarray(start, start + this.#field(field + 1)))
  }

  #hex(start: number): string {
    let text = ''
    for (let i = start; i < start + 32; i++) text += DIGITS[this.#bytes[i] ?? 0] ?? ''
    return text
  }

  #objectKind(): boolean {
    return this.#part(0).kind === 'object'
  }

  #part(index: number): Pick<CorePart, 'kind' | 'hash' | 'size'> & { readonly pieces: number } {
    const table = this.#field(2)
    return {
      kind: KINDS[this.#word(table, index * 3)] ?? 'object',
      size: this.#word(table, index * 3 + 1),
      pieces: this.#word(table, index * 3 + 2),
      hash: this.#hex(this.#field(4) + index * 32),
    }
  }

  /** Address and length of a piece. */
  #piece(index: number): readonly [start: number, length: number] {
    const table = this.#field(1)
    return [this.#word(table, index * 2), this.#word(table, index * 2 + 1)]
  }

  #copiedParts(): CorePart[] {
    const count = this.#field(3)
    let total = 0
    for (let index = 0; index < count; index++) total += this.#word(this.#field(2), index * 3 + 1)
    const target = new Uint8Array(total)
    const parts: CorePart[] = []
    let piece = 0
    let at = 0
    for (let index = 0; index < count; index++) {
      const { kind, hash, size, pieces } = this.#part(index)
      const bytes = target.subarray(at, at + size)
      for (const last = piece + pieces; piece < last; piece++) {
        const [start, length] = this.#piece(piece)
        target.set(this.#bytes.subarray(start, start + length), at)
        at += length
      }
      parts.push({ kind, hash, size, bytes: () => bytes })
    }
    return parts
  }

  /** Layout v1 repeats whole processes, many times the input: its parts are put together when they are asked for. */
  #lazyParts(): CorePart[] {
    const count = this.#field(3)
    const parts: CorePart[] = []
    const ranges: (readonly [start: number, length: number])[] = []
    for (let index = 0; index < count; index++) {
      const { kind, hash, size, pieces } = this.#part(index)
      const first = ranges.length
      for (let i = 0; i < pieces; i++) ranges.push(this.#piece(first + i))
      parts.push({
        kind,
        hash,
        size,
        bytes: () => assemble(source, ranges.slice(first, first + pieces), base, size),
      })
    }
    const base = ranges.reduce((least, [start]) => Math.min(least, start), Infinity)
    const end = ranges.reduce((most, [start, length]) => Math.max(most, start + length), 0)
    const source = this.#bytes.slice(base, end)
    return parts
  }
}

function assemble(
  source: Uint8Array,
  ranges: readonly (readonly [start: number, length: number])[],
  base: number,
  size: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size)
  let at = 0
  for (const [start, length] of ranges) {
    bytes.set(source.subarray(start - base, start - base + length), at)
    at += length
  }
  return bytes
}

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
