import { readFileSync } from 'node:fs'
import { decompose } from '../../../ts/units/index.js'
import type { Manifest } from '../../../ts/units/index.js'

/** The manifest of an example workflow. */
export function exampleManifest(name: string): Manifest {
  return decompose(readFileSync(new URL(`../../../examples/workflows/${name}.json`, import.meta.url)))
    .manifest
}

/** A manifest of processes that each are a unit of `bytes` bytes, with who calls whom. */
export function manifestOfCalls(calls: Readonly<Record<string, readonly string[]>>, bytes = 1000): Manifest {
  const ids = Object.keys(calls)
  const known = new Set(ids)
  const processes = ids.map((id) => {
    const targets = calls[id] ?? []
    const record = Object.create(null) as Record<string, string[]>
    targets.forEach((target, index) => (record[target] ??= []).push(`call_${index}`))
    const missing = [...new Set(targets.filter((target) => !known.has(target)))]
    return { id, hash: id, bytes, closure: id, calls: record, embeds: [], triggers: [], missing }
  })
  return {
    version: 'v',
    top: ids[0] ?? '',
    objects: ids.map((id) => ({ hash: id, bytes: bytes + 10, processes: [id] })),
    processes,
    elements: {},
  }
}
