import type { CoreExports } from './core-module.js'
import { withCore } from './core.js'
import { hostHashesFrom, takeCopies } from './host-hash.js'
import type { Limits } from './limits.js'
import { resolveLimits } from './limits.js'
import type { Refusal } from './refusal.js'
import { refusal, tooManyBytes } from './refusal.js'
import { badSpecs, isBytes } from './spec-chunks.js'
import { textIntoCore } from './text-in-core.js'
import type { TextInCore } from './text-in-core.js'

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
  if (typeof specs !== 'string' && !isBytes(specs))
    throw badSpecs(specs, 'JSON text or its bytes (a Uint8Array)')
  const resolved = resolveLimits(limits)
  if (specs.length > resolved.bytes) throw tooManyBytes(resolved.bytes)
  return withCore('decompose', (core) =>
    // What was a string was encoded as UTF-8; bytes may be anything.
    decomposeText(core, textIntoCore(core, specs), typeof specs === 'string', layout, resolved),
  )
}

/** Takes the text apart that is in the core, and gives its memory back. */
export function decomposeText(
  core: CoreExports,
  { pointer, allocated, length }: TextInCore,
  isUtf8: boolean,
  layout: 1 | 2,
  { bytes, depth, processes, idLength }: Required<Limits>,
): CoreDecomposition {
  const limits = [bytes, depth, processes, idLength] as const
  const hostFrom = hostHashesFrom()
  // What a call left that has failed is of no use to this one.
  takeCopies()
  const reply = core.decompose(pointer, allocated, length, isUtf8 ? 1 : 0, layout, ...limits, hostFrom)
  try {
    return new ReplyReader(core, reply).read(hostFrom, takeCopies())
  } finally {
    core.free_reply(reply)
  }
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

  /** `copies`: what the host has hashed, parts of `from` bytes or more, if it has hashed any. */
  read(from: number, copies: readonly Uint8Array<ArrayBuffer>[]): CoreDecomposition {
    const manifest = this.#text(6)
    if (this.#field(0) !== 0) throw refusal(JSON.parse(manifest) as Refusal)
    return {
      version: this.#hex(this.#field(8)),
      objectCount: this.#field(5),
      parts: this.#objectKind() ? this.#copiedParts(from, copies) : this.#lazyParts(),
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

  #copiedParts(from: number, copies: readonly Uint8Array<ArrayBuffer>[]): CorePart[] {
    const count = this.#field(3)
    let copied = 0
    /** The copy of the next part, if there is one. */
    const copyOf = (size: number): Uint8Array<ArrayBuffer> | undefined =>
      size >= from && copies[copied]?.length === size ? copies[copied++] : undefined
    const sizes = Array.from({ length: count }, (_, index) => this.#word(this.#field(2), index * 3 + 1))
    const copyOfPart = sizes.map(copyOf)
    const target = new Uint8Array(
      sizes.reduce((total, size, index) => (copyOfPart[index] === undefined ? total + size : total), 0),
    )
    const parts: CorePart[] = []
    let piece = 0
    let at = 0
    for (let index = 0; index < count; index++) {
      const { kind, hash, size, pieces } = this.#part(index)
      const copy = copyOfPart[index]
      const bytes = copy ?? target.subarray(at, at + size)
      const last = piece + pieces
      for (; copy === undefined && piece < last; piece++) {
        const [start, length] = this.#piece(piece)
        target.set(this.#bytes.subarray(start, start + length), at)
        at += length
      }
      piece = last
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
