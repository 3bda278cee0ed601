import type { Rule, RuleSubject, SeenEventType } from './rule.js'
import type { PlainWorkflow } from './workflow.js'

/** A kind of thing that may happen to a process and that no rule is for; `name` is that of the activity or child. */
export interface UnhandledEvents {
  readonly type:
    | 'started'
    | 'completed'
    | 'interrupted'
    | 'child-completed'
    | 'child-interrupted'
    | 'timer'
    | 'cancel-requested'
  readonly name?: string
}

/**
 * The kinds of events that nobody handles: for those that are listed to be no surprise (D65). A rule that is for some events
 * of a kind counts for the kind. One of `event` with a function may be for anything, and counts for nothing.
 *
 * Where there is a rule of `settled`, what has completed is expected to be left to it; failures are not.
 */
export function unhandledEvents(
  ruleSet: PlainWorkflow & { readonly rules: readonly Rule[] },
): readonly UnhandledEvents[] {
  const subjects = ruleSet.rules.map(({ subject }) => subject)
  const settles = subjects.some(({ type }) => type === 'settled')
  const kinds: UnhandledEvents[] = [{ type: 'started' }]
  for (const { name } of ruleSet.activities) {
    if (!settles) kinds.push({ type: 'completed', name })
    kinds.push({ type: 'interrupted', name })
  }
  for (const { name } of ruleSet.children) {
    if (!settles) kinds.push({ type: 'child-completed', name })
    kinds.push({ type: 'child-interrupted', name })
  }
  kinds.push({ type: 'timer' }, { type: 'cancel-requested' })
  return kinds.filter((kind) => !subjects.some((subject) => isFor(subject, kind)))
}

const EVENT_OF: Readonly<Record<UnhandledEvents['type'], SeenEventType>> = {
  started: 'process-started',
  completed: 'activity',
  interrupted: 'activity',
  'child-completed': 'child-process',
  'child-interrupted': 'child-process',
  timer: 'timer',
  'cancel-requested': 'cancel-requested',
}

function isFor(subject: RuleSubject, { type, name }: UnhandledEvents): boolean {
  switch (subject.type) {
    case 'event':
      return subject.event === EVENT_OF[type]
    case 'completed':
    case 'interrupted':
      return subject.type === type && isNamed(subject.activity, name)
    case 'child-closed':
      return EVENT_OF[type] === 'child-process' && isNamed(subject.workflow, name)
    case 'child-completed':
    case 'child-interrupted':
      return subject.type === type && isNamed(subject.workflow, name)
    case 'started':
    case 'timer':
    case 'cancel-requested':
      return subject.type === type
    case 'signal':
    case 'settled':
      return false
  }
}

function isNamed(wanted: string | undefined, name: string | undefined): boolean {
  return wanted === undefined || wanted === name
}
