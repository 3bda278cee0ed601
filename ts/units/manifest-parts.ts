import type { CacheStore } from '../stores/cache-store.js'
import { own } from './json-reading.js'
import { hexOfHash, partOf } from './keys.js'
import type { PartedManifest, StoredObject, WholeManifest } from './manifest.js'
import { isWhole } from './manifest.js'
import { readObjects } from './objects.js'
import type { Root } from './root.js'
import { overRoot } from './root.js'
import { decoder } from './utf8.js'

/** An object in a locator: its short hash in base64url, and the positions of its references that lead nowhere. */
export type LocatedObject = readonly [hash: string, absent?: readonly number[]]
/** The place of a process and the objects to start it. `'graph'` at the end: it brings more; the graph tells. */
export type Locator = readonly [place: number, ...objects: (LocatedObject | 'graph')[]]

/** Parts of a large manifest that one read needs, by what they answer. */
export interface WantedParts {
  readonly locators: readonly string[]
  readonly elements: readonly string[]
  readonly graph: boolean
}

/** What the parts say of the ids that were asked for. */
export interface FoundParts {
  locator(processId: string): Locator | undefined
  holders(elementId: string): readonly number[]
  readonly graph: Uint8Array | undefined
}

/**
 * Fetches parts of a manifest in one round.
 *
 * @throws `object-missing`, `object-damaged`, and what the store throws
 */
export async function readParts(
  store: CacheStore,
  root: Root,
  manifest: PartedManifest,
  wanted: WantedParts,
): Promise<FoundParts> {
  const hashIn = (parts: readonly string[], id: string): string =>
    hexOfHash(parts[partOf(id, parts.length)] ?? '')
  const list = overRoot(root, () => [
    ...new Set([
      ...wanted.locators.map((id) => hashIn(manifest.locators, id)),
      ...wanted.elements.map((id) => hashIn(manifest.elements, id)),
      ...(wanted.graph ? [hexOfHash(manifest.graph)] : []),
    ]),
  ])
  const objects = await readObjects(store, list)
  const bytes = new Map(list.map((hash, index) => [hash, objects[index]?.bytes]))
  const parsed = new Map<string, Readonly<Record<string, unknown>>>()
  const part = (hash: string): Readonly<Record<string, unknown>> => {
    let value = parsed.get(hash)
    if (value === undefined) {
      // The hash says that these are the bytes that the core wrote.
      value = JSON.parse(decoder.decode(bytes.get(hash))) as Readonly<Record<string, unknown>>
      parsed.set(hash, value)
    }
    return value
  }
  return {
    locator: (id) => own(part(hashIn(manifest.locators, id)), id) as Locator | undefined,
    holders: (id) => placesHolding(own(part(hashIn(manifest.elements, id)), id) as Holders),
    graph: wanted.graph ? bytes.get(hexOfHash(manifest.graph)) : undefined,
  }
}

/** An element's holders as a manifest has them. */
type Holders = number | readonly number[] | undefined

/** The places of the processes that hold an element. */
export function placesHolding(held: Holders): readonly number[] {
  return held === undefined ? [] : typeof held === 'number' ? [held] : held
}

/**
 * The manifest of a root in one piece; a large one is put together from all its parts.
 *
 * @throws `root-damaged`, `object-missing`, `object-damaged`, and what the store throws
 */
export async function readWholeManifest(
  store: CacheStore,
  root: Pick<Root, 'cacheKey' | 'key' | 'manifest'>,
): Promise<WholeManifest> {
  const { manifest } = root
  if (isWhole(manifest)) return manifest
  const hashes = overRoot(root, () =>
    [...manifest.details, ...manifest.elements].map((hash) => hexOfHash(hash)),
  )
  const values = await readObjects(store, hashes)
  return overRoot(root, () =>
    joinParts(
      manifest,
      values.map(({ bytes }) => bytes),
    ),
  )
}

/** The same, of the parts with details and with elements. */
export function joinParts(manifest: PartedManifest, parts: readonly Uint8Array[]): WholeManifest {
  const elements = Object.create(null) as Record<string, number | readonly number[]>
  for (const part of parts.slice(manifest.details.length)) {
    const parsed = JSON.parse(decoder.decode(part)) as typeof elements
    for (const [element, held] of Object.entries(parsed)) elements[element] = held
  }
  const { version, top, rest, restObject } = manifest
  return {
    version,
    top,
    ...(rest === undefined ? {} : { rest }),
    ...(restObject === undefined ? {} : { restObject }),
    objects: joinDetails(parts.slice(0, manifest.details.length)),
    elements,
  }
}

/** The objects, of the parts with details. */
export function joinDetails(parts: readonly Uint8Array[]): readonly StoredObject[] {
  const objects = parts.flatMap((bytes) => JSON.parse(decoder.decode(bytes)) as readonly StoredObject[])
  return objects.sort((a, b) => a.at - b.at)
}
