import { UnitflowError } from '../errors/index.js'

/**
 * Changes how texts are kept: encrypts them, puts large ones elsewhere. The engines apply it to what they store of the
 * user's, before and after a transaction, never inside one.
 */
export interface PayloadCodec {
  /** The text that is stored instead. */
  encode(text: string): Promise<string>
  /**
   * The text that was encoded.
   *
   * @throws (by rejecting) `bad-payload` for what this codec has not made, or not so
   */
  decode(encoded: string): Promise<string>
}

/**
 * Makes one codec of several: texts go through them in this order, and back in the reverse. Encryption stands before
 * offloading, so that what is put elsewhere is encrypted too.
 */
export function chainCodecs(...codecs: readonly PayloadCodec[]): PayloadCodec {
  return {
    async encode(text) {
      let encoded = text
      for (const codec of codecs) encoded = await codec.encode(encoded)
      return encoded
    },
    async decode(encoded) {
      let text = encoded
      for (const codec of [...codecs].reverse()) text = await codec.decode(text)
      return text
    },
  }
}

/** The version of the headers that stand before what codecs encode. */
const VERSION = 'u1'

/** What a codec writes before a text: who has made it, in which version, and what is needed to read it. */
export function header(codec: string, ...fields: readonly string[]): string {
  return [VERSION, codec, ...fields, ''].join(':')
}

/**
 * The fields after the header of a codec, the last of them with all that follows.
 *
 * @throws `bad-payload`
 */
export function fieldsOf(codec: string, encoded: string, count: number): readonly string[] {
  if (typeof encoded !== 'string') throw badPayload(codec, `${typeof encoded} instead of a text`)
  const start = header(codec)
  if (!encoded.startsWith(start)) {
    const other = /^(u\d{1,9}):([a-z-]{1,40}):/.exec(encoded)
    throw badPayload(
      codec,
      other === null ? 'no header' : `the header of ${other[2] ?? ''}, version ${other[1] ?? ''}`,
    )
  }
  const fields: string[] = []
  let at = start.length
  while (fields.length < count - 1) {
    const end = encoded.indexOf(':', at)
    if (end < 0) throw badPayload(codec, 'an end in the middle of the header')
    fields.push(encoded.slice(at, end))
    at = end + 1
  }
  return [...fields, encoded.slice(at)]
}

/** Nothing of the payload is in the message: it may be secret. */
export function badPayload(codec: string, problem: string, cause?: unknown): UnitflowError<'bad-payload'> {
  const message = `expected a payload of the ${codec} codec, found ${problem}`
  return new UnitflowError('bad-payload', message, { codec, problem }, cause === undefined ? {} : { cause })
}

const encoder = new TextEncoder()

/**
 * A text in UTF-8, which cannot carry a surrogate without its pair.
 *
 * @throws `lone-surrogate`
 */
export function utf8Of(text: string): Uint8Array<ArrayBuffer> {
  const index = text.search(/\p{Cs}/u)
  if (index < 0) return encoder.encode(text)
  const message = `a surrogate without its pair at ${index}: escape it, as JSON.stringify does`
  throw new UnitflowError('lone-surrogate', message, { index })
}
