import type { Flat } from '../../fields/index.js'
import type { AnyStep, Intersection, StepGives, StepNeeds } from './step.js'

/** Steps over named state, as {@link createStepWorkflow} makes them: a graph, by the names that they give and need. */
export interface StepWorkflow<Steps extends readonly AnyStep[] = readonly AnyStep[]> {
  readonly type: 'step-workflow'
  readonly name: string
  /** As they were given. */
  readonly steps: Steps
  /** Each after all that it needs; where that leaves a choice, as they were given (S10, S31). */
  readonly order: readonly PlacedStep[]
  /** The state names that it reads and no step gives. */
  readonly needs: readonly string[]
  /** The state names that its steps give. */
  readonly gives: readonly string[]
  /** Those of them that no step reads: what a run comes to (S31). */
  readonly results: readonly string[]
  /** Of its steps, in whatever order. */
  readonly fingerprint: string
}

/** A step in its graph. */
export interface PlacedStep {
  readonly step: AnyStep
  /** The places, in `order`, of the steps that give what it needs. */
  readonly after: readonly number[]
  /** The places of those that need what it gives. */
  readonly before: readonly number[]
}

/** Any workflow, whatever its types. */
export type AnyStepWorkflow = StepWorkflow

/** The state that a workflow reads and no step of it gives. */
export type WorkflowNeeds<W extends AnyStepWorkflow> = Flat<
  Omit<AllNeeds<W['steps']>, keyof AllGives<W['steps']>>
>

/** What a run comes to: the state that is given and no step reads. */
export type WorkflowResult<W extends AnyStepWorkflow> = Flat<
  Omit<AllGives<W['steps']>, keyof AllNeeds<W['steps']>>
>

/** The names of its steps. */
export type StepName<W extends AnyStepWorkflow> = W['steps'][number]['name']

export type AllNeeds<Steps extends readonly AnyStep[]> = Intersection<NeedsOfEach<Steps>[number]>
export type AllGives<Steps extends readonly AnyStep[]> = Intersection<GivesOfEach<Steps>[number]>

type NeedsOfEach<Steps extends readonly AnyStep[]> = { [At in keyof Steps]: StepNeeds<Steps[At]> }
type GivesOfEach<Steps extends readonly AnyStep[]> = { [At in keyof Steps]: StepGives<Steps[At]> }
