import { decomposeInCore, decomposeStreamInCore, isSpecStream } from '../core/index.js'
import type { CoreDecomposition, Limits, SpecStream } from '../core/index.js'
import { hexOfHash, shortHash } from './keys.js'
import type { Manifest, ManifestSummary, StoredManifest, WholeManifest } from './manifest.js'
import { isWhole, manifestOf, summaryOf } from './manifest.js'
import { joinDetails, joinParts } from './manifest-parts.js'

/** Options of {@link decompose}. */
export interface DecomposeOptions {
  /** How much of an input is taken. */
  readonly limits?: Limits
}

/** A stored object with its bytes. */
export interface DecomposedObject {
  /** Hex SHA-256 of `bytes`. */
  readonly hash: string
  /** One line of JSON that says which processes it holds, then each process as a line of minified JSON. */
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** A workflow taken apart, before anything is stored. */
export interface Decomposition {
  /** Hex SHA-256 that identifies the version of the workflow. */
  readonly version: string
  /** What would be stored, one per process that can be started by itself. */
  readonly objects: readonly DecomposedObject[]
  /** What is known of the processes and elements. Put together when it is first asked for. */
  readonly manifest: Manifest
}

/**
 * Takes a workflow apart into objects (U17, U18): pure, synchronous, and nothing is stored.
 *
 * @param specs a serialized workflow as JSON text, or as its UTF-8 bytes
 * @throws `not-json`, `not-utf8`, `lone-surrogate`, `bad-spec`, `not-a-spec`, `limit-exceeded`, `bad-argument`,
 * `core-trap`, `wasm-unavailable`
 */
export function decompose(specs: string | Uint8Array, options: DecomposeOptions = {}): Decomposition {
  return decompositionOf(decomposeInCore(specs, 2, options.limits))
}

/** Options of {@link decomposeStream}. */
export interface DecomposeStreamOptions extends DecomposeOptions {
  /** Ends waiting for the stream. */
  readonly signal?: AbortSignal
}

/** A serialized workflow: JSON text, its UTF-8 bytes, or a stream of them. */
export type WorkflowSpecs = string | Uint8Array | SpecStream

/**
 * The same of a workflow that arrives in chunks, as `response.body`, `file.stream()`, or a file's `createReadStream`: they
 * go straight into the core's memory, and the text is there only once. It is taken apart, at once, when all of it is there.
 *
 * The stream is read to its end, or canceled: where it fails, has more than `limits.bytes`, hands over something else than
 * bytes, or the signal is aborted. A stream that has been read in part counts as what is left of it.
 *
 * @throws (by rejecting) what {@link decompose} throws but `lone-surrogate`; `bad-argument` also for a chunk that is not of
 * bytes, and for a stream that somebody else is reading; what the stream fails with, and the signal's reason
 */
export async function decomposeStream(
  specs: SpecStream,
  options: DecomposeStreamOptions = {},
): Promise<Decomposition> {
  return decompositionOf(await decomposeStreamInCore(specs, 2, options.limits, options.signal))
}

/** Takes apart what may be a stream. */
export async function decomposeSpecs(
  specs: WorkflowSpecs,
  layout: 1 | 2,
  { limits, signal }: DecomposeStreamOptions,
): Promise<CoreDecomposition> {
  return isSpecStream(specs)
    ? decomposeStreamInCore(specs, layout, limits, signal)
    : decomposeInCore(specs, layout, limits)
}

/** What the core tells, as people read it. */
export function decompositionOf(core: CoreDecomposition): Decomposition {
  let manifest: Manifest | undefined
  return {
    version: core.version,
    objects: core.parts.slice(0, core.objectCount).map((part) => ({ hash: part.hash, bytes: part.bytes() })),
    get manifest(): Manifest {
      return (manifest ??= manifestOf(wholeManifest(core)))
    },
  }
}

/** What a report needs of a manifest. */
export function summaryOfCore(core: CoreDecomposition): ManifestSummary {
  const stored = storedManifest(core)
  return summaryOf(stored, isWhole(stored) ? stored.objects : joinDetails(named(core, stored.details)))
}

/** The manifest in one piece. */
function wholeManifest(core: CoreDecomposition): WholeManifest {
  const stored = storedManifest(core)
  return isWhole(stored) ? stored : joinParts(stored, named(core, [...stored.details, ...stored.elements]))
}

/** What the core wrote needs no checking. */
function storedManifest(core: CoreDecomposition): StoredManifest {
  return JSON.parse(core.manifest) as StoredManifest
}

/** The parts of a manifest that it names. */
function named(core: CoreDecomposition, hashes: readonly string[]): readonly Uint8Array[] {
  const parts = new Map(core.parts.slice(core.objectCount).map((part) => [shortHash(part.hash), part]))
  return hashes.map((hash) => parts.get(hexOfHash(hash))?.bytes() ?? new Uint8Array())
}
