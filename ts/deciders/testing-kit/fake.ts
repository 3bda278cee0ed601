import type {
  ActivityContext,
  ActivityInput,
  ActivityReturned,
  AnyActivity,
  AnyWorkflow,
} from '../definitions/index.js'

/** What stands in for an activity in a test. */
export interface Fake {
  readonly activity: AnyActivity
  readonly execute: AnyActivity['execute']
}

/**
 * Stands in for an activity: its types, limits and retries are the activity's, its function is this one. What it returns is
 * the result, also where somebody outside is to complete the activity. Without a function nobody does it: it is open until
 * the test completes it.
 *
 * @example
 * createProcessHarness({ workflows: [checkout], fakes: [fake(charge, (order) => ({ total: order.total })), fake(ship)] })
 */
export function fake<A extends AnyActivity>(
  activity: A,
  execute?: (
    input: ActivityInput<NoInfer<A>>,
    activity: ActivityContext,
  ) => ActivityReturned<NoInfer<A>> | Promise<ActivityReturned<NoInfer<A>>>,
): Fake {
  return { activity, execute }
}

/** The workflows with fakes in the place of their activities, and so their children. */
export function withFakes(workflows: readonly AnyWorkflow[], fakes: readonly Fake[]): readonly AnyWorkflow[] {
  const replaced = new Map<AnyActivity, AnyActivity>()
  for (const { activity, execute } of fakes) replaced.set(activity, faked(activity, execute))
  const made = new Map<AnyWorkflow, AnyWorkflow>()
  const madeOf = (workflow: AnyWorkflow): AnyWorkflow => {
    const known = made.get(workflow)
    if (known !== undefined) return known
    const { activities, children } = workflow
    const one = {
      ...workflow,
      activities: activities.map((activity) => replaced.get(activity) ?? activity),
      children: children.map(madeOf),
    }
    made.set(workflow, one)
    return one
  }
  return workflows.map(madeOf)
}

function faked(activity: AnyActivity, execute: Fake['execute']): AnyActivity {
  return execute === undefined
    ? { ...activity, completion: 'manual', execute: () => undefined }
    : { ...activity, completion: 'automatic', execute }
}
