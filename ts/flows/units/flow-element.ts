import type { DescribedElement } from '../../units/reading.js'
import type { AnyTask } from '../definitions/index.js'

/** An element as drawn, and where it stands in a flow. */
export interface FlowElement extends DescribedElement {
  /** The id of the process that holds it; an embedded subprocess is one of its own. */
  readonly process: string
  /**
   * The name of its task in the flow: its id, after those of the elements that it stands in (`Shipping/Pack`). It is what
   * histories and reports say, and what `rerun` takes.
   */
  readonly path: string
}

/**
 * What does an element: a task, or a function that makes one of the element, or `'skip'` where nothing is to be done. The
 * name of the task counts for nothing: in the flow it has that of the element. A call or a subprocess that is bound is one
 * task, and not expanded; `'expand'` says of one that has a script before or after it that it is, without the script.
 */
export type ElementTask = AnyTask | 'skip' | 'expand' | ((element: FlowElement) => AnyTask | 'skip')

/** What elements are bound to: by `process/element`, by element id, or by the operation of service tasks, in this order. */
export type ElementTasks = Readonly<Record<string, ElementTask>>
