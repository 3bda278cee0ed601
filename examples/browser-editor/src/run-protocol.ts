import type { DescribedElement } from 'unitflow'

/** A function of an element that needs one, as far as the page shows it. */
export interface FunctionView {
  /** Process and element, as bindings name them; a script before or after an element has a key of its own. */
  readonly key: string
  readonly process: string
  /** The element that it belongs to. */
  readonly element: string
  readonly name?: string
  /** Runs before or after the element, and not in its place. */
  readonly part?: 'prescript' | 'postscript'
  readonly type: DescribedElement['type']
  readonly operation?: string
  /** As the spec has it, in Python. */
  readonly script?: string
  /** What runs; what is suggested where there is none yet. */
  readonly text: string
  /** The person's own; the spec's script as it stands; or still to be written. */
  readonly state: 'own' | 'script' | 'missing'
}

/** Something that a run of this workflow will not be able to do. */
export interface RunHindrance {
  readonly process: string
  readonly element: string
  readonly name?: string
  readonly problem: string
}

/** What it takes to start a process. */
export interface RunSetup {
  readonly processId: string
  readonly version: string
  /** Those that can be reached from the process. */
  readonly functions: readonly FunctionView[]
  readonly hindrances: readonly RunHindrance[]
}

export type RunState = 'open' | 'completed' | 'failed' | 'canceled' | 'timed-out'

/** A run in the list of a workflow. */
export interface RunSummary {
  readonly run: string
  readonly processId: string
  readonly version: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly state: RunState
  /** Names of the elements where it stands. */
  readonly at: readonly string[]
  /** The run that this one tries again. */
  readonly retryOf?: string
}

/** One thing to be filled in. */
export interface FormField {
  /** The variable; or the variable and a key of its object. */
  readonly path: readonly string[]
  readonly label: string
  readonly kind: 'text' | 'number' | 'boolean' | 'choice' | 'json'
  /** As text; of a boolean `true` or `false`. */
  readonly value: string
  readonly options?: readonly { readonly value: string; readonly label: string }[]
}

/** What a person is to do. */
export interface HumanTask {
  readonly token: string
  readonly process: string
  readonly element: string
  readonly name: string
  readonly lane?: string
  readonly documentation?: string
  readonly instructions?: string
  readonly fields: readonly FormField[]
  /** The task fills this one variable with what is given. */
  readonly variable?: string
  /** The variables as they are there, JSON. */
  readonly data: string
}

/** Something that a run waits for by itself, or from outside. */
export type Wait =
  | {
      readonly type: 'timer'
      readonly process: string
      readonly element: string
      /** The element's name, as drawn. */
      readonly drawn?: string
      /** Milliseconds since 1970. */
      readonly at: number
    }
  | {
      readonly type: 'message' | 'signal'
      readonly process: string
      readonly element: string
      readonly drawn?: string
      /** Of the message or signal. */
      readonly name: string
    }

/** Why a run has failed, or does not go on. */
export interface RunProblem {
  readonly code: string
  readonly message: string
  readonly process?: string
  readonly element?: string
  readonly expression?: string
  /** Functions of that element. */
  readonly keys: readonly string[]
  /** The run is not over: it is tried again by itself, ever later. */
  readonly goesOn: boolean
}

/** A process of a run as it was drawn, and how far it is. */
export interface RunProcess {
  readonly id: string
  readonly name?: string
  readonly elements: readonly RunElement[]
}

export interface RunElement {
  readonly element: DescribedElement
  /** The run stands there. */
  readonly isActive: boolean
  /** How often it was completed. */
  readonly times: number
}

export interface RunView extends RunSummary {
  readonly currentVersion: string
  readonly tasks: readonly HumanTask[]
  readonly waits: readonly Wait[]
  readonly problem?: RunProblem
  /** Those where the run stands come first. */
  readonly processes: readonly RunProcess[]
  /** The variables that it ended with, as indented JSON. */
  readonly result?: string
}

interface Run {
  readonly id: string
  readonly run: string
}

/** What the page may ask about runs. */
export interface RunCalls {
  /**
   * Works on the runs of a workflow until it is canceled: decides while one is open, and rests while none is. Each report
   * says that something has happened; `total` is how many runs are open.
   */
  work: { readonly params: { readonly id: string }; readonly result: undefined }
  setup: { readonly params: { readonly id: string; readonly processId: string }; readonly result: RunSetup }
  /** Saves functions by their keys, checked; `undefined` takes the person's own away. */
  saveFunctions: {
    readonly params: {
      readonly id: string
      readonly functions: readonly { readonly key: string; readonly text: string | undefined }[]
    }
    readonly result: undefined
  }
  /** @returns the id of the run */
  start: {
    readonly params: { readonly id: string; readonly processId: string; readonly variables: string }
    readonly result: string
  }
  runs: { readonly params: { readonly id: string }; readonly result: readonly RunSummary[] }
  run: { readonly params: Run; readonly result: RunView }
  /** Ends a person's task: with variables to set, or the value of the one that it fills. */
  complete: {
    readonly params: { readonly id: string; readonly token: string; readonly given: unknown }
    readonly result: undefined
  }
  send: {
    readonly params: Run & { readonly name: string; readonly payload: unknown }
    readonly result: undefined
  }
  cancelRun: { readonly params: Run; readonly result: undefined }
  removeRun: { readonly params: Run; readonly result: undefined }
  /** @returns the id of the run that goes on from before what went wrong */
  retryRun: { readonly params: Run; readonly result: string }
}
