import { checkMergeUnits } from './merge-units.js'
import { checkReadManifest } from './read-manifest.js'

/** What is fuzzed here, by name. A check throws where something is wrong; what it gives says what it saw. */
export const targets: Readonly<Record<string, (data: Uint8Array) => Promise<object>>> = {
  read_manifest: checkReadManifest,
  merge_units: checkMergeUnits,
}
