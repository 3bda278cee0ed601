import type { ErrorData, RunReason, SkipReason } from 'unitflow/steps'

/** What is counted in a process. */
export interface Statistics {
  readonly id: string
  /** What people call it. */
  readonly name: string
  /** What is drawn in it: tasks, events, gateways. */
  readonly elements: number
  readonly flows: number
  /** Gateways with more than one way out. */
  readonly decisions: number
  /** Elements on the longest way through it, each counted once. */
  readonly longest: number
  readonly scriptLines: number
}

/** Of all processes. */
export type Totals = Pick<Statistics, 'elements' | 'flows' | 'decisions' | 'scriptLines'> & {
  readonly processes: number
  /** The most elements that one of them has. */
  readonly largest: number
}

/** A process in the drawing, in pixels. */
export interface DrawnProcess {
  readonly id: string
  /** From the left to its middle, and from the top. */
  readonly x: number
  readonly y: number
  readonly label: string
  /** How large it is, of the largest: from 0 to 1. */
  readonly part: number
}

export interface Drawing {
  readonly width: number
  readonly height: number
  readonly box: { readonly width: number; readonly height: number }
  readonly processes: readonly DrawnProcess[]
  readonly calls: readonly { readonly from: string; readonly to: string; readonly path: string }[]
}

export interface Preview {
  readonly top: string
  readonly statistics: readonly Statistics[]
  readonly totals: Totals
  readonly drawing: Drawing
}

/** What became of a step in an edit. */
export interface StepLine {
  readonly step: string
  /** The process that it is about, where it is about one. */
  readonly process?: string
  readonly type: 'ran' | 'skipped' | 'failed' | 'blocked'
  /** None where it was not begun. */
  readonly because?: RunReason | SkipReason
  /** State names that were others, and state names that are others now. */
  readonly changes: readonly string[]
  readonly changed: readonly string[]
  /** How long (ms) it took, measured around its model: in this run, or, where it was skipped, when it ran last. */
  readonly took: number
}

/** The page asks. */
export interface Edit {
  readonly id: number
  readonly json: string
  /** Whether what is known is taken for it; otherwise all is computed anew. */
  readonly reuse: boolean
}

/** The worker answers. Edits that a later one has overtaken are not answered. */
export interface Answer {
  readonly id: number
  /** From the text to the drawing, in ms, with all that looking for changes took. */
  readonly milliseconds: number
  readonly steps: readonly StepLine[]
  readonly result:
    | { readonly type: 'preview'; readonly preview: Preview }
    | { readonly type: 'error'; readonly error: ErrorData }
}
