import { bothForms, canonicalForm } from '../../fingerprint/index.js'
import { sha256Hex } from '../../sha256/index.js'
import type { Value } from '../../values/index.js'
import { decodeValue, encodeValue } from '../../values/index.js'

/** Characters that a canonical form may have that stands for itself: no hash is shorter. */
const MAX_PLAIN = 64

/**
 * A value that nobody else holds, and what tells it from others: two are the same (S22) where their digests are.
 *
 * A digest is the value's fingerprint, or `=` and its canonical form where that is no longer.
 */
export class HeldValue {
  readonly digest: string
  /** Its form; missing where the value is no object, so that it can be handed out as it is. */
  readonly #text: string | undefined
  readonly #value: Value

  private constructor(digest: string, text: string | undefined, value: Value) {
    this.digest = digest
    this.#text = text
    this.#value = value
  }

  /** @throws `unsupported-value` */
  static of(value: unknown): HeldValue {
    switch (typeof value) {
      case 'number': {
        // Most of them need no more.
        const isPlain = Number.isFinite(value) && !Object.is(value, -0)
        return new HeldValue(isPlain ? `=${value}` : digestOf(canonicalForm(value)), undefined, value)
      }
      case 'string':
        return new HeldValue(digestOf(JSON.stringify(value)), undefined, value)
      case 'boolean':
      case 'bigint':
      case 'undefined':
        return new HeldValue(digestOf(canonicalForm(value)), undefined, value)
      case 'object':
      case 'function':
      case 'symbol': {
        if (value === null) return new HeldValue('=null', undefined, null)
        const { form, canonical } = bothForms(value)
        return new HeldValue(digestOf(canonical), form, undefined)
      }
    }
  }

  /** Of what {@link text} has given. @throws `bad-value-form` */
  static ofText(text: string): HeldValue {
    return HeldValue.of(decodeValue(text))
  }

  /** Of what {@link text} has given, and a digest that is known to be that of it. */
  static known(digest: string, text: string): HeldValue {
    const isObject = text.startsWith('{') || text.startsWith('[')
    return isObject
      ? new HeldValue(digest, text, undefined)
      : new HeldValue(digest, undefined, decodeValue(text))
  }

  /** Of a value that nobody else has, and whose digest is known. */
  static ofStored(digest: string, value: Value): HeldValue {
    const isObject = typeof value === 'object' && value !== null
    return new HeldValue(digest, isObject ? encodeValue(value) : undefined, isObject ? undefined : value)
  }

  /** For whoever wants it: nobody else has it. */
  get value(): Value {
    return this.#text === undefined ? this.#value : decodeValue(this.#text)
  }

  /** As it is stored. */
  get text(): string {
    return this.#text ?? encodeValue(this.#value)
  }

  /** Whether the digest says all of it, the order of keys included. */
  get isPlain(): boolean {
    return this.digest.startsWith('=') && (this.#text === undefined || `=${this.#text}` === this.digest)
  }

  /** Code units of its form, about. */
  get size(): number {
    return this.#text?.length ?? (typeof this.#value === 'string' ? this.#value.length + 2 : 8)
  }
}

function digestOf(canonical: string): string {
  return canonical.length <= MAX_PLAIN ? `=${canonical}` : sha256Hex(canonical)
}

/** What `fingerprint` gives for the value of a digest. */
export function fingerprintOf(digest: string): string {
  return digest.startsWith('=') ? sha256Hex(digest.slice(1)) : digest
}
