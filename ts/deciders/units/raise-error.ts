import type { ErrorData } from '../../errors/index.js'
import { errorToData } from '../../errors/index.js'
import type { DescribedEvent } from '../../units/reading.js'
import type { Value } from '../../values/index.js'
import { elementFailed } from './run-errors.js'
import { fire } from './catch-events.js'
import type { Arm, Execution } from './run-state.js'
import type { UnitEngine } from './unit-engine.js'

/** An error on its way out, until something is there for it. */
export interface RaisedError {
  /** What it is known by: the first that a boundary event names catches it. */
  readonly codes: readonly string[]
  readonly reason: string
  /** What the variable of the event that catches it is set to. */
  readonly payload?: Value
  /** Of a called process: what it has failed with, which says where that was. */
  readonly error?: ErrorData
}

/**
 * An element has failed, or an error event was thrown in it: the nearest boundary event or event subprocess around it that is
 * for this error goes on with it.
 *
 * Where there is none, the process fails with `element-failed`, or with what a called process has failed with.
 */
export function raiseError(engine: UnitEngine, execution: Execution, raised: RaisedError): void {
  for (let at: Execution | undefined = execution; at !== undefined; at = at.loop?.host ?? at.scope.host) {
    const caught = armFor(at.arms, 'error', raised.codes) ?? armFor(at.scope.arms, 'error', raised.codes)
    if (caught === undefined) continue
    fire(engine, caught, raised.payload, eventFor(caught, 'error', raised.codes))
    return
  }
  const { reason, codes, payload: details } = raised
  const { stack: _, ...error } = raised.error ?? errorToData(elementFailed(execution, reason, codes))
  engine.outcome ??= {
    type: 'failed',
    reason: error.message,
    error,
    ...(details !== undefined && { details }),
  }
}

/** The first that waits for this; one that names no code takes any. */
export function armFor(
  arms: ReadonlySet<Arm>,
  kind: 'error' | 'escalation',
  codes: readonly string[],
): Arm | undefined {
  for (const arm of arms) {
    if (eventFor(arm, kind, codes) !== undefined) return arm
  }
  return undefined
}

/** The event of an arm that takes this. */
export function eventFor(
  { events }: Arm,
  kind: 'error' | 'escalation',
  codes: readonly string[],
): DescribedEvent | undefined {
  return events.find(({ kind: of, code }) => of === kind && (code === undefined || codes.includes(code)))
}
