import { UnitflowError } from '../errors/index.js'

/**
 * A serialized workflow as it arrives: chunks of its UTF-8 bytes, cut anywhere. A `ReadableStream` (`response.body`,
 * `file.stream()`), a readable stream of Node without an encoding, or what else `for await` goes through.
 */
export type SpecStream = AsyncIterable<Uint8Array> | ReadableSpecs

/** What is used of a `ReadableStream`; no closer type, since that one is not there in every project. */
export interface ReadableSpecs {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>
    cancel(reason?: unknown): Promise<void>
    releaseLock(): void
  }
}

/** A stream that is being read. */
export interface SpecChunks {
  /** The next chunk; `undefined` at the end. */
  next(): Promise<Uint8Array | undefined>
  /** Tells the source that nothing more is wanted, if it has not ended, and does not wait for it. */
  cancel(reason: unknown): void
}

type Next = { readonly done?: boolean | undefined; readonly value?: unknown }
/** Chunks as they are read of either kind of stream. */
interface Source {
  next(): Promise<Next>
  cancel(reason: unknown): Promise<unknown>
}

/** Whether specs are to be read in chunks. */
export function isSpecStream(specs: unknown): specs is SpecStream {
  return isReadable(specs) || isIterable(specs)
}

/** @throws `bad-argument` for a stream that somebody else is reading */
export function openSpecs(specs: SpecStream, signal: AbortSignal | undefined): SpecChunks {
  const source = isReadable(specs) ? readableSource(specs) : iterableSource(specs)
  let ended = false
  return {
    async next() {
      const reading = source.next().catch((error: unknown) => {
        ended = true
        throw error
      })
      const { done, value } = await untilAborted(reading, signal)
      if (done === true) {
        ended = true
        return undefined
      }
      if (!isBytes(value)) throw badSpecs(value, 'chunks of bytes (Uint8Array)')
      return value
    },
    cancel(reason) {
      if (!ended) void source.cancel(reason).catch(() => undefined)
      ended = true
    },
  }
}

/** Bytes of this realm or another. */
export function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && 'BYTES_PER_ELEMENT' in value && value.BYTES_PER_ELEMENT === 1
}

/** The error for specs, or a chunk of them, of a wrong type. */
export function badSpecs(found: unknown, expected: string, cause?: unknown): UnitflowError<'bad-argument'> {
  return new UnitflowError(
    'bad-argument',
    `specs: expected ${expected}, found ${typeof found}`,
    { argument: 'specs', expected },
    cause === undefined ? {} : { cause },
  )
}

function isReadable(specs: unknown): specs is ReadableSpecs {
  return has(specs, 'getReader')
}

function isIterable(specs: unknown): specs is AsyncIterable<Uint8Array> {
  return has(specs, Symbol.asyncIterator)
}

function has(value: unknown, method: string | symbol): boolean {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, method) === 'function'
}

/** By its reader: not every browser lets a `ReadableStream` be iterated. */
function readableSource(specs: ReadableSpecs): Source {
  let reader: ReturnType<ReadableSpecs['getReader']>
  try {
    reader = specs.getReader()
  } catch (cause) {
    throw badSpecs(specs, 'a stream that nobody else reads', cause)
  }
  return {
    async next() {
      let isLast = true
      try {
        const next = await reader.read()
        isLast = next.done
        return next
      } finally {
        if (isLast) reader.releaseLock()
      }
    },
    cancel(reason) {
      const canceled = reader.cancel(reason)
      reader.releaseLock()
      return canceled
    },
  }
}

function iterableSource(specs: AsyncIterable<Uint8Array>): Source {
  const iterator = specs[Symbol.asyncIterator]()
  return {
    next: async () => iterator.next(),
    cancel: async () => iterator.return?.(),
  }
}

/** Waits for a chunk, and no longer once it is not wanted: a source may never come by the next one. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  let abort = (): void => undefined
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error)
    if (signal.aborted) abort()
  })
  signal.addEventListener('abort', abort)
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
