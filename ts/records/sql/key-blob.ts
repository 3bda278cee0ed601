import { recordKey } from '../record-key.js'

/** The blob of a `sort`: its characters are bytes. SQLite compares blobs byte by byte, so their order is that of keys. */
export function keyBlob(sort: string): Uint8Array<ArrayBuffer> {
  const blob = new Uint8Array(sort.length)
  for (let at = 0; at < sort.length; at++) blob[at] = sort.charCodeAt(at)
  return blob
}

/** The `sort` of a blob. */
export function sortOfBlob(blob: Uint8Array | ArrayBuffer): string {
  let sort = ''
  // Spread into arguments, the bytes of a key take three times as long: scans make one of each record.
  for (const byte of blob instanceof Uint8Array ? blob : new Uint8Array(blob))
    sort += String.fromCharCode(byte)
  return sort
}

/** The whole key as JSON, for `key_json`. */
export function keyJson(collection: string, sort: string): string {
  return JSON.stringify(recordKey(collection, sort))
}
