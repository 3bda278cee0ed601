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
  const { reason, codes, payload } = raised
  const catcher = catcherOf(execution, 'error', codes)
  if (catcher !== undefined) {
    fire(engine, catcher.arm, payload, catcher.event)
    return
  }
  const { stack: _, ...error } = raised.error ?? errorToData(elementFailed(execution, reason, codes))
  engine.outcome ??= {
    type: 'failed',
    reason: error.message,
    error,
    ...(payload !== undefined && { details: payload }),
  }
}

/** What is there for something that was thrown: what waits, and which of its events. */
export interface Catcher {
  readonly arm: Arm
  readonly event: DescribedEvent
}

type Thrown = 'error' | 'escalation' | 'cancel'

/** What catches something that is on its way out of an element: the nearest around it. */
export function catcherOf(execution: Execution, kind: Thrown, codes: readonly string[]): Catcher | undefined {
  for (let at: Execution | undefined = execution; at !== undefined; at = at.loop?.host ?? at.scope.host) {
    const catcher = catcherAmong(at.arms, kind, codes) ?? catcherAmong(at.scope.arms, kind, codes)
    if (catcher !== undefined) return catcher
  }
  return undefined
}

/** The first that waits for this; one that names no code takes any. */
export function catcherAmong(
  arms: Iterable<Arm>,
  kind: Thrown,
  codes: readonly string[],
): Catcher | undefined {
  for (const arm of arms) {
    const event = arm.events.find(
      ({ kind: caught, code }) => caught === kind && (code === undefined || codes.includes(code)),
    )
    if (event !== undefined) return { arm, event }
  }
  return undefined
}
