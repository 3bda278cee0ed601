import { compareCodePoints } from './code-points.js'
import type { ManifestProcess, ManifestSummary } from './manifest.js'

/** What caching a workflow did. Plain JSON. */
export interface CacheReport {
  readonly cacheKey: string
  readonly layout: 'v2' | 'v1'
  /** Hex SHA-256 that identifies the version of the workflow. */
  readonly version: string
  /** Id of the top process. */
  readonly top: string
  /** The processes, the top one first, then by id. Those stored with another are embedded in it. */
  readonly processes: readonly ReportedProcess[]
  /** Processes whose object was written: what changed since last time. By id of the object's owner. */
  readonly written: readonly string[]
  /** Processes whose object the store had already. */
  readonly unchanged: readonly string[]
  /** Processes that are referred to and nowhere in the workflow. */
  readonly missing: readonly string[]
  readonly bytes: {
    /** Of all objects of this version. */
    readonly objects: number
    /** Of what the store was given now: objects, manifest, root. */
    readonly written: number
    /** Of the manifest and the root. */
    readonly manifest: number
  }
}

/** A process in a {@link CacheReport}. */
export interface ReportedProcess {
  readonly id: string
  /** Hex SHA-256 of the object that holds it. */
  readonly hash: string
  /** Bytes of its spec, minified. */
  readonly bytes: number
  /** Called processes. */
  readonly calls: readonly string[]
  /** Subprocesses drawn in it. */
  readonly embeds: readonly string[]
  /** What it refers to and the workflow does not hold. */
  readonly missing: readonly string[]
  /** The process that it is stored with, where it is not an object of its own. */
  readonly storedWith?: string
  /** Why it could not be split off. */
  readonly notSplit?: ManifestProcess['notSplit'] & string
}

/** What a report says of a manifest. */
export function reportedProcesses(manifest: ManifestSummary): readonly ReportedProcess[] {
  const owners = new Map(
    manifest.objects.flatMap(({ processes }) => processes.map((id) => [id, processes[0]])),
  )
  const processes = manifest.processes.map((process): ReportedProcess => {
    const owner = owners.get(process.id)
    return {
      id: process.id,
      hash: process.hash,
      bytes: process.bytes,
      calls: Object.keys(process.calls).sort(compareCodePoints),
      embeds: process.embeds,
      missing: process.missing,
      ...(owner === undefined || owner === process.id ? {} : { storedWith: owner }),
      ...(process.notSplit === undefined ? {} : { notSplit: process.notSplit }),
    }
  })
  const isTop = (process: ReportedProcess): boolean => process.id === manifest.top
  return [...processes.filter(isTop), ...processes.filter((process) => !isTop(process))]
}

/** Every missing process once, sorted. */
export function allMissing(manifest: ManifestSummary): readonly string[] {
  return [...new Set(manifest.processes.flatMap(({ missing }) => missing))].sort(compareCodePoints)
}
