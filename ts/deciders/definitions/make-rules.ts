import type { Schema } from '../../schema/index.js'
import { isSchema } from '../../schema/index.js'
import type { HistoryEvent } from '../history/index.js'
import type { CompletedExecution, InterruptedExecution } from './activity-execution.js'
import type { ClosedChild } from './child-execution.js'
import { assertName, assertThat } from '../../checks/index.js'
import { matcher } from './match.js'
import type { AnyProcessView, ReceivedSignal } from './process-view.js'
import type { PlainRule, RuleSubject, SeenEventType } from './rule.js'
import { ruleOf } from './rule.js'

type Handler = (...args: readonly unknown[]) => unknown
type Selected = readonly unknown[] | undefined
type RuleKind =
  | 'started'
  | 'completed'
  | 'interrupted'
  | 'signal'
  | 'timer'
  | 'childClosed'
  | 'childCompleted'
  | 'childInterrupted'
  | 'cancelRequested'
  | 'event'
  | 'settled'
type Select = (event: HistoryEvent | undefined, process: AnyProcessView) => Selected

/** What {@link When} declares, as it is at run time: each takes what its rule is for, a match, a function. */
export const makeRules: Readonly<Record<RuleKind, (...args: readonly unknown[]) => PlainRule>> = {
  started: (handler) =>
    rule({ type: 'started' }, handler, (event, process) =>
      event?.type === 'process-started' ? [process, event] : undefined,
    ),

  completed(...args) {
    const { name, isMatch, handler } = readArguments('completed', args)
    return rule(subjectOfActivity('completed', name), handler, (event, process) => {
      const execution = endedExecution(event, process, name)
      if (execution?.type !== 'completed' || !isMatch(execution)) return undefined
      return [execution.result, process, execution]
    })
  },

  interrupted(...args) {
    const { name, isMatch, handler } = readArguments('interrupted', args)
    return rule(subjectOfActivity('interrupted', name), handler, (event, process) => {
      const execution = endedExecution(event, process, name)
      if (execution === undefined || execution.type === 'completed') return undefined
      // What it has called off itself is no news, and its rules have seen to it when they did.
      if (execution.type === 'canceled' && execution.cancelRequested) return undefined
      return isMatch(execution) ? [execution, process] : undefined
    })
  },

  signal(name, ...args) {
    assertName(name, 'when.signal: name')
    const [schema, rest]: readonly [Schema | undefined, readonly unknown[]] = isSchema(args[0])
      ? [args[0], args.slice(1)]
      : [undefined, args]
    const { isMatch, handler } = readArguments('signal', rest)
    const subject = { type: 'signal', signal: name, ...(schema !== undefined && { schema }) } as const
    return rule(subject, handler, (event, process) => {
      if (event?.type !== 'signal' || event.name !== name) return undefined
      const { data, from, seq, at } = event
      const signal: ReceivedSignal = { name, data, ...(from !== undefined && { from }), seq, at }
      return isMatch(signal) ? [data, process, signal] : undefined
    })
  },

  timer(...args) {
    const { isMatch, handler } = readArguments('timer', args)
    return rule({ type: 'timer' }, handler, (event, process) => {
      if (event?.type !== 'timer') return undefined
      const { id, data } = event
      return isMatch({ id, data }) ? [data, process, { id, data }] : undefined
    })
  },

  childClosed(...args) {
    const { name, isMatch, handler } = readArguments('childClosed', args)
    return rule(subjectOfChild('child-closed', name), handler, (event, process) => {
      const child = closedChild(event, process, name)
      return child !== undefined && isMatch(child) ? [child, process] : undefined
    })
  },

  childCompleted(...args) {
    const { name, isMatch, handler } = readArguments('childCompleted', args)
    return rule(subjectOfChild('child-completed', name), handler, (event, process) => {
      const child = closedChild(event, process, name)
      if (child?.type !== 'completed' || !isMatch(child)) return undefined
      return [child.result, process, child]
    })
  },

  childInterrupted(...args) {
    const { name, isMatch, handler } = readArguments('childInterrupted', args)
    return rule(subjectOfChild('child-interrupted', name), handler, (event, process) => {
      const child = closedChild(event, process, name)
      if (child === undefined || child.type === 'completed') return undefined
      return isMatch(child) ? [child, process] : undefined
    })
  },

  cancelRequested: (handler) =>
    rule({ type: 'cancel-requested' }, handler, (event, process) =>
      event?.type === 'cancel-requested' ? [event, process] : undefined,
    ),

  event(match, handler) {
    const select = (isMatch: (event: HistoryEvent, process: AnyProcessView) => boolean): Select => {
      return (event, process) =>
        event !== undefined && isMatch(event, process) ? [event, process] : undefined
    }
    if (isFunction(match)) {
      const isMatch = (event: HistoryEvent, process: AnyProcessView): boolean => {
        try {
          return Boolean(match(event, process))
        } catch {
          return false
        }
      }
      return rule({ type: 'event' }, handler, select(isMatch))
    }
    assertThat('when.event', 'a type of events, or a function', isEventType(match))
    return rule(
      { type: 'event', event: match },
      handler,
      select(({ type }) => type === match),
    )
  },

  settled: (handler) =>
    // Whether it is settled is also a matter of what the other rules have decided: see decideByRules.
    rule({ type: 'settled' }, handler, (event, process) => (event === undefined ? [process] : undefined)),
}

/** The events that a decider sees (D13), and a rule may be for. */
const SEEN: readonly string[] = [
  'process-started',
  'decision',
  'activity-started',
  'activity',
  'signal',
  'timer',
  'child-process',
  'cancel-requested',
] satisfies readonly SeenEventType[]

function isEventType(type: unknown): type is SeenEventType {
  return typeof type === 'string' && SEEN.includes(type)
}

function rule(subject: RuleSubject, handler: unknown, select: Select): PlainRule {
  assertThat(`when.${subject.type}`, 'a function, last', isFunction(handler))
  return ruleOf(subject, select, handler)
}

interface Arguments {
  /** Of the activity or workflow. */
  readonly name: string | undefined
  readonly isMatch: (subject: object) => boolean
  readonly handler: unknown
}

/** What it is for (an activity or a workflow), a match, a function: of these only the last must be there. */
function readArguments(kind: string, args: readonly unknown[]): Arguments {
  const name = nameOf(args[0])
  const rest = name === undefined ? args : args.slice(1)
  assertThat(`when.${kind}`, 'what it is for, a match, a function', rest.length === 1 || rest.length === 2)
  const [match, handler] = rest.length === 1 ? [undefined, rest[0]] : rest
  return { name, isMatch: matcher(match), handler }
}

/** By name: another copy of the same definition is the same (D71). */
function nameOf(definition: unknown): string | undefined {
  if (typeof definition !== 'object' || definition === null || !('fingerprint' in definition))
    return undefined
  return 'name' in definition && typeof definition.name === 'string' ? definition.name : undefined
}

function subjectOfActivity(type: 'completed' | 'interrupted', activity: string | undefined): RuleSubject {
  return { type, ...(activity !== undefined && { activity }) }
}

function subjectOfChild(
  type: 'child-closed' | 'child-completed' | 'child-interrupted',
  workflow: string | undefined,
): RuleSubject {
  return { type, ...(workflow !== undefined && { workflow }) }
}

function endedExecution(
  event: HistoryEvent | undefined,
  process: AnyProcessView,
  name: string | undefined,
): CompletedExecution | InterruptedExecution | undefined {
  if (event?.type !== 'activity' || (name !== undefined && event.activity !== name)) return undefined
  const execution = process.executionAt(event.scheduled)
  return execution?.type === 'scheduled' || execution?.type === 'started' ? undefined : execution
}

function closedChild(
  event: HistoryEvent | undefined,
  process: AnyProcessView,
  name: string | undefined,
): ClosedChild | undefined {
  if (event?.type !== 'child-process' || (name !== undefined && event.workflow !== name)) return undefined
  const child = process.childAt(event.scheduled)
  return child?.type === 'open' ? undefined : child
}

function isFunction(value: unknown): value is Handler {
  return typeof value === 'function'
}
