/**
 * SHA-256 by the fastest means that the runtime has.
 *
 * @module
 */
export { hostHash, sha256Hex, sha256HexAsync, toHex } from './sha256.js'
