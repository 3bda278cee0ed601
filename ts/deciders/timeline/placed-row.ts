import type { TimelineRow } from '../../timeline/index.js'

/** A row, and the `seq` of the event that it begins with: rows stand in the order in which things began. */
export interface PlacedRow {
  readonly seq: number
  readonly row: TimelineRow
}
