export type WorkflowOptions = {
  /**
   * How many processes, from 1. For shape `calls`: how many called ones, beside the one that calls them.
   */
  readonly processes: number
  /**
   * Of everything that looks random; shape `calls` has nothing that does.
   *
   * @default 1
   */
  readonly seed?: number
  /** @default 'c' */
  readonly dialect?: 'a' | 'b' | 'c'
  /**
   * Indented by four spaces, instead of minified.
   *
   * @default false
   */
  readonly pretty?: boolean
  /**
   * `real`: the mix of one real model of 37 processes; 9,389 bytes a process minified, about 19,950 pretty-printed.
   * `calls`: one process that calls all the others, each once, which is the shape that layout v1 splits.
   *
   * @default 'real'
   */
  readonly shape?: 'real' | 'calls'
}

/**
 * A serialized workflow spec, as JSON text: the same for the same options.
 *
 * @throws RangeError if `processes` is no integer from 1
 */
export function generateWorkflow(options: WorkflowOptions): string
