/**
 * How texts are kept: encrypted, or elsewhere.
 *
 * @module
 */
export { createAesGcmCodec } from './aes-gcm-codec.js'
export type { AesGcmOptions } from './aes-gcm-codec.js'
export { createOffloadCodec } from './offload-codec.js'
export type { OffloadOptions } from './offload-codec.js'
export { chainCodecs } from './payload-codec.js'
export type { PayloadCodec } from './payload-codec.js'
