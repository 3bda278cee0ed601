import { readManifest, UnitflowError } from 'unitflow'
import type { Manifest } from 'unitflow'
import type { Version } from '../protocol.js'
import { callGraph } from './call-graph.js'
import type { CallGraph } from './call-graph.js'
import { catalogue, fromBytes, storeOf, toBytes } from './database.js'

/** What is kept of a workflow beside its units. */
export interface WorkflowRecord {
  readonly id: string
  readonly name: string
  readonly created: number
  /** The oldest first; the last one is the current one. */
  readonly versions: readonly (Version & Sizes)[]
  /** The edits that undo can take back, the last one last. */
  readonly edits: readonly Edit[]
}

interface Sizes {
  readonly top: string
  readonly processes: number
  readonly units: number
  readonly bytes: number
}

/** An edit that can be taken back. */
export interface Edit {
  readonly processId: string
  readonly note: string
  /** Where the workflow's store keeps what was there before. */
  readonly before: string
}

/** So many versions and edits are kept of a workflow. */
const KEPT = 20

export async function readRecord(id: string): Promise<WorkflowRecord> {
  const bytes = await catalogue.get(id)
  if (bytes === undefined) {
    const message = 'This workflow is not in this browser, or not any more.'
    throw new UnitflowError('unknown-cache-key', message, { cacheKey: id })
  }
  return fromBytes(bytes) as WorkflowRecord
}

export async function readRecords(): Promise<WorkflowRecord[]> {
  const ids: string[] = []
  for await (const id of catalogue.keys()) ids.push(id)
  const values = await catalogue.getMany(ids)
  const records = values.flatMap((bytes) => (bytes === undefined ? [] : [fromBytes(bytes) as WorkflowRecord]))
  return records.sort((a, b) => b.created - a.created)
}

export async function writeRecord(record: WorkflowRecord): Promise<void> {
  await catalogue.set(record.id, toBytes(record))
}

/** Notes a version that has just been cached, with its manifest: comparing needs no more of an old version. */
export async function addVersion(
  record: WorkflowRecord,
  manifest: Manifest,
  note: string,
  edits: readonly Edit[],
): Promise<void> {
  const store = storeOf(record.id)
  const { version, top, processes, objects } = manifest
  const bytes = objects.reduce((sum, object) => sum + object.bytes, 0)
  const sizes: Sizes = { top, processes: processes.length, units: objects.length, bytes }
  const next: WorkflowRecord = {
    ...record,
    versions: [...record.versions, { version, at: Date.now(), note, ...sizes }].slice(-KEPT),
    edits: edits.slice(-KEPT),
  }
  await store.set(manifestKey(version), toBytes(manifest))
  await writeRecord(next)
  const used = new Set(keysOf(next))
  for (const key of [...keysOf(record), ...edits.map(({ before }) => before)]) {
    if (!used.has(key)) await store.delete(key)
  }
}

/** The keys in a workflow's store that its record needs. */
function keysOf({ versions, edits }: WorkflowRecord): string[] {
  return [...versions.map(({ version }) => manifestKey(version)), ...edits.map(({ before }) => before)]
}

function manifestKey(version: string): string {
  return `editor/manifests/${version}`
}

export async function readOldManifest(id: string, version: string): Promise<Manifest> {
  const bytes = await storeOf(id).get(manifestKey(version))
  if (bytes === undefined) throw new Error(`Version ${version.slice(0, 8)} is not kept any more.`)
  return fromBytes(bytes) as Manifest
}

/** A workflow with what is derived from its manifest. */
export interface Loaded {
  readonly record: WorkflowRecord
  readonly manifest: Manifest
  readonly graph: CallGraph
}

/** The workflow that was looked at last: a manifest of 10,000 processes takes a while to read. */
let latest: Loaded | undefined

export async function load(id: string): Promise<Loaded> {
  const record = await readRecord(id)
  if (latest?.record.id === id && latest.manifest.version === record.versions.at(-1)?.version) {
    latest = { ...latest, record }
  } else {
    const manifest = await readManifest(storeOf(id), id)
    latest = { record, manifest, graph: callGraph(manifest) }
  }
  return latest
}
