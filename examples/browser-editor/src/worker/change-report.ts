import { compareManifests } from 'unitflow'
import type { Manifest, ManifestObject } from 'unitflow'
import type { ChangedObject, ChangeReport } from '../protocol.js'

interface Change {
  readonly id: string
  readonly note: string
  readonly before: Manifest | undefined
  readonly after: Manifest
  /** Bytes. */
  readonly written: number
  readonly undoable: boolean
}

/** Which objects differ between two versions, told for people. */
export function changeReport({ id, note, before, after, written, undoable }: Change): ChangeReport {
  const old = new Map(before?.objects.map((object) => [ownerOf(object), object]))
  const objects: ChangedObject[] = []
  let unchanged = 0
  for (const object of after.objects) {
    const owner = ownerOf(object)
    const was = old.get(owner)
    old.delete(owner)
    if (was?.hash === object.hash) unchanged++
    else
      objects.push({
        id: owner,
        ...(was === undefined ? {} : { before: sizeOf(was) }),
        after: sizeOf(object),
      })
  }
  for (const [owner, gone] of old) objects.push({ id: owner, before: sizeOf(gone) })
  return {
    id,
    note,
    ...(before === undefined ? {} : { before: before.version }),
    after: after.version,
    // A report crosses to the page: of a workflow that is new as a whole, the objects are not listed.
    objects: before === undefined ? [] : objects,
    unchanged,
    affected: before === undefined ? 0 : compareManifests(before, after).affected.length,
    bytesWritten: written,
    undoable,
  }
}

function ownerOf({ processes }: ManifestObject): string {
  return processes[0] ?? ''
}

function sizeOf({ hash, bytes }: ManifestObject): { readonly hash: string; readonly bytes: number } {
  return { hash, bytes }
}
