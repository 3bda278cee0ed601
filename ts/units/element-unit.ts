/** A process spec as a unit holds it. */
export interface UnitSpec {
  /** SHA-256, in hex, of the stored object that the spec came from. */
  readonly hash: string
  /** The spec as minified JSON text. */
  readonly text: string
}

/**
 * The piece of a workflow that an engine needs to start one process, or to go on with it (U19, U20).
 * Plain JSON: it can cross a worker, a database or a wire. `unitJson` makes the text an engine reads.
 */
export interface ElementUnit {
  /** The process that the unit runs. */
  readonly processId: string
  /** The specs by process id; the record has no prototype, so that an id may be any string. */
  readonly specs: Readonly<Record<string, UnitSpec>>
  /** The workflow's other top-level fields as JSON text, an object. */
  readonly rest: string
  /** The ids in `specs`, sorted by code point. */
  readonly included: readonly string[]
  /** Whether the unit's own process must stand under `subprocess_specs` too, because a call enters it again. */
  readonly reentered: boolean
  /** Processes that the included ones call directly and that are not loaded, sorted by code point. */
  readonly lazy: readonly string[]
  /** What the included processes refer to and the workflow does not hold, sorted by code point. */
  readonly missing: readonly string[]
}
