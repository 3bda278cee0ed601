import { UnitflowError } from '../errors/index.js'
import type { CacheStore } from '../stores/cache-store.js'
import { assembleUnit } from './assemble-unit.js'
import type { ElementUnit } from './element-unit.js'
import { own } from './json-reading.js'
import { hexOfHash } from './keys.js'
import type { PartedManifest, WholeManifest } from './manifest.js'
import { isWhole } from './manifest.js'
import type { LocatedObject } from './manifest-parts.js'
import { placesHolding, readParts } from './manifest-parts.js'
import { processObject, readObjects } from './objects.js'
import type { Plan } from './plan.js'
import { planUnit } from './plan.js'
import type { ProcessGraph } from './process-graph.js'
import { graphOfManifest, parseGraph, placesOf } from './process-graph.js'
import type { Root } from './root.js'
import { hashOf, overRoot, rootOfVersion } from './root.js'

/** An element that a run has reached. A bare id stands for every process that holds it. */
export type ActiveElement = string | { readonly processId: string; readonly elementId: string }

/** Which unit to read. */
export interface UnitRequest {
  /** The process that runs. */
  readonly processId: string
  /** Where it is; left out, or empty, it is about to start. */
  readonly elements?: readonly ActiveElement[]
}

/** Options of reading. */
export interface ReadOptions {
  /** Aborts between the rounds of reading. */
  readonly signal?: AbortSignal
  /**
   * The version to read, as `holdVersion` and `readManifest` give it (U38): what the cache key leads to where it is that
   * one, else what is held. @default what the cache key leads to
   */
  readonly version?: string
}

/**
 * The unit to start a process (U19), or to go on with it where elements of it, or of processes that it called, are
 * active (U20). Costs the root, for a large workflow a round of manifest parts, and one round of objects.
 *
 * @throws `unknown-cache-key`, `unknown-version`, `unknown-process`, `unknown-element`, `root-damaged`, `newer-format`,
 * `object-missing`, `object-damaged`, and what the store throws
 */
export async function readElementUnit(
  store: CacheStore,
  cacheKey: string,
  request: UnitRequest,
  options: ReadOptions = {},
): Promise<ElementUnit> {
  const root = await rootOfVersion(store, cacheKey, options.version)
  options.signal?.throwIfAborted()
  const { manifest } = root
  const plan = isWhole(manifest)
    ? overRoot(root, () => planOfWhole(root, manifest, request))
    : await planOfParts(store, root, manifest, request)
  options.signal?.throwIfAborted()
  const hashes = plan.objects.map(({ hash }) => hash)
  if (manifest.restObject !== undefined) hashes.push(hashOf(root, manifest.restObject))
  const objects = await readObjects(store, hashes)
  const rest = manifest.restObject === undefined ? undefined : objects.pop()?.bytes
  return overRoot(root, () =>
    assembleUnit(request.processId, plan, objects.map(processObject), rest ?? manifest.rest ?? '{}'),
  )
}

function planOfWhole(root: Root, manifest: WholeManifest, { processId, elements = [] }: UnitRequest): Plan {
  const { places, graph } = wholeGraph(root, manifest)
  const start = places.get(processId)
  if (start === undefined) throw unknownProcess(root, processId)
  if (elements.length === 0) return required(planUnit(graph, start), root, processId, elements)
  const holders = holdersOf(
    elements,
    (id) => places.get(id),
    (id) => placesHolding(own(manifest.elements, id)),
  )
  return required(planUnit(graph, start, holders), root, processId, elements)
}

async function planOfParts(
  store: CacheStore,
  root: Root,
  manifest: PartedManifest,
  request: UnitRequest,
): Promise<Plan> {
  const { processId, elements = [] } = request
  const ids = elements.flatMap((element) =>
    typeof element === 'string' ? [element] : [element.processId, element.elementId],
  )
  const known = graphs.get(root)
  const found = await readParts(store, root, manifest, {
    locators: [processId, ...ids],
    elements: elements.map((element) => (typeof element === 'string' ? element : element.elementId)),
    graph: elements.length > 0 && known === undefined,
  })
  const planWith = (bytes: Uint8Array | undefined): Plan | undefined =>
    overRoot(root, () => {
      const located = found.locator(processId)
      if (located === undefined) throw unknownProcess(root, processId)
      const [place, ...entries] = located
      const objects = entries.filter((entry) => entry !== 'graph')
      if (elements.length === 0 && objects.length === entries.length) return planOfLocated(objects)
      const graph = known ?? (bytes && remember(root, parseGraph(bytes)))
      if (graph === undefined) return undefined
      if (elements.length === 0) return planUnit(graph, place)
      const holders = holdersOf(
        elements,
        (id) => found.locator(id)?.[0],
        (id) => found.holders(id),
      )
      // The graph leaves out processes without references: such a one only reaches itself.
      if (place < graph.references.length)
        return required(planUnit(graph, place, holders), root, processId, elements)
      return required(holders.has(place) ? planOfLocated(objects) : undefined, root, processId, elements)
    })
  return (
    planWith(found.graph) ??
    required(planWith(await readGraph(store, root, manifest)), root, processId, elements)
  )
}

function planOfLocated(objects: readonly LocatedObject[]): Plan {
  return {
    objects: objects.map(([hash, absent = []]) => {
      const gone = new Set(absent)
      return { hash: hexOfHash(hash), isAbsent: (position) => gone.has(position) }
    }),
    seeds: undefined,
    reentered: false,
  }
}

async function readGraph(
  store: CacheStore,
  root: Root,
  { graph: hash }: PartedManifest,
): Promise<Uint8Array | undefined> {
  const [graph] = await readObjects(store, [hashOf(root, hash)])
  return graph?.bytes
}

/** The places of the processes that hold active elements. A process id counts as an element of its own process. */
function holdersOf(
  elements: readonly ActiveElement[],
  place: (processId: string) => number | undefined,
  holders: (elementId: string) => readonly number[],
): Set<number> {
  const places = new Set<number>()
  for (const element of elements) {
    const elementId = typeof element === 'string' ? element : element.elementId
    const held = [...holders(elementId)]
    const self = place(elementId)
    if (self !== undefined) held.push(self)
    const only = typeof element === 'string' ? undefined : place(element.processId)
    for (const at of held) if (typeof element === 'string' || at === only) places.add(at)
  }
  return places
}

/** Graphs of roots that are in use. */
const graphs = new WeakMap<Root, ProcessGraph>()
const wholeGraphs = new WeakMap<
  Root,
  { readonly places: ReadonlyMap<string, number>; readonly graph: ProcessGraph }
>()

function remember(root: Root, graph: ProcessGraph): ProcessGraph {
  graphs.set(root, graph)
  return graph
}

function wholeGraph(
  root: Root,
  manifest: WholeManifest,
): { readonly places: ReadonlyMap<string, number>; readonly graph: ProcessGraph } {
  let known = wholeGraphs.get(root)
  if (known === undefined) {
    const places = placesOf(manifest)
    known = { places, graph: graphOfManifest(manifest, places) }
    wholeGraphs.set(root, known)
  }
  return known
}

function required(
  plan: Plan | undefined,
  root: Root,
  processId: string,
  elements: readonly ActiveElement[],
): Plan {
  if (plan === undefined) throw unknownElement(root, processId, elements)
  return plan
}

function unknownProcess({ cacheKey }: Root, processId: string): UnitflowError<'unknown-process'> {
  const message = `the workflow ${JSON.stringify(cacheKey)} has no process ${JSON.stringify(processId)}`
  return new UnitflowError('unknown-process', message, { cacheKey, processId })
}

function unknownElement(
  { cacheKey }: Root,
  processId: string,
  active: readonly ActiveElement[],
): UnitflowError<'unknown-element'> {
  const elements = active.map((element) =>
    typeof element === 'string' ? element : `${element.processId}/${element.elementId}`,
  )
  const names = elements.map((element) => JSON.stringify(element)).join(', ')
  return new UnitflowError(
    'unknown-element',
    `${JSON.stringify(processId)} reaches no process that holds ${names}`,
    { cacheKey, processId, elements },
  )
}
