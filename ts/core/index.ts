/**
 * The Wasm core: loading it, keeping it alive, and typed functions over it. The only importer of the Wasm.
 *
 * @module
 */
export { CORE_MEMORY_LIMIT, withCore } from './core.js'
export { decomposeInCore } from './decompose-in-core.js'
export type { CoreDecomposition, CorePart } from './decompose-in-core.js'
export { badSpec } from './refusal.js'
export type { Limits } from './limits.js'
