import type { Schema } from '../../schema/index.js'
import type { AnyActivity } from './activity.js'
import type { Decided } from './decided.js'
import { assertThat } from '../../checks/index.js'
import type { ProcessView } from './process-view.js'
import type { WorkflowSettings } from './workflow-of.js'
import { workflowOf } from './workflow-of.js'
import type { AnyWorkflow, NoSignals, PlainWorkflow, SignalSchemas, Workflow } from './workflow.js'

/** Everything is told by the other fields: what a decider does tells nothing about its own types. */
interface TypesOf<
  Name extends string,
  Given,
  Input,
  Returned,
  Signals extends SignalSchemas,
  Activities extends readonly AnyActivity[],
  Children extends readonly AnyWorkflow[],
> {
  readonly name: NoInfer<Name>
  readonly given: NoInfer<Given>
  readonly input: NoInfer<Input>
  readonly returned: NoInfer<Returned>
  readonly signals: NoInfer<Signals>
  readonly activities: NoInfer<Activities>[number]
  readonly children: NoInfer<Children>[number]
}

/** What a workflow is made of. */
export interface WorkflowDefinition<
  Name extends string,
  Given,
  Input,
  Activities extends readonly AnyActivity[],
  Children extends readonly AnyWorkflow[],
  Signals extends SignalSchemas,
  Returned,
  Result,
> extends WorkflowSettings {
  readonly name: Name
  /** What a process is started with. */
  readonly input: Schema<Given, Input>
  /** What a process is completed with; where it is missing, with anything. */
  readonly result?: Schema<Returned, Result>
  /** The signals that it takes, and what each carries. */
  readonly signals?: Signals
  /** All that it may schedule. */
  readonly activities: Activities
  /** All that it may start, beside itself. */
  readonly children?: Children
  /** Decides from the history alone: no clock, no randomness, no I/O, nothing awaited. */
  decide(
    process: ProcessView<TypesOf<Name, Given, Input, Returned, Signals, Activities, Children>>,
  ): Decided<TypesOf<Name, Given, Input, Returned, Signals, Activities, Children>>
}

/**
 * Declares a kind of process, and how it is decided: by a pure function of its history.
 *
 * (`NoInfer`: where any workflow is wanted, this one's types are told by its definition all the same.)
 *
 * @throws `bad-argument`
 */
export function defineWorkflow<
  const Name extends string,
  Given,
  Input,
  const Activities extends readonly AnyActivity[],
  const Children extends readonly AnyWorkflow[] = readonly [],
  Signals extends SignalSchemas = NoSignals,
  Returned = unknown,
  Result = unknown,
>(
  definition: WorkflowDefinition<Name, Given, Input, Activities, Children, Signals, Returned, Result>,
): Workflow<Name, NoInfer<Given>, NoInfer<Result>, NoInfer<Signals>, NoInfer<Input>, NoInfer<Returned>> {
  assertThat(`workflow '${definition.name}': decide`, 'a function', typeof definition.decide === 'function')
  const untyped: Pick<PlainWorkflow, 'decide'> = definition
  return workflowOf(definition, (process) => untyped.decide(process))
}
