import { compareCodePoints } from './code-points.js'
import { own } from './json-reading.js'
import type { Manifest, ManifestProcess } from './manifest.js'

/** How two versions of a workflow differ (U24). All lists are sorted. Plain JSON. */
export interface ManifestDiff {
  /** Processes that only the second has. */
  readonly added: readonly string[]
  /** Processes that only the first has. */
  readonly removed: readonly string[]
  /** Processes whose own spec, or that of a subprocess drawn in them, differs. */
  readonly changed: readonly string[]
  /** Processes of both, whose spec, or one that they can reach, differs: what to test again. */
  readonly affected: readonly string[]
  /** Elements of the first that the second does not have in that process: a run that stands there cannot move over. */
  readonly elementsGone: readonly { readonly processId: string; readonly elementId: string }[]
}

/** Compares two versions of a workflow. */
export function compareManifests(a: Manifest, b: Manifest): ManifestDiff {
  const before = new Map(a.processes.map((process) => [process.id, process]))
  const after = new Map(b.processes.map((process) => [process.id, process]))
  const removed = [...before.keys()].filter((id) => !after.has(id))
  const both = [...before.keys()].filter((id) => after.has(id))
  const affected = both.filter((id) => before.get(id)?.closure !== after.get(id)?.closure)
  const elementsGone: { processId: string; elementId: string }[] = []
  for (const [elementId, holders] of Object.entries(a.elements)) {
    const now = new Set(own(b.elements, elementId))
    for (const processId of holders) if (!now.has(processId)) elementsGone.push({ processId, elementId })
  }
  return {
    added: [...after.keys()].filter((id) => !before.has(id)),
    removed,
    changed: affected.filter((id) => isChanged(before.get(id), after.get(id))),
    affected,
    elementsGone: elementsGone.sort(
      (x, y) => compareCodePoints(x.processId, y.processId) || compareCodePoints(x.elementId, y.elementId),
    ),
  }
}

/** Whether a process that is affected has changed itself. Its object changes too where another in it does. */
function isChanged(before: ManifestProcess | undefined, after: ManifestProcess | undefined): boolean {
  const isStoredWithAnother = before?.own !== undefined && after?.own !== undefined
  return isStoredWithAnother ? before.own !== after.own : before?.hash !== after?.hash
}
