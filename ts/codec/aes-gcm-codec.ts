import { UnitflowError } from '../errors/index.js'
import type { PayloadCodec } from './payload-codec.js'
import { badPayload, fieldsOf, header, utf8Of } from './payload-codec.js'

/** `CryptoKey`, as the types of every host say it: those of Node have no global of this name. */
type HostKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>

/** What texts are encrypted with. */
export interface AesGcmOptions {
  /**
   * Keys by their ids (1 to 64 of `A-Z a-z 0-9 . _ -`): 16, 24 or 32 secret random bytes, or a CryptoKey for AES-GCM that
   * may encrypt and decrypt. Old ones stay here for as long as anything is stored that they have encrypted.
   */
  readonly keys: Readonly<Record<string, Uint8Array | HostKey>>
  /** The id of the key that encrypts. To rotate: add a key everywhere, then make it the current one. */
  readonly current: string
}

const CODEC = 'aes-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * Encrypts texts by AES-GCM of WebCrypto, with a random nonce each time, so that the same text never looks the same
 * twice. The header (version, id of the key) is bound to the text. A key serves for 2^32 texts at most.
 *
 * It hides what a text says, and shows when it was altered. It does not hide how long a text is, and does not notice when
 * somebody who can write to the store puts one text where another of the same key stood.
 *
 * @returns `encode` throws `lone-surrogate`; `decode` throws `bad-payload` for what was altered, cut or not encrypted at
 * all, `unknown-payload-key` for a key that it was not given
 * @throws `bad-argument`, `webcrypto-unavailable`
 */
export function createAesGcmCodec({ keys, current }: AesGcmOptions): PayloadCodec {
  const subtle = webCrypto()
  const given = new Map(Object.entries(keys))
  for (const [id, key] of given) assertKey(id, key)
  if (!given.has(current)) throw badArgument('current', 'the id of one of the keys')
  const imported = new Map<string, Promise<CryptoKey>>()

  function keyOf(id: string): Promise<CryptoKey> {
    const key = given.get(id)
    if (key === undefined) {
      const message = `the payload was encrypted with the key ${JSON.stringify(id.slice(0, 64))}, which is not among those given`
      throw new UnitflowError('unknown-payload-key', message, { keyId: id.slice(0, 64) })
    }
    let ready = imported.get(id)
    if (ready === undefined) imported.set(id, (ready = importKey(subtle, key)))
    return ready
  }

  return {
    async encode(text) {
      const plain = utf8Of(text)
      const head = header(CODEC, current)
      const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
      const encrypted = await subtle.encrypt(parameters(head, iv), await keyOf(current), plain)
      return head + base64Of(iv) + base64Of(new Uint8Array(encrypted))
    },
    async decode(encoded) {
      const [id = '', content = ''] = fieldsOf(CODEC, encoded, 2)
      const key = await keyOf(id)
      const bytes = bytesOf(content)
      if (bytes === undefined || bytes.length < IV_BYTES + TAG_BYTES) throw badPayload(CODEC, 'a part of one')
      const by = parameters(header(CODEC, id), bytes.subarray(0, IV_BYTES))
      let plain: ArrayBuffer
      try {
        plain = await subtle.decrypt(by, key, bytes.subarray(IV_BYTES))
      } catch (cause) {
        throw badPayload(CODEC, 'one that was altered, or encrypted with another key of that id', cause)
      }
      return new TextDecoder('utf-8', { ignoreBOM: true }).decode(plain)
    },
  }
}

function parameters(head: string, iv: Uint8Array<ArrayBuffer>): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData: utf8Of(head) }
}

async function importKey(subtle: SubtleCrypto, key: Uint8Array | CryptoKey): Promise<CryptoKey> {
  if (!isBytes(key)) return key
  return subtle.importKey('raw', new Uint8Array(key), 'AES-GCM', false, ['encrypt', 'decrypt'])
}

function assertKey(id: string, key: Uint8Array | CryptoKey): void {
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(id)) throw badArgument('keys', 'ids of 1 to 64 of A-Z a-z 0-9 . _ -')
  const isGood = isBytes(key)
    ? [16, 24, 32].includes(key.length)
    : brandOf(key) === 'CryptoKey' && key.algorithm.name === 'AES-GCM'
  if (!isGood) throw badArgument(`keys.${id}`, '16, 24 or 32 bytes, or a CryptoKey for AES-GCM')
}

/** By brand, because `instanceof` fails for what is of another realm. */
function isBytes(key: Uint8Array | CryptoKey): key is Uint8Array {
  return brandOf(key) === 'Uint8Array'
}

function brandOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1)
}

/** Absent in a page that was not loaded securely, whatever the types say. */
function webCrypto(host: { readonly crypto?: Partial<Crypto> } = globalThis): SubtleCrypto {
  if (host.crypto?.subtle !== undefined) return host.crypto.subtle
  const reason = 'a page has it when it was loaded by https or from localhost'
  throw new UnitflowError('webcrypto-unavailable', `WebCrypto is not here: ${reason}`, { reason })
}

/** The length of a nonce is a multiple of three, so its base64 has no padding and another may follow. */
function base64Of(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000)
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}

/** `atob` takes more than `btoa` writes: spaces, missing padding, bits beyond the last byte. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) return undefined
  const last = base64.slice(-4)
  if (btoa(atob(last)) !== last) return undefined
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}

function badArgument(argument: string, expected: string): UnitflowError<'bad-argument'> {
  return new UnitflowError('bad-argument', `${argument}: expected ${expected}`, { argument, expected })
}
