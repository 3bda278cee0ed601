import type { MadeDecision } from '../history/index.js'
import type { DecisionBatch, StatusText } from './decided.js'
import { flattened } from './flatten-decisions.js'
import { meantOnce } from './meant-once.js'
import type { AnyProcessView } from './process-view.js'
import type { PlainWorkflow } from './workflow.js'

/**
 * What a decider decides of a process, as plain decisions in order (D30, D59, D66): flat, without what is nothing, and
 * without what is there twice and meant once ({@link meantOnce}). An activity by itself is scheduled with the process's
 * input.
 *
 * @throws `bad-decision` for what is no decision, or of an activity or child that the workflow does not list;
 * `unsupported-value`; and what the decider throws
 */
export function decide(workflow: PlainWorkflow, process: AnyProcessView): DecisionBatch {
  const decided = flattened(workflow, process, workflow.decide(process))
  const text = decided.filter(isStatus).at(-1)?.text
  const decisions = withoutRepeats(decided.filter((one) => !isStatus(one)))
  return { decisions, ...(text !== undefined && { status: text }) }
}

function isStatus(decided: MadeDecision | StatusText): decided is StatusText {
  return decided.type === 'status'
}

function withoutRepeats(decisions: readonly MadeDecision[]): readonly MadeDecision[] {
  // Most batches are of one, and need no look at what is in it.
  if (decisions.length < 2) return decisions
  const seen = new Set<string>()
  return decisions.filter((decision) => {
    const meant = meantOnce(decision)
    if (meant === undefined) return true
    const isNew = !seen.has(meant)
    seen.add(meant)
    return isNew
  })
}
