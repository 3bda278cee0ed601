import { counted, duration, median, size } from './amounts.js'
import type { Colors } from './colors.js'
import { printable } from './printable.js'

/** What came of taking a workflow apart, for a line. */
export interface Summary {
  readonly name: string
  readonly processes: number
  /** Bytes of the input; 0 where it was not one. */
  readonly inputBytes: number
  /** Bytes of the specs in each unit. */
  readonly units: readonly number[]
  readonly written?: number
  readonly unchanged?: number
  /** In milliseconds. */
  readonly took: number
}

/** `orders   37 processes, 735 KB -> 24 units, largest 127 KB, median 4.8 KB    3 written, 21 unchanged    6 ms` */
export function summaryLine(summary: Summary, colors: Colors): string {
  const { name, processes, inputBytes, units, written, unchanged, took } = summary
  const sizes = `largest ${size(units.reduce((most, bytes) => Math.max(most, bytes), 0))}, median ${size(median(units))}`
  const parts = [
    `${colors.bold(printable(name))}   ${counted(processes, 'process', 'processes')}${inputBytes === 0 ? '' : `, ${size(inputBytes)}`} -> ` +
      `${counted(units.length, 'unit')}, ${sizes}`,
  ]
  if (written !== undefined && unchanged !== undefined) {
    const count = `${written.toLocaleString('en')} written`
    parts.push(`${written > 0 ? colors.green(count) : count}, ${unchanged.toLocaleString('en')} unchanged`)
  }
  parts.push(colors.dim(duration(took)))
  return `${parts.join('    ')}\n`
}
