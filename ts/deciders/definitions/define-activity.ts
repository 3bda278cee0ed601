import { milliseconds } from '../../clock/index.js'
import { fingerprint } from '../../fingerprint/index.js'
import { plainRetryPolicy } from '../../retry/index.js'
import type { Schema } from '../../schema/index.js'
import { assertSchema } from '../../schema/index.js'
import type { Activity, ActivityContext, ActivityLimits, ActivitySettings, AnyActivity } from './activity.js'
import { assertName, assertThat } from '../../checks/index.js'

/** One that is complete when its function has returned. */
export interface ActivityOptions<Given, Input> extends ActivitySettings {
  readonly completion?: 'automatic'
  readonly input?: Schema<Given, Input>
}

/** One that is complete when somebody hands over its result, by its token. */
export interface ManualActivityOptions<Given, Input, Returned, Result> extends ActivitySettings {
  readonly completion: 'manual'
  readonly input?: Schema<Given, Input>
  readonly result?: Schema<Returned, Result>
}

/**
 * Declares something that is done outside of deciders. Its types come from its function, or from `input` and `result`, which
 * are schemas or `of<T>()`. Without a function it is declared only, and done by workers elsewhere.
 *
 * With `completion: 'manual'` the function only sets the work going: a person or a system completes it by its token.
 *
 * @example
 * const charge = defineActivity('charge', { startToClose: '2m', retry: { attempts: 3 } }, async (order: Order, activity) =>
 *   bank.charge(order, { key: activity.idempotencyKey, signal: activity.signal }))
 * @throws `bad-argument`
 */
export function defineActivity<const Name extends string, Input, Result>(
  name: Name,
  execute: (input: Input, activity: ActivityContext) => Result | Promise<Result>,
): Activity<Name, NoInfer<Input>, NoInfer<Result>>
export function defineActivity<const Name extends string, Input, Returned, Result, Given = Input>(
  name: Name,
  options: ManualActivityOptions<Given, Input, Returned, Result>,
  execute?: (input: Input, activity: ActivityContext) => void | Promise<void>,
): Activity<Name, NoInfer<Given>, NoInfer<Result>, NoInfer<Input>, NoInfer<Returned>>
export function defineActivity<const Name extends string, Input, Returned, Result, Given = Input>(
  name: Name,
  options: ActivityOptions<Given, Input> & { readonly result: Schema<Returned, Result> },
  execute?: (input: Input, activity: ActivityContext) => NoInfer<Returned> | Promise<NoInfer<Returned>>,
): Activity<Name, NoInfer<Given>, NoInfer<Result>, NoInfer<Input>, NoInfer<Returned>>
export function defineActivity<const Name extends string, Input, Result, Given = Input>(
  name: Name,
  options: ActivityOptions<Given, Input>,
  execute: (input: Input, activity: ActivityContext) => Result | Promise<Result>,
): Activity<Name, NoInfer<Given>, NoInfer<Result>, NoInfer<Input>>
export function defineActivity<const Name extends string, Input, Given = Input>(
  name: Name,
  options?: ActivityOptions<Given, Input>,
): Activity<Name, NoInfer<Given>, unknown, NoInfer<Input>>
export function defineActivity(
  name: string,
  options: Execute | Options = {},
  execute?: Execute,
): AnyActivity {
  return typeof options === 'function' ? activityOf(name, {}, options) : activityOf(name, options, execute)
}

const COMPLETIONS: readonly string[] = ['automatic', 'manual']

type Execute = NonNullable<AnyActivity['execute']>

interface Options extends ActivitySettings {
  readonly completion?: 'automatic' | 'manual'
  readonly input?: Schema
  readonly result?: Schema
}

function activityOf(name: string, options: Options, execute: Execute | undefined): AnyActivity {
  assertName(name, 'name of the activity')
  const of = `activity '${name}'`
  const { input, result, retry = {}, limits = {}, priority = 0 } = options
  const { category = 'default', version = '1.0', completion = 'automatic' } = options
  assertName(category, `${of}: category`)
  assertName(version, `${of}: version`)
  assertThat(`${of}: priority`, 'a finite number', Number.isFinite(priority))
  assertThat(`${of}: completion`, "'automatic' or 'manual'", COMPLETIONS.includes(completion))
  assertThat(`${of}: execute`, 'a function', execute === undefined || typeof execute === 'function')
  if (input !== undefined) assertSchema(input, `${of}: input`)
  if (result !== undefined) assertSchema(result, `${of}: result`)
  return Object.freeze({
    type: 'activity',
    name,
    version,
    category,
    priority,
    scheduleToStart: milliseconds(options.scheduleToStart ?? '60s', `${of}: scheduleToStart`),
    startToClose: milliseconds(options.startToClose ?? retry.timeout ?? '365d', `${of}: startToClose`),
    scheduleToClose: milliseconds(options.scheduleToClose ?? '365d', `${of}: scheduleToClose`),
    heartbeat: milliseconds(options.heartbeat ?? '365d', `${of}: heartbeat`),
    retry: Object.freeze(plainRetryPolicy(retry)),
    ...(typeof retry.retryable === 'function' && { retryable: retry.retryable }),
    limits: checkedLimits(limits, of),
    completion,
    ...(input !== undefined && { input }),
    ...(result !== undefined && { result }),
    // Time-outs, retries, limits and queues are left out: they are tuned while processes run, and no history depends on them.
    fingerprint: fingerprint({ type: 'activity', name, version, completion }),
    ...(execute !== undefined && { execute }),
  })
}

function checkedLimits(limits: ActivityLimits, of: string): ActivityLimits {
  const { atOnce = 1, atOncePerKey = 1, perSecond = 1 } = limits
  const isCount = (count: number): boolean => Number.isSafeInteger(count) && count >= 1
  assertThat(`${of}: limits.atOnce`, 'a whole number from 1', isCount(atOnce))
  assertThat(`${of}: limits.atOncePerKey`, 'a whole number from 1', isCount(atOncePerKey))
  assertThat(`${of}: limits.perSecond`, 'a number above 0', Number.isFinite(perSecond) && perSecond > 0)
  return Object.freeze({ ...limits })
}
