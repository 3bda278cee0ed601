import { UnitflowError } from '../errors/index.js'
import { compareCodePoints } from './code-points.js'
import { emptyRecord } from './json-reading.js'
import { hexOfHash } from './keys.js'

/** What a manifest says of one process (U18). */
export interface ManifestProcess {
  readonly id: string
  /** Hex SHA-256 of the object that holds the process. */
  readonly hash: string
  /** Bytes of the process spec, minified. */
  readonly bytes: number
  /** 160 bits, in hex, over the process and all that it can reach: the same if and only if none of that changed. */
  readonly closure: string
  /** Only where it is stored with another: the beginning of a hash over itself alone, in hex. */
  readonly own?: string
  /** Called process id -> names of the calling tasks; processes that the workflow does not hold included. */
  readonly calls: Readonly<Record<string, readonly string[]>>
  /** Ids of the subprocesses drawn in it, missing ones included. */
  readonly embeds: readonly string[]
  /** Called processes that must be loaded with it, because a start task triggers them. */
  readonly triggers: readonly string[]
  /** What it refers to and the workflow does not hold. */
  readonly missing: readonly string[]
  /** Why it is not an object of its own though it is not simply embedded in another. */
  readonly notSplit?: NotSplitReason
}

/** `embedding-cycle`: processes that embed one another in a circle stay together. */
export type NotSplitReason = 'embedding-cycle'

/** A stored object: a process that can be started by itself, with what only it embeds. */
export interface ManifestObject {
  readonly hash: string
  /** Bytes stored. */
  readonly bytes: number
  /** The owner first. */
  readonly processes: readonly string[]
}

/** All that is known of one version of a workflow. Plain JSON. */
export interface Manifest {
  /** Hex SHA-256 that identifies the version. */
  readonly version: string
  /** Id of the top process. */
  readonly top: string
  readonly objects: readonly ManifestObject[]
  /** Sorted by id, by code point. */
  readonly processes: readonly ManifestProcess[]
  /** Element id -> ids of the processes that hold it; a record without prototype. */
  readonly elements: Readonly<Record<string, readonly string[]>>
}

/** A manifest without the element index, which is most of it and often not asked for. */
export type ManifestSummary = Omit<Manifest, 'elements'>

/** An object in a manifest as it is stored, hashes in base64url; `docs/cache-layout.md` describes it. */
export interface StoredObject {
  /** Place of its first process. */
  readonly at: number
  readonly hash: string
  readonly bytes: number
  readonly notSplit?: NotSplitReason
  readonly processes: readonly StoredProcess[]
}

interface StoredProcess {
  readonly id: string
  readonly bytes: number
  readonly closure: string
  readonly own?: string
  readonly calls?: Readonly<Record<string, readonly string[]>>
  readonly embeds?: readonly string[]
  readonly triggers?: readonly string[]
  readonly missing?: readonly string[]
}

/** The fields of every stored manifest. */
export interface ManifestHead {
  readonly version: string
  readonly top: string
  /** The other top-level fields as JSON text. */
  readonly rest?: string
  /** The same, where they are too large to stand here: the object that holds them. */
  readonly restObject?: string
}

/** A manifest in one piece. */
export interface WholeManifest extends ManifestHead {
  readonly objects: readonly StoredObject[]
  /** Element id -> place of the process that holds it, or places. */
  readonly elements: Readonly<Record<string, number | readonly number[]>>
}

/** A manifest in parts. */
export interface PartedManifest extends ManifestHead {
  readonly objectCount: number
  readonly processCount: number
  readonly graph: string
  readonly locators: readonly string[]
  readonly elements: readonly string[]
  readonly details: readonly string[]
}

/** What a root holds. */
export type StoredManifest = WholeManifest | PartedManifest

/** Whether a manifest is in one piece. */
export function isWhole(manifest: StoredManifest): manifest is WholeManifest {
  return 'objects' in manifest
}

/** What people ask of a manifest, from how it is stored. */
export function manifestOf(stored: WholeManifest): Manifest {
  const summary = summaryOf(stored, stored.objects)
  const places = summary.objects.flatMap(({ processes }) => processes)
  const elements = emptyRecord<readonly string[]>()
  for (const [element, held] of Object.entries(stored.elements)) {
    const holders = (typeof held === 'number' ? [held] : held).map((place) => placed(places, place))
    elements[element] = holders.sort(compareCodePoints)
  }
  return { ...summary, elements }
}

/** How much of a hash over itself alone is kept of a process. */
const OWN_BYTES = 8

/** The same without the element index. */
export function summaryOf(
  { version, top }: ManifestHead,
  storedObjects: readonly StoredObject[],
): ManifestSummary {
  const processes: ManifestProcess[] = []
  const objects = storedObjects.map(({ hash: base64url, bytes, notSplit, processes: members }) => {
    const hash = hexOfHash(base64url)
    for (const member of members) {
      processes.push({
        id: member.id,
        hash,
        bytes: member.bytes,
        closure: hexOfHash(member.closure),
        ...(member.own === undefined ? {} : { own: hexOfHash(member.own, OWN_BYTES) }),
        calls: withoutPrototype(member.calls),
        embeds: member.embeds ?? [],
        triggers: member.triggers ?? [],
        missing: member.missing ?? [],
        ...(notSplit === undefined ? {} : { notSplit }),
      })
    }
    return { hash, bytes, processes: members.map((member) => member.id) }
  })
  processes.sort((a, b) => compareCodePoints(a.id, b.id))
  return { version, top, objects, processes }
}

function placed(places: readonly string[], place: number): string {
  const id = places[place]
  if (id === undefined) {
    throw new UnitflowError('root-damaged', `a manifest names process ${place} of ${places.length}`, {
      cacheKey: '',
      key: '',
    })
  }
  return id
}

/** JSON.parse gives `__proto__` as a member like any other; a record without prototype keeps it one. */
function withoutPrototype<T>(record: Readonly<Record<string, T>> = {}): Record<string, T> {
  const copy = emptyRecord<T>()
  for (const [key, value] of Object.entries(record)) copy[key] = value
  return copy
}
