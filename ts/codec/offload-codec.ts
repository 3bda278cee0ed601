import { UnitflowError } from '../errors/index.js'
import { sha256HexAsync } from '../sha256/index.js'
import type { CacheStore } from '../stores/index.js'
import type { PayloadCodec } from './payload-codec.js'
import { badPayload, fieldsOf, header, utf8Of } from './payload-codec.js'

/** Which texts are put elsewhere, and where. */
export interface OffloadOptions {
  readonly store: CacheStore
  /**
   * Texts of more bytes than this (of UTF-8) go to the store.
   *
   * @default 65536
   */
  readonly above?: number
}

const INLINE = 'inline'
const OFFLOAD = 'offload'

/**
 * Puts large texts into a `CacheStore`, under the SHA-256 of their bytes (`payloads/<hash>`), and keeps only the hash.
 * The same text is stored once; it is written before `encode` resolves, so before a transaction can name it. Nothing
 * here deletes: who knows which records are left does.
 *
 * @returns `encode` throws `lone-surrogate`; `decode` throws `bad-payload`, `object-missing`, `object-damaged` where
 * the store's bytes are not those of the hash; both what the store throws
 * @throws `bad-argument`
 */
export function createOffloadCodec({ store, above = 65_536 }: OffloadOptions): PayloadCodec {
  if (!Number.isSafeInteger(above) || above < 0) {
    const expected = 'a whole number of bytes from 0'
    throw new UnitflowError('bad-argument', `above: expected ${expected}`, { argument: 'above', expected })
  }
  return {
    async encode(text) {
      const bytes = utf8Of(text)
      if (bytes.length <= above) return header(INLINE) + text
      const hash = await sha256HexAsync(bytes)
      await store.set(keyOf(hash), bytes)
      return header(OFFLOAD) + hash
    },
    async decode(encoded) {
      if (typeof encoded === 'string' && encoded.startsWith(header(INLINE)))
        return encoded.slice(header(INLINE).length)
      const [hash = ''] = fieldsOf(OFFLOAD, encoded, 1)
      if (!/^[0-9a-f]{64}$/.test(hash)) throw badPayload(OFFLOAD, 'something else than a hash')
      const key = keyOf(hash)
      const bytes = await store.get(key)
      if (bytes === undefined) {
        const message = `the payload ${key} is not in the store`
        throw new UnitflowError('object-missing', message, { key, retryable: true })
      }
      if ((await sha256HexAsync(bytes)) !== hash) {
        throw new UnitflowError('object-damaged', `the payload ${key} is not what its hash says`, { key })
      }
      return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
    },
  }
}

function keyOf(hash: string): string {
  return `payloads/${hash}`
}
