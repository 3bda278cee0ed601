import type { Duration } from '../../../../ts/clock/index.js'
import type {
  ActivityContext,
  ActivityLimits,
  AnyActivity,
  PlainWorkflow,
} from '../../../../ts/deciders/definitions/index.js'
import { defineActivity } from '../../../../ts/deciders/definitions/index.js'
import { workflowOf } from '../../../../ts/deciders/definitions/workflow-of.js'
import { of } from '../../../../ts/schema/index.js'
import type { SeededRandom } from '../../../../ts/testing/record-store/seeded-random.js'
import { decideAtRandom } from './decide-at-random.js'

/** The queues that there are. */
export const CATEGORIES = ['default', 'other'] as const

/** Of activities that not any number of workers may do at once (D84). */
const LIMITS: readonly [ActivityLimits, ...ActivityLimits[]] = [
  { atOnce: 1 },
  { atOnce: 2, perSecond: 1 },
  { perSecond: 0.1 },
  { atOncePerKey: 1 },
  { atOnce: 2, atOncePerKey: 1 },
]

export interface RandomWorkflows {
  readonly workflows: readonly [PlainWorkflow, ...PlainWorkflow[]]
  readonly activities: readonly [AnyActivity, ...AnyActivity[]]
}

/**
 * A few workflows over a few activities, with limits that are reached.
 *
 * @param execute what the activities do that no person does
 * @param throws whether a decider is to fail now
 */
export function randomWorkflows(
  random: SeededRandom,
  execute: (input: unknown, activity: ActivityContext) => unknown,
  throws: () => boolean,
): RandomWorkflows {
  const activity = (index: number): AnyActivity => {
    const settings = {
      category: random.pick(CATEGORIES),
      priority: random.pick([0, 0, 1]),
      scheduleToStart: random.pick<Duration>(['1s', '30s', '10m', '1d']),
      startToClose: random.pick<Duration>(['1s', '10s', '5m']),
      scheduleToClose: random.pick<Duration>(['10s', '10m', '30d']),
      heartbeat: random.pick<Duration>(['1s', '30s', '365d']),
      retry: {
        attempts: random.pick([1, 1, 2, 4]),
        backoff: { initial: random.pick([0, 1000, 20_000]), factor: 2 },
        jitter: random.pick([0, 0.5]),
      },
      ...(random.below(2) === 0 && { limits: random.pick(LIMITS) }),
    } as const
    return random.below(4) === 0
      ? defineActivity(
          `a${index}`,
          {
            ...settings,
            startToClose: '1h',
            completion: 'manual',
            input: of<unknown>(),
            result: of<unknown>(),
          },
          () => undefined,
        )
      : defineActivity(`a${index}`, settings, execute)
  }
  const activities = [activity(0), activity(1), activity(2)] as const
  const workflow = (index: number, children: readonly PlainWorkflow[]): PlainWorkflow =>
    workflowOf(
      {
        name: `w${index}`,
        category: random.pick(CATEGORIES),
        input: of<unknown>(),
        activities,
        children,
        timeout: random.pick<Duration>(['30d', '30d', '30d', '2h', '30s']),
        decisionTimeout: random.pick<Duration>(['1s', '60s']),
        childPolicy: random.pick(['abandon', 'terminate', 'request-cancel']),
      },
      (process) => {
        if (throws()) throw new TypeError('planned')
        return decideAtRandom(process, activities, children)
      },
    )
  const leaf = workflow(0, [])
  return { workflows: [workflow(1, [leaf]), leaf], activities }
}
