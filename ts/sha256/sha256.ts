import { portableSha256 } from './portable-sha256.js'

/** The part of Node's crypto that is used here, where the host has it. */
interface HostCrypto {
  createHash(algorithm: 'sha256'): { update(bytes: Uint8Array | string): { digest(encoding: 'hex'): string } }
  hash?(algorithm: 'sha256', bytes: Uint8Array | string, encoding: 'hex'): string
}

/** From this many bytes on an asynchronous call to WebCrypto beats the portable code (measured: `npm run bench`). */
const WEB_CRYPTO_FROM = 2 * 1024

let host: HostCrypto | undefined | null

/** Node, Deno and Bun hand out their own modules without an import, which a browser bundle could not resolve. */
function hostCrypto(): HostCrypto | undefined {
  if (host === undefined) {
    const process: unknown = Reflect.get(globalThis, 'process')
    host = (hasBuiltins(process) ? process.getBuiltinModule('node:crypto') : undefined) ?? null
  }
  return host ?? undefined
}

function hasBuiltins(
  value: unknown,
): value is { getBuiltinModule(name: 'node:crypto'): HostCrypto | undefined } {
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
  const crypto = hostCrypto()
  // A host that takes a text is done sooner with it than TextEncoder.
  if (crypto?.hash !== undefined) return crypto.hash('sha256', bytes, 'hex')
  if (crypto !== undefined) return crypto.createHash('sha256').update(bytes).digest('hex')
  return toHex(portableSha256(typeof bytes === 'string' ? encoder.encode(bytes) : bytes))
}

/** The same, by whatever is fastest here for so many bytes. */
export async function sha256HexAsync(bytes: Uint8Array): Promise<string> {
  if (bytes.length < WEB_CRYPTO_FROM || hostCrypto() !== undefined) return sha256Hex(bytes)
  const subtle = webCrypto()
  return subtle === undefined
    ? sha256Hex(bytes)
    : toHex(new Uint8Array(await subtle.digest('SHA-256', isUnshared(bytes) ? bytes : new Uint8Array(bytes))))
}

/** WebCrypto takes no memory that another thread may change meanwhile. */
function isUnshared(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return Object.prototype.toString.call(bytes.buffer) === '[object ArrayBuffer]'
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
