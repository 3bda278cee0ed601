import type { CacheStore } from '../stores/cache-store.js'
import { own } from './json-reading.js'
import { hexOfHash, partOf } from './keys.js'
import type { PartedManifest, StoredObject, WholeManifest } from './manifest.js'
import { readObjects } from './objects.js'
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
  manifest: PartedManifest,
  wanted: WantedParts,
): Promise<FoundParts> {
  const locatorHash = (id: string): string =>
    hexOfHash(manifest.locators[partOf(id, manifest.locators.length)] ?? '')
  const elementHash = (id: string): string =>
    hexOfHash(manifest.elements[partOf(id, manifest.elements.length)] ?? '')
  const hashes = new Set([...wanted.locators.map(locatorHash), ...wanted.elements.map(elementHash)])
  const graph = hexOfHash(manifest.graph)
  if (wanted.graph) hashes.add(graph)
  const list = [...hashes]
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
    locator: (id) => own(part(locatorHash(id)), id) as Locator | undefined,
    holders: (id) => {
      const held = own(part(elementHash(id)), id) as number | readonly number[] | undefined
      return held === undefined ? [] : typeof held === 'number' ? [held] : held
    },
    graph: bytes.get(graph),
  }
}

/** A large manifest put together from all its parts. */
export async function readWholeManifest(store: CacheStore, manifest: PartedManifest): Promise<WholeManifest> {
  const values = await readObjects(store, [...manifest.details, ...manifest.elements].map(hexOfHash))
  return joinParts(
    manifest,
    values.map(({ bytes }) => bytes),
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
