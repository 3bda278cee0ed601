import { UnitflowError } from '../../errors/index.js'
import type { Schema } from '../../schema/index.js'
import type { HistoryEvent } from '../history/index.js'
import type { AnyProcessView } from './process-view.js'

/** The events that a decider sees (D13), and a rule may be for. */
export type SeenEventType =
  | 'process-started'
  | 'decision'
  | 'activity-started'
  | 'activity'
  | 'signal'
  | 'timer'
  | 'child-process'
  | 'cancel-requested'

/** What a rule is for. A name that is missing stands for all. */
export type RuleSubject =
  | { readonly type: 'started' | 'timer' | 'cancel-requested' | 'settled' }
  | { readonly type: 'completed' | 'interrupted'; readonly activity?: string }
  | { readonly type: 'child-closed' | 'child-completed' | 'child-interrupted'; readonly workflow?: string }
  | { readonly type: 'signal'; readonly signal: string; readonly schema?: Schema }
  | { readonly type: 'event'; readonly event?: SeenEventType }

declare const types: unique symbol

/** Tells rules from what looks like them (a RegExp has `match` too, D73), in every copy of this package. */
const brand: unique symbol = Symbol.for('unitflow.rule')

/** What is to be decided when something has happened. `Signal` and `S` are the signal that it is for, and its schema. */
export interface Rule<Signal extends string = string, S extends Schema | undefined = Schema | undefined> {
  /**
   * Decides on an event.
   *
   * @param event none for a rule of `settled`
   * @throws `rule-does-not-apply` for an event that it is not for (D74)
   */
  (event: HistoryEvent | undefined, process: AnyProcessView): unknown
  /** Whether it is for this event. */
  readonly match: (event: HistoryEvent | undefined, process: AnyProcessView) => boolean
  readonly subject: RuleSubject
  readonly [brand]: true
  /** Never there; it tells the compiler. */
  readonly [types]?: { readonly signal: Signal; readonly schema: S }
}

/** A rule whose types are told by whoever declares it. */
export type PlainRule = Rule<never, never>

/** @param select what the rule's function is called with, or nothing where the event is not for it */
export function ruleOf<Args extends readonly unknown[]>(
  subject: RuleSubject,
  select: (event: HistoryEvent | undefined, process: AnyProcessView) => Args | undefined,
  handler: (...args: Args) => unknown,
): PlainRule {
  const call = (event: HistoryEvent | undefined, process: AnyProcessView): unknown => {
    const args = select(event, process)
    if (args !== undefined) return handler(...args)
    const found = event?.type ?? 'none'
    const message = `rule of ${subject.type}: expected what it matches, found the event ${found}`
    throw new UnitflowError('rule-does-not-apply', message, { rule: subject.type, event: found })
  }
  return Object.freeze(
    Object.assign(call, {
      match: (event: HistoryEvent | undefined, process: AnyProcessView) =>
        select(event, process) !== undefined,
      subject: Object.freeze(subject),
      [brand]: true as const,
    }),
  )
}

export function isRule(value: unknown): value is Rule {
  return typeof value === 'function' && brand in value
}
