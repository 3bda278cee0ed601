import type { Schema } from '../../schema/index.js'
import { of } from '../../schema/index.js'
import type { AnyActivity } from './activity.js'
import { decideByRules } from './decide-by-rules.js'
import { assertThat } from '../../checks/index.js'
import { makeRules } from './make-rules.js'
import type { Rule } from './rule.js'
import { isRule } from './rule.js'
import type { When } from './when.js'
import type { WorkflowSettings } from './workflow-of.js'
import { workflowOf } from './workflow-of.js'
import type { AnyWorkflow, NoSignals, PlainWorkflow, SignalSchemas, Workflow } from './workflow.js'

declare const types: unique symbol

/** A workflow that is decided by rules. Its base's come before its own. */
export interface RuleSet<
  Name extends string = string,
  Given = unknown,
  Result = unknown,
  Signals extends SignalSchemas = NoSignals,
  Input = Given,
  Returned = Result,
  Activities extends AnyActivity = AnyActivity,
  Children extends AnyWorkflow = AnyWorkflow,
> extends Workflow<Name, Given, Result, Signals, Input, Returned> {
  readonly rules: readonly Rule[]
  /** Never there; it tells the compiler. */
  readonly [types]?: {
    readonly sees: (input: Input) => void
    readonly completesWith: Returned
    readonly activities: Activities
    readonly children: Children
    readonly signals: Signals
  }
}

/** A rule set whose rules may stand in another one: its input is one that they understand, its result one that they may give. */
interface BaseFor<Input, Returned> extends AnyWorkflow {
  readonly rules: readonly Rule[]
  readonly [types]?: {
    readonly sees: (input: Input) => void
    readonly completesWith: Returned
    readonly activities: AnyActivity
    readonly children: AnyWorkflow
    readonly signals: SignalSchemas
  }
}

type AnyRuleSet = BaseFor<never, unknown>

type Inherited<Base extends AnyRuleSet> = NonNullable<Base[typeof types]>

/** The base of a rule set that has none. */
interface NoBase extends AnyWorkflow {
  readonly rules: readonly Rule[]
  readonly [types]?: {
    readonly sees: (input: unknown) => void
    readonly completesWith: never
    readonly activities: never
    readonly children: never
    readonly signals: NoSignals
  }
}

/** What the rules say of each signal: the schema, or `undefined` for a rule that has none. */
type SchemasOf<Rules extends readonly Rule[]> = {
  readonly [R in Rules[number] as R extends Rule<infer Signal> ? Signal : never]: R extends Rule<
    string,
    infer S
  >
    ? S
    : never
}

type SchemaOr<S> = [Extract<S, Schema>] extends [never] ? Schema : Extract<S, Schema>

/** The signals that rules are for. One that no rule has a schema for carries anything. */
type SignalsOfRules<Rules extends readonly Rule[]> = {
  readonly [K in keyof SchemasOf<Rules>]: SchemaOr<SchemasOf<Rules>[K]>
}

interface TypesOf<
  Name extends string,
  Given,
  Input,
  Returned,
  Activities extends readonly AnyActivity[],
  Children extends readonly AnyWorkflow[],
  Base extends AnyRuleSet,
> {
  readonly name: NoInfer<Name>
  readonly given: NoInfer<Given>
  readonly input: NoInfer<Input>
  readonly returned: NoInfer<Returned>
  // Told by the rules themselves, so a rule cannot know them all.
  readonly signals: SignalSchemas
  readonly activities: NoInfer<Activities>[number] | Inherited<NoInfer<Base>>['activities']
  readonly children: NoInfer<Children>[number] | Inherited<NoInfer<Base>>['children']
}

/** What a rule set is made of. */
export interface RuleSetDefinition<
  Name extends string,
  Given,
  Input,
  Activities extends readonly AnyActivity[],
  Children extends readonly AnyWorkflow[],
  Returned,
  Result,
  Rules extends readonly Rule[],
  Base extends AnyRuleSet,
> extends WorkflowSettings {
  readonly name: Name
  /** What a process is started with. */
  readonly input: Schema<Given, Input>
  /** What a process is completed with; where it is missing, with anything. */
  readonly result?: Schema<Returned, Result>
  /** All that its rules may schedule, beside what its base may. */
  readonly activities: Activities
  /** All that its rules may start, beside itself and what its base may. */
  readonly children?: Children
  /** Its rules come first, with their signals, activities and children (D73). */
  readonly extends?: Base & BaseFor<NoInfer<Input>, NoInfer<Returned>>
  readonly rules: (when: When<TypesOf<Name, Given, Input, Returned, Activities, Children, Base>>) => Rules
}

/**
 * Declares a kind of process, and how it is decided: by rules, each for what has happened and not been seen yet. An event that
 * no rule is for is passed over (D65); `unhandledEvents` tells which kinds those are.
 *
 * A decision that closes the process comes last in its batch, whichever rule has made it.
 *
 * @throws `bad-argument`
 */
export function defineRuleSet<
  const Name extends string,
  Given,
  Input,
  const Activities extends readonly AnyActivity[],
  const Rules extends readonly Rule[],
  const Children extends readonly AnyWorkflow[] = readonly [],
  Returned = unknown,
  Result = unknown,
  Base extends AnyRuleSet = NoBase,
>(
  definition: RuleSetDefinition<Name, Given, Input, Activities, Children, Returned, Result, Rules, Base>,
): RuleSet<
  Name,
  NoInfer<Given>,
  NoInfer<Result>,
  NoInfer<SignalsOfRules<Rules> & Inherited<Base>['signals']>,
  NoInfer<Input>,
  NoInfer<Returned>,
  NoInfer<Activities[number] | Inherited<Base>['activities']>,
  NoInfer<Children[number] | Inherited<Base>['children']>
> {
  const { name, activities, children = [], extends: base } = definition
  const label = `rule set '${name}'`
  assertThat(`${label}: rules`, 'a function', typeof definition.rules === 'function')
  const made: readonly unknown[] = definition.rules(makeRules)
  const isRules = Array.isArray(made) && made.every(isRule)
  assertThat(`${label}: rules`, 'a function that gives a list of rules, made by its argument', isRules)
  const rules = Object.freeze([...(base?.rules ?? []), ...made.filter(isRule)])
  const parts = {
    ...definition,
    signals: signalsOf(rules, label),
    activities: [...new Set([...(base?.activities ?? []), ...activities])],
    children: [...new Set([...(base?.children ?? []), ...children])],
  }
  assertListed(rules, parts, label)
  const workflow: PlainWorkflow<Name> = workflowOf(parts, (process) =>
    decideByRules(workflow, rules, process),
  )
  return Object.freeze({ ...workflow, rules })
}

/** @throws `bad-argument` for one signal with two schemas: data could be right for one rule and wrong for another */
function signalsOf(rules: readonly Rule[], label: string): SignalSchemas {
  const schemas = new Map<string, Schema | undefined>()
  for (const { subject } of rules) {
    if (subject.type !== 'signal') continue
    const { signal, schema } = subject
    const known = schemas.get(signal)
    const isSame = schema === undefined || known === undefined || schema === known
    assertThat(`${label}: signal '${signal}'`, 'one schema in all rules', isSame)
    schemas.set(signal, known ?? schema)
  }
  return Object.fromEntries([...schemas].map(([signal, schema]) => [signal, schema ?? of<unknown>()]))
}

/** @throws `bad-argument` for a rule on what can never happen */
function assertListed(
  rules: readonly Rule[],
  { activities, children }: { readonly activities: readonly Named[]; readonly children: readonly Named[] },
  label: string,
): void {
  for (const { subject } of rules) {
    if ('activity' in subject) {
      assertThat(
        `${label}: rule of ${subject.type}`,
        'one of its activities',
        isListed(activities, subject.activity),
      )
    }
    if ('workflow' in subject) {
      assertThat(
        `${label}: rule of ${subject.type}`,
        'one of its children',
        isListed(children, subject.workflow),
      )
    }
  }
}

type Named = { readonly name: string }

function isListed(listed: readonly Named[], name: string | undefined): boolean {
  return listed.some((one) => one.name === name)
}
