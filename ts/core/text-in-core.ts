import { UnitflowError } from '../errors/index.js'
import type { CoreExports } from './core-module.js'

/** Text in the core's memory. */
export interface TextInCore {
  readonly pointer: number
  /** Bytes reserved. */
  readonly allocated: number
  /** Bytes of text. */
  readonly length: number
}

/** Room for a text of which nobody knows how long it is, to begin with. */
const FIRST_ROOM = 64 * 1024
const encoder = new TextEncoder()

/**
 * Copies text into the core. A string is encoded straight into the Wasm memory.
 *
 * @throws `lone-surrogate`: UTF-8 cannot carry it, and the encoder would replace it silently
 */
export function textIntoCore(core: CoreExports, text: string | Uint8Array): TextInCore {
  if (typeof text !== 'string') {
    const pointer = core.allocate(text.length)
    new Uint8Array(core.memory.buffer).set(text, pointer)
    return { pointer, allocated: text.length, length: text.length }
  }
  refuseLoneSurrogates(text)
  const first = encodeInto(core, text, text.length)
  // Only a text beyond ASCII is longer in bytes than in characters; then three bytes a character always do.
  return first ?? encodeInto(core, text, text.length * 3) ?? { pointer: 0, allocated: 0, length: 0 }
}

/** Room for a text that is to arrive in chunks. */
export function roomInCore(core: CoreExports): TextInCore {
  return { pointer: core.allocate(FIRST_ROOM), allocated: FIRST_ROOM, length: 0 }
}

/** The text with a chunk behind it. What was said of the text before is no longer so. */
export function withChunk(core: CoreExports, text: TextInCore, chunk: Uint8Array): TextInCore {
  let { pointer, allocated } = text
  const length = text.length + chunk.length
  if (length > allocated) {
    // By parts of what is there, so that a text that has to move now and then is not moved for each chunk.
    const wanted = Math.max(length, Math.ceil(allocated * 1.125))
    pointer = core.grow(pointer, allocated, text.length, wanted) >>> 0
    allocated = wanted
  }
  new Uint8Array(core.memory.buffer).set(chunk, pointer + text.length)
  return { pointer, allocated, length }
}

function encodeInto(core: CoreExports, text: string, allocated: number): TextInCore | undefined {
  const pointer = core.allocate(allocated)
  const { read, written } = encoder.encodeInto(text, new Uint8Array(core.memory.buffer, pointer, allocated))
  if (read === text.length) return { pointer, allocated, length: written }
  core.free(pointer, allocated)
  return undefined
}

function refuseLoneSurrogates(text: string): void {
  if (text.isWellFormed()) return
  const index = text.search(/\p{Surrogate}/u)
  throw new UnitflowError(
    'lone-surrogate',
    `the text holds a surrogate without its pair at index ${index}; written as an escape (\\ud800) it is kept`,
    { index },
  )
}
