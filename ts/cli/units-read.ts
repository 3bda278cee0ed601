import type { UnitRead } from '../deciders/units/index.js'
import type { Manifest } from '../units/index.js'
import { counted, size } from './amounts.js'

/** Which units a run has read, of all that there are. */
export class UnitsRead {
  readonly units: UnitRead[] = []
  readonly #manifest: Manifest

  constructor(manifest: Manifest) {
    this.#manifest = manifest
  }

  /** @returns a line that tells of it; it need not be printable */
  add(unit: UnitRead): string {
    this.units.push(unit)
    const { processId, included, bytes } = unit
    const more = included.filter((id) => id !== processId)
    return `reads ${processId}: ${size(bytes)}${more.length === 0 ? '' : `, with ${more.join(', ')}`}`
  }

  /** All of them, in a line. */
  get summary(): string {
    const { processes } = this.#manifest
    const included = new Set(this.units.flatMap((unit) => unit.included))
    const read = this.units.reduce((sum, { bytes }) => sum + bytes, 0)
    const all = processes.reduce((sum, { bytes }) => sum + bytes, 0)
    return `read ${counted(this.units.length, 'unit')}: ${included.size} of ${counted(processes.length, 'process', 'processes')}, ${size(read)} of ${size(all)}`
  }
}
