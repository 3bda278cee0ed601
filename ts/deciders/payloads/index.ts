/**
 * What processes are about, kept so that only those who have the key can read it.
 *
 * @module
 */
export { withPayloadCodec } from './with-payload-codec.js'
export type { PayloadCodecOptions } from './with-payload-codec.js'
