import { portableSha256 } from './portable-sha256.js'

/** Node's `crypto.hash`, which Deno and Bun have too. */
export interface HostHash {
  (algorithm: 'sha256', bytes: Uint8Array | string, encoding: 'hex'): string
  (algorithm: 'sha256', bytes: Uint8Array, encoding: 'buffer'): Uint8Array
}

/** From this many bytes on an asynchronous call to WebCrypto beats the portable code (measured: `npm run bench`). */
const WEB_CRYPTO_FROM = 2048

let host: HostHash | undefined | null

/** Hosts hand out their own modules without an import, which a browser bundle could not resolve. */
export function hostHash(): HostHash | undefined {
  if (host === undefined) {
    const process: unknown = Reflect.get(globalThis, 'process')
    host = (hasBuiltins(process) ? process.getBuiltinModule('node:crypto')?.hash : undefined) ?? null
  }
  return host ?? undefined
}

function hasBuiltins(
  value: unknown,
): value is { getBuiltinModule(name: 'node:crypto'): { readonly hash?: HostHash } | undefined } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'getBuiltinModule' in value &&
    typeof value.getBuiltinModule === 'function'
  )
}

const encoder = new TextEncoder()

/** The SHA-256 of bytes, or of a text in UTF-8, as 64 hex digits, at once. */
export function sha256Hex(bytes: Uint8Array | string): string {
  // A host that takes a text is done sooner with it than TextEncoder.
  const hash = hostHash()
  if (hash !== undefined) return hash('sha256', bytes, 'hex')
  return toHex(portableSha256(typeof bytes === 'string' ? encoder.encode(bytes) : bytes))
}

/** The same, by whatever is fastest here for so many bytes. */
export async function sha256HexAsync(bytes: Uint8Array): Promise<string> {
  if (bytes.length < WEB_CRYPTO_FROM || hostHash() !== undefined) return sha256Hex(bytes)
  const subtle = webCrypto()
  // A copy, since WebCrypto takes no memory that another thread may change meanwhile.
  return subtle === undefined
    ? sha256Hex(bytes)
    : toHex(new Uint8Array(await subtle.digest('SHA-256', new Uint8Array(bytes))))
}

/** Absent in a page that was not loaded securely, whatever the types say. */
function webCrypto(host: { readonly crypto?: Partial<Crypto> } = globalThis): SubtleCrypto | undefined {
  return host.crypto?.subtle
}

/** Bytes in hex. */
export function toHex(bytes: Iterable<number>): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}
