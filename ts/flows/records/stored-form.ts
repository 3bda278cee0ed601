import type { Value } from '../../records/index.js'
import type { Execution, FlowEvent } from '../execution/index.js'

/** How far a task says that it is, as it is stored: at most one record an execution. */
export type StoredProgress = {
  readonly task: string
  readonly attempt: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly percent: number | null
} & ({ readonly message: string | null; readonly details: Value } | { readonly sealed: string })

/** The names of the tasks that executions of some fingerprint have. */
export interface StoredDefinition {
  readonly version: string
  readonly tasks: readonly string[]
  /** The versions of a workflow that the same definition was made from, the last ones, the newest last. */
  readonly sources?: readonly string[]
}

/** What of ours is stored is plain, and is not changed from then on: a value. */
export function valueOf(thing: object): Value {
  return thing as Value
}

/** The other way round: these collections hold what `valueOf` was given, in the form that the schema's version says. */
export const READ = {
  execution: (value: Value) => value as unknown as Execution,
  events: (value: Value) => value as unknown as readonly FlowEvent[],
  progress: (value: Value) => value as unknown as StoredProgress,
  definition: (value: Value) => value as unknown as StoredDefinition,
}
