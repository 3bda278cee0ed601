import type { PayloadCodec } from '../../codec/index.js'
import type { ErrorData } from '../../errors/index.js'
import { UnitflowError } from '../../errors/index.js'
import type { Value } from '../../values/index.js'
import { decodeValue, encodeValue } from '../../values/index.js'

/** What becomes of what is the user's, on the way in or on the way out. What is of the wrong type stays as it is. */
export interface Recoding {
  value(value: unknown): Promise<Value>
  /** Of what is for people: a reason, a status. */
  text(text: unknown): Promise<unknown>
  error(error: unknown): Promise<unknown>
}

/** The one key of the object that stands for an encoded value: what it has is what the codec has made of its form. */
const PAYLOAD = '$payload'
/** Stands before a text that is encoded. */
const TEXT = `${PAYLOAD}:`

/** @param texts whether texts for people are encoded, too */
export function encoding(codec: PayloadCodec, texts: boolean): Recoding {
  const encode = async (value: unknown): Promise<string> => codec.encode(encodeValue(value))
  // One that looks as if it were encoded has to be.
  const isSecret = (text: string): boolean => texts || text.startsWith(TEXT)
  return {
    value: async (value) => ({ [PAYLOAD]: await encode(value) }),
    text: async (text) => (typeof text === 'string' && isSecret(text) ? TEXT + (await encode(text)) : text),
    async error(error) {
      if (!isError(error) || !isSecret(error.message)) return error
      const { name, code, ...rest } = error
      // Policies of retries look at these two.
      return { name, ...(code !== undefined && { code }), message: TEXT + (await encode(rest)) }
    },
  }
}

/** @param acceptPlain whether values may be as they are, not encoded */
export function decoding(codec: PayloadCodec, acceptPlain: boolean): Recoding {
  const decode = async (encoded: string): Promise<Value> => decodeValue(await codec.decode(encoded))
  return {
    async value(value) {
      const payload = payloadOf(value)
      if (payload !== undefined) return decode(payload)
      if (acceptPlain) return value as Value
      throw bad('a value that is not encoded')
    },
    async text(text) {
      if (typeof text !== 'string' || !text.startsWith(TEXT)) return text
      const decoded = await decode(text.slice(TEXT.length))
      if (typeof decoded !== 'string') throw bad('something else than a text')
      return decoded
    },
    async error(error) {
      if (!isError(error) || !error.message.startsWith(TEXT)) return error
      const decoded: unknown = await decode(error.message.slice(TEXT.length))
      if (!isError(decoded)) throw bad('something else than an error')
      return { ...error, ...decoded }
    },
  }
}

function payloadOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, PAYLOAD)) return undefined
  const payload: unknown = Reflect.get(value, PAYLOAD)
  return typeof payload === 'string' && Object.keys(value).length === 1 ? payload : undefined
}

function isError(value: unknown): value is ErrorData {
  return (
    typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string'
  )
}

function bad(problem: string): UnitflowError<'bad-payload'> {
  const message = `expected a value that withPayloadCodec has encoded, found ${problem}`
  return new UnitflowError('bad-payload', message, { codec: 'payload', problem })
}
