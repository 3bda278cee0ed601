/** Bytes of the smallest parts; so many parts at most, so that a file's hashes fit into one value of records (1 MiB). */
const LEAST_SIZE = 256 * 1024
const MOST_PARTS = 4000

/** Into how many bytes a file of so many is split. */
export function partSizeOf(size: number): number {
  return Math.max(LEAST_SIZE, Math.ceil(size / MOST_PARTS))
}

/** SHA-256, in hexadecimal. */
export async function hashOf(part: Blob): Promise<string> {
  return hexOf(await crypto.subtle.digest('SHA-256', await part.arrayBuffer()))
}

export async function hashOfText(text: string): Promise<string> {
  return hexOf(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}

function hexOf(digest: ArrayBuffer): string {
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
