/**
 * The Wasm core: loading it, keeping it alive, and typed functions over it. The only importer of the Wasm.
 *
 * @module
 */
export { CORE_MEMORY_LIMIT, HeldCore, withCore } from './core.js'
export { decomposeInCore } from './decompose-in-core.js'
export { decomposeStreamInCore } from './decompose-stream-in-core.js'
export type { CoreDecomposition, CorePart } from './decompose-in-core.js'
export { badSpec } from './refusal.js'
export { isSpecStream } from './spec-chunks.js'
export type { ReadableSpecs, SpecStream } from './spec-chunks.js'
export { resolveLimits } from './limits.js'
export type { Limits } from './limits.js'
