import type { Duration } from '../../clock/index.js'
import { milliseconds } from '../../clock/index.js'
import { fingerprint } from '../../fingerprint/index.js'
import type { Schema } from '../../schema/index.js'
import { assertSchema } from '../../schema/index.js'
import type { ChildPolicy } from '../history/index.js'
import type { AnyActivity } from './activity.js'
import { assertDistinct, assertName, assertThat } from '../../checks/index.js'
import type { AnyProcessView } from './process-view.js'
import type { AnyWorkflow, PlainWorkflow, SignalSchemas } from './workflow.js'

/** What holds for every process of a workflow. */
export interface WorkflowSettings {
  /** @default '1.0' */
  readonly version?: string
  /**
   * The queue of its decisions.
   *
   * @default 'default'
   */
  readonly category?: string
  /**
   * How long a process may take; then it closes as timed out.
   *
   * @default '365d'
   */
  readonly timeout?: Duration
  /**
   * How long a decision may take; then another worker takes it.
   *
   * @default '60s'
   */
  readonly decisionTimeout?: Duration
  /**
   * What becomes of a process when its parent closes, where the decision that starts it does not say.
   *
   * @default 'abandon'
   */
  readonly childPolicy?: ChildPolicy
  /**
   * How long a process is kept after it has closed: then it is deleted, with its history.
   *
   * @default for ever
   */
  readonly retention?: Duration
}

const CHILD_POLICIES: readonly ChildPolicy[] = ['abandon', 'terminate', 'request-cancel']

/** What workflows and rule sets have alike. */
export interface WorkflowParts<Name extends string> extends WorkflowSettings {
  readonly name: Name
  readonly input: Schema
  readonly result?: Schema
  readonly signals?: SignalSchemas
  readonly activities: readonly AnyActivity[]
  readonly children?: readonly AnyWorkflow[]
}

/**
 * Checks a definition, and fills its defaults in.
 *
 * @throws `bad-argument`
 */
export function workflowOf<const Name extends string>(
  parts: WorkflowParts<Name>,
  decide: (process: AnyProcessView) => unknown,
): PlainWorkflow<Name> {
  const { name, input, result, signals = {}, activities, children = [] } = parts
  assertName(name, 'name of the workflow')
  const of = `workflow '${name}'`
  const { version = '1.0', category = 'default', childPolicy = 'abandon' } = parts
  assertName(version, `${of}: version`)
  assertName(category, `${of}: category`)
  assertThat(
    `${of}: childPolicy`,
    "'abandon', 'terminate' or 'request-cancel'",
    CHILD_POLICIES.includes(childPolicy),
  )
  assertSchema(input, `${of}: input`)
  if (result !== undefined) assertSchema(result, `${of}: result`)
  for (const [signal, schema] of Object.entries(signals)) {
    assertName(signal, `${of}: name of a signal`)
    assertSchema(schema, `${of}: signal '${signal}'`)
  }
  assertDistinct(activities, `${of}: activities`)
  assertDistinct(children, `${of}: children`)
  const plain = {
    type: 'workflow' as const,
    name,
    version,
    category,
    timeout: milliseconds(parts.timeout ?? '365d', `${of}: timeout`),
    decisionTimeout: milliseconds(parts.decisionTimeout ?? '60s', `${of}: decisionTimeout`),
    childPolicy,
    ...(parts.retention !== undefined && {
      retention: milliseconds(parts.retention, `${of}: retention`),
    }),
    input,
    ...(result !== undefined && { result }),
    signals: Object.freeze({ ...signals }),
    activities: Object.freeze([...activities]),
    children: Object.freeze([...children]),
    decide,
  }
  return Object.freeze({ ...plain, fingerprint: workflowFingerprint(plain) })
}

/**
 * Tells whether two definitions read histories alike, as far as a program can say: name and version, the activities, children
 * and signals that a history may speak of.
 *
 * Time-outs, queues and policies are left out: they are tuned while processes run. So is the text of functions: it is another
 * after each build and comment, and the same when something that it calls has changed. Whoever changes what is decided
 * of a history that exists gives the workflow another version.
 */
function workflowFingerprint(
  workflow: Pick<PlainWorkflow, 'name' | 'version' | 'activities' | 'children' | 'signals'>,
): string {
  return fingerprint({
    type: 'workflow',
    name: workflow.name,
    version: workflow.version,
    activities: workflow.activities.map((activity) => activity.fingerprint).sort(),
    children: workflow.children.map((child) => child.name).sort(),
    signals: Object.keys(workflow.signals).sort(),
  })
}
