import { toHex } from '../sha256/index.js'
import { hexOfHash } from './keys.js'
import type { WholeManifest } from './manifest.js'

/** How one process refers to another. */
export const CALL = 0
export const EMBED = 1
export const TRIGGER = 2

/** The references of a workflow between places: processes as numbers, laid out object by object. */
export interface ProcessGraph {
  /** Per object: its hash, whole or short, and the place of its first process. */
  readonly objects: readonly { readonly hash: string; readonly first: number }[]
  /** Per place: its references. */
  readonly references: readonly (readonly { readonly to: number; readonly mode: number }[])[]
  /**
   * Whether a reference of an object leads nowhere: by its position among all references of the object, and its id.
   */
  isAbsent(object: number, position: number, id: string): boolean
}

/** The object that a place belongs to. */
export function objectOfPlace(graph: ProcessGraph, place: number): number {
  let low = 0
  let high = graph.objects.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((graph.objects[middle]?.first ?? Infinity) <= place) low = middle
    else high = middle
  }
  return low
}

/** Ids of processes and their places. */
export function placesOf(manifest: WholeManifest): Map<string, number> {
  const places = new Map<string, number>()
  for (const object of manifest.objects)
    for (const process of object.processes) places.set(process.id, places.size)
  return places
}

/** The graph that a manifest in one piece holds. */
export function graphOfManifest(manifest: WholeManifest, places: ReadonlyMap<string, number>): ProcessGraph {
  const objects: { hash: string; first: number }[] = []
  const references: { to: number; mode: number }[][] = []
  for (const object of manifest.objects) {
    objects.push({ hash: hexOfHash(object.hash), first: references.length })
    for (const { calls = {}, embeds = [], triggers = [] } of object.processes) {
      const found: { to: number; mode: number }[] = []
      const add = (ids: readonly string[], mode: number): void => {
        for (const id of ids) {
          const to = places.get(id)
          if (to !== undefined) found.push({ to, mode })
        }
      }
      add(Object.keys(calls), CALL)
      add(embeds, EMBED)
      add(triggers, TRIGGER)
      references.push(found)
    }
  }
  return { objects, references, isAbsent: (_object, _position, id) => !places.has(id) }
}

/** Bytes of an object's short hash. */
const HASH_BYTES = 20

/**
 * The graph object of a large manifest: per object its short hash, the number of its processes, and per process the
 * number of its references and a code each: 0 for one that leads nowhere, else place x 4 + mode + 1. Numbers are
 * LEB128.
 */
export function parseGraph(bytes: Uint8Array): ProcessGraph {
  let at = 0
  const number = (): number => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]
      // Numbers that go on beyond the end would have it count for ever.
      if (byte === undefined) throw new RangeError()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
    }
  }
  const objects: { hash: string; first: number }[] = []
  const references: { to: number; mode: number }[][] = []
  const absent: Set<number>[] = []
  while (at < bytes.length) {
    objects.push({ hash: toHex(bytes.subarray(at, (at += HASH_BYTES))), first: references.length })
    const gone = new Set<number>()
    let position = 0
    for (let processes = number(); processes > 0; processes--) {
      const found: { to: number; mode: number }[] = []
      for (let count = number(); count > 0; count--, position++) {
        const code = number()
        if (code === 0) gone.add(position)
        else found.push({ to: Math.floor((code - 1) / 4), mode: (code - 1) % 4 })
      }
      references.push(found)
    }
    absent.push(gone)
  }
  return { objects, references, isAbsent: (object, position) => absent[object]?.has(position) ?? false }
}
