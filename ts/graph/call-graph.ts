import type { Manifest, ManifestProcess } from '../units/reading.js'
import { callCycles } from './call-cycles.js'

/** A unit in a {@link CallGraph}: a process that can be started by itself, with what is drawn in it. */
export interface CallGraphNode {
  /** The process id. */
  readonly id: string
  /** Bytes of its own spec, minified; 0 where it is missing. */
  readonly bytes: number
  /** Bytes of the stored object: its own spec and those of `embedded`; 0 where it is missing. */
  readonly unitBytes: number
  /** The processes that are stored with it. */
  readonly embedded: readonly string[]
  /** How many other units refer to it. */
  readonly callers: number
  /** Several units refer to it. */
  readonly shared: boolean
  /** It can reach itself by calls. */
  readonly recursive: boolean
  /** The workflow refers to it and does not hold it. */
  readonly missing: boolean
}

/** References from one unit to another, those of the processes embedded in it included. */
export interface CallGraphEdge {
  readonly from: string
  readonly to: string
  /** How many tasks call; 0 where the other is only drawn in this one. */
  readonly calls: number
  /** It is part of a way from a unit back to itself. */
  readonly recursive: boolean
}

/** Which unit calls which. Plain JSON. */
export interface CallGraph {
  /** Id of the top process. */
  readonly top: string
  /** How many processes the workflow holds. */
  readonly processes: number
  /** The top unit first, then by id; missing processes last. */
  readonly nodes: readonly CallGraphNode[]
  /** In the order of the nodes that they come from, then of those that they lead to. */
  readonly edges: readonly CallGraphEdge[]
}

interface Node {
  readonly id: string
  readonly bytes: number
  readonly unitBytes: number
  readonly embedded: readonly string[]
  readonly missing: boolean
  /** Place of a node that it refers to -> how many tasks call it. */
  readonly targets: Map<number, number>
}

/** Which unit of a workflow calls which, from its manifest. A process embedded in another is part of that one's unit. */
export function callGraph(manifest: Manifest): CallGraph {
  const processes = new Map(manifest.processes.map((process) => [process.id, process]))
  const nodes: Node[] = []
  const places = new Map<string, number>()
  const objects = [...manifest.objects]
  const isTop = (object: (typeof objects)[number]): number =>
    object.processes.includes(manifest.top) ? 0 : 1
  objects.sort((a, b) => isTop(a) - isTop(b))
  for (const { bytes, processes: members } of objects) {
    const [id = '', ...embedded] = members
    for (const member of members) places.set(member, nodes.length)
    const own = processes.get(id)?.bytes ?? 0
    nodes.push({ id, bytes: own, unitBytes: bytes, embedded, missing: false, targets: new Map() })
  }
  const missing = new Set(manifest.processes.flatMap((process) => process.missing))
  for (const id of missing) {
    places.set(id, nodes.length)
    nodes.push({ id, bytes: 0, unitBytes: 0, embedded: [], missing: true, targets: new Map() })
  }
  for (const process of manifest.processes) addTargets(nodes, places, process)
  return finished(manifest, nodes)
}

function addTargets(
  nodes: readonly Node[],
  places: ReadonlyMap<string, number>,
  process: ManifestProcess,
): void {
  const from = places.get(process.id)
  const node = from === undefined ? undefined : nodes[from]
  if (node === undefined) return
  const add = (id: string, calls: number): void => {
    const to = places.get(id)
    if (to !== undefined) node.targets.set(to, (node.targets.get(to) ?? 0) + calls)
  }
  for (const [id, tasks] of Object.entries(process.calls)) add(id, tasks.length)
  // What is drawn in the unit and stored with it is no edge, unless it leads out of the unit.
  for (const id of process.embeds) if (places.get(id) !== from) add(id, 0)
}

function finished(manifest: Manifest, nodes: readonly Node[]): CallGraph {
  const cycles = callCycles(nodes.map(({ targets }) => [...targets.keys()]))
  const callers = nodes.map(() => 0)
  const edges: CallGraphEdge[] = []
  nodes.forEach((node, from) => {
    for (const [to, calls] of [...node.targets].sort(([a], [b]) => a - b)) {
      const target = nodes[to]
      if (target === undefined) continue
      if (to !== from) callers[to] = (callers[to] ?? 0) + 1
      const recursive = cycles[from] !== undefined && cycles[from] === cycles[to]
      edges.push({ from: node.id, to: target.id, calls, recursive })
    }
  })
  return {
    top: nodes[0]?.id ?? manifest.top,
    processes: manifest.processes.length,
    nodes: nodes.map(({ id, bytes, unitBytes, embedded, missing }, place) => ({
      id,
      bytes,
      unitBytes,
      embedded,
      callers: callers[place] ?? 0,
      shared: (callers[place] ?? 0) > 1,
      recursive: cycles[place] !== undefined,
      missing,
    })),
    edges,
  }
}
