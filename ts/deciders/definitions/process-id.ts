import type { AnyWorkflow, SignalData, SignalName } from './workflow.js'

declare const processOf: unique symbol

/** The id of a process, a plain string that knows the workflow: signals to it and its result are checked by the compiler. */
export type ProcessId<W extends AnyWorkflow> = string & { readonly [processOf]: W }

/** An id whose workflow the compiler does not know: what is sent to it is checked at run time alone. */
export type BareProcessId = string & { readonly [processOf]?: never }

/** Sends a signal to a process. */
export interface SendSignal {
  <W extends AnyWorkflow, K extends SignalName<W>>(
    process: ProcessId<W>,
    name: K,
    ...data: SignalArguments<SignalData<W, K>>
  ): void
  (process: BareProcessId, name: string, data?: unknown): void
}

/** A signal without data needs none. */
export type SignalArguments<Data> = undefined extends Data ? [data?: Data] : [data: Data]
