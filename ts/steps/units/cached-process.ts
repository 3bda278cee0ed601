import type { Made } from '../../fields/index.js'
import type { Schema } from '../../schema/index.js'
import type { ElementUnit } from '../../units/reading.js'
import type { AnyModel, InputsOf, OutputsOf } from '../definitions/model.js'

/**
 * What the result for a process depends on: `self`, on the object that holds it, that is, on its own spec and those of what
 * is drawn in it alone; `calls`, on all that it reaches, too, by whatever calls.
 */
export type ProcessDependence = 'self' | 'calls'

/** A process of a cached workflow, as a model is handed it. */
export interface CachedProcess {
  readonly processId: string
  /**
   * What its result is known by, 40 hex digits: the beginning of its object's hash, or, with `depends: 'calls'`, its closure
   * hash.
   */
  readonly hash: string
  /** Its spec as minified JSON text. */
  readonly text: string
  /** It and what is drawn in it alone: for `describeProcess`. */
  readonly unit: ElementUnit
}

/** The same, of a model with `depends: 'calls'`: what it reaches can be read. */
export interface CallingProcess extends CachedProcess {
  /** The processes that it calls or embeds itself and the workflow holds, sorted by code point. */
  readonly calls: readonly string[]
  /**
   * A process that it reaches; nothing where it reaches no such process, or the workflow does not hold it.
   *
   * @throws (by rejecting) `object-missing`, `object-damaged`, what the store throws
   */
  read(processId: string): Promise<CachedProcess | undefined>
}

/** What a model is handed. */
export type ProcessFor<Depends extends ProcessDependence> = Depends extends 'calls'
  ? CallingProcess
  : CachedProcess

/** What is wrong with a model that is not of processes. */
export type OfProcesses<M extends AnyModel, Depends extends ProcessDependence> =
  InputsOf<M> extends { readonly process: Schema<infer Input> }
    ? [keyof InputsOf<M>, ProcessFor<Depends>] extends ['process', Input]
      ? unknown
      : { readonly 'its one input is process, of this type': ProcessFor<Depends> }
    : { readonly 'its one input is process, of this type': ProcessFor<Depends> }

/** What a model gives for a process. */
export type ProcessResult<M extends AnyModel> = Made<OutputsOf<M>>
