import type { Duration } from '../../../../ts/clock/index.js'
import type { AnyFlow, AnyTask, FlowLimits, TaskContext } from '../../../../ts/flows/definitions/index.js'
import { defineFlow, defineTask } from '../../../../ts/flows/definitions/index.js'
import type { Context } from '../../../../ts/flows/execution/index.js'
import type { RetryPolicy } from '../../../../ts/retry/index.js'
import { of } from '../../../../ts/schema/index.js'
import type { SeededRandom } from '../../../../ts/testing/record-store/seeded-random.js'

/** What a task is, whoever runs it. */
export interface PlannedTask {
  readonly name: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly replaces: readonly string[]
  readonly timeout: Duration
  readonly heartbeat?: Duration
  readonly retry: RetryPolicy
}

export interface PlannedFlow {
  readonly name: string
  readonly tasks: readonly PlannedTask[]
  readonly limits: FlowLimits
}

/** What a task does. */
export type RunTask = (task: PlannedTask, inputs: Context, context: TaskContext) => Promise<unknown>

/** None of them twice over: that limits are kept is seen where they are reached. */
const LIMITS: readonly [FlowLimits, ...FlowLimits[]] = [
  {},
  { atOnce: 1 },
  { atOnce: 2 },
  { atOncePerKey: 1 },
  { atOnce: 2, atOncePerKey: 1 },
  { atOncePerKey: 2 },
]

/** A few flows of 2 to 6 tasks; what tasks need and give is drawn, as are their limits. */
export function randomFlows(random: SeededRandom): readonly [PlannedFlow, ...PlannedFlow[]] {
  const flow = (index: number): PlannedFlow => {
    const known = ['start']
    const tasks = Array.from({ length: 2 + random.below(5) }, (_, place): PlannedTask => {
      const inputs = place === 0 ? ['start'] : known.filter(() => random.below(2) === 0)
      const replaces = place > 0 && random.below(3) === 0 ? [random.pick(['start', ...known])] : []
      const fresh = random.below(4) > 0 ? [`v${place}`] : []
      known.push(...fresh)
      return {
        name: `t${place}`,
        ...{ inputs, replaces, outputs: [...replaces, ...fresh] },
        timeout: random.pick<Duration>(['1s', '10s', '5m', '30m']),
        ...(random.below(3) === 0 && { heartbeat: random.pick<Duration>(['1s', '20s']) }),
        retry: {
          attempts: random.pick([1, 2, 4]),
          backoff: { initial: random.pick([0, 1000, 20_000]), factor: 2 },
          jitter: random.pick([0, 0.5]),
        },
      }
    })
    return { name: `f${index}`, tasks, limits: random.pick(LIMITS) }
  }
  return [flow(0), flow(1), flow(2)]
}

/** The flows as one runner has them: it is in its process that their tasks run. */
export function definedFlows(flows: readonly PlannedFlow[], run: RunTask): readonly AnyFlow[] {
  return flows.map(({ name, tasks, limits }) =>
    flowOf(
      name,
      tasks.map((task) => taskOf(task, run)),
      limits,
    ),
  )
}

function taskOf(task: PlannedTask, run: RunTask): AnyTask {
  const { name, inputs, outputs, replaces, timeout, heartbeat, retry } = task
  const fields = (names: readonly string[]) => Object.fromEntries(names.map((key) => [key, of<unknown>()]))
  return defineTask({
    ...{ name, inputs: fields(inputs), outputs: fields(outputs), replaces, timeout, retry },
    ...(heartbeat !== undefined && { heartbeat }),
    run: async (given, context) => (await run(task, given as Context, context)) as Record<string, unknown>,
  })
}

/** What the compiler cannot know is checked when it is defined. */
function flowOf(name: string, tasks: readonly AnyTask[], limits: FlowLimits): AnyFlow {
  const define: (name: string, tasks: never, options: { readonly limits: FlowLimits }) => AnyFlow = defineFlow
  return define(name, tasks as never, { limits })
}
