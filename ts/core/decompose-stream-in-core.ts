import { HeldCore } from './core.js'
import { decomposeText } from './decompose-in-core.js'
import type { CoreDecomposition } from './decompose-in-core.js'
import type { Limits } from './limits.js'
import { resolveLimits } from './limits.js'
import { tooManyBytes } from './refusal.js'
import { badSpecs, isSpecStream, openSpecs } from './spec-chunks.js'
import type { SpecChunks, SpecStream } from './spec-chunks.js'
import { roomInCore, withChunk } from './text-in-core.js'
import type { TextInCore } from './text-in-core.js'

/**
 * Takes a workflow apart that arrives in chunks. They go straight into the memory of an instance of the core, which is
 * held meanwhile, so the text is there once and nowhere else.
 *
 * @throws (by rejecting) `not-json`, `not-utf8`, `bad-spec`, `not-a-spec`, `limit-exceeded`, `bad-argument`, `core-trap`,
 * what the stream fails with, and the signal's reason; the stream is canceled where it has not ended
 */
export async function decomposeStreamInCore(
  specs: SpecStream,
  layout: 1 | 2,
  limits: Limits | undefined,
  signal: AbortSignal | undefined,
): Promise<CoreDecomposition> {
  const resolved = resolveLimits(limits)
  if (!isSpecStream(specs)) throw badSpecs(specs, 'a stream of bytes')
  signal?.throwIfAborted()
  const chunks = openSpecs(specs, signal)
  try {
    return await decomposeChunks(chunks, layout, resolved)
  } catch (error) {
    chunks.cancel(error)
    throw error
  }
}

async function decomposeChunks(
  chunks: SpecChunks,
  layout: 1 | 2,
  limits: Required<Limits>,
): Promise<CoreDecomposition> {
  const held = new HeldCore()
  /** What is to be freed, where nobody has taken it. */
  let text: TextInCore | undefined
  const taken = (): TextInCore => {
    const before = text ?? held.run('decompose', roomInCore)
    text = undefined
    return before
  }
  try {
    text = taken()
    for (let chunk = await chunks.next(); chunk !== undefined; chunk = await chunks.next()) {
      const bytes = chunk
      if (text.length + bytes.length > limits.bytes) throw tooManyBytes(limits.bytes)
      const before = taken()
      text = held.run('decompose', (core) => withChunk(core, before, bytes))
    }
    const whole = taken()
    return held.run('decompose', (core) => decomposeText(core, whole, false, layout, limits))
  } finally {
    const rest = text
    if (rest !== undefined) held.run('decompose', (core) => core.free(rest.pointer, rest.allocated))
    held.release()
  }
}
