import type { HistoryEvent, MadeDecision } from '../history/index.js'
import { isClosing } from '../history/index.js'
import type { StatusText } from './decided.js'
import { flattened } from './flatten-decisions.js'
import type { AnyProcessView } from './process-view.js'
import type { Rule } from './rule.js'
import type { PlainWorkflow } from './workflow.js'

type Decided = MadeDecision | StatusText

/**
 * What rules decide of a process: all that match, event by event, then those of `settled` (D68). What closes the process is
 * put last, and nothing is started then: a rule does not know what others make of the events that came with its own. Of
 * several that close it the first one does.
 *
 * @throws `bad-decision`, and what a rule throws
 */
export function decideByRules(
  workflow: PlainWorkflow,
  rules: readonly Rule[],
  process: AnyProcessView,
): readonly Decided[] {
  const decided: Decided[] = []
  const fire = (rule: Rule, event?: HistoryEvent): void => {
    if (rule.match(event, process)) decided.push(...flattened(workflow, process, rule(event, process)))
  }
  const onEvents = rules.filter(({ subject }) => subject.type !== 'settled')
  for (const event of process.unseen()) for (const rule of onEvents) fire(rule, event)
  for (const rule of rules) {
    if (rule.subject.type === 'settled' && !decided.some(startsOrCloses) && isSettledBy(decided, process))
      fire(rule)
  }
  const closing = decided.find(closes)
  return closing === undefined ? decided : [...decided.filter((one) => !startsOrCloses(one)), closing]
}

/** Nothing is open any more once this is applied: nobody would be woken to find that out. */
function isSettledBy(decided: readonly Decided[], process: AnyProcessView): boolean {
  if (process.isSettled) return true
  const off = new Set(decided.flatMap(calledOff))
  if (off.size === 0 || process.openChildren.length > 0) return false
  return (
    process.unfinished().every(({ id }) => off.has(`activity ${id}`)) &&
    process.timers.every(({ id }) => off.has(`timer ${id}`))
  )
}

function calledOff(one: Decided): readonly string[] {
  if (one.type === 'cancel-activity' && one.wait !== true) return [`activity ${one.id}`]
  return one.type === 'cancel-timer' ? [`timer ${one.id}`] : []
}

function startsOrCloses(one: Decided): boolean {
  return (
    one.type === 'schedule-activity' ||
    one.type === 'start-child-process' ||
    one.type === 'start-timer' ||
    closes(one)
  )
}

function closes(one: Decided): boolean {
  return one.type !== 'status' && isClosing(one)
}
