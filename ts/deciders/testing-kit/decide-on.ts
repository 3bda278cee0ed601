import type { AnyWorkflow, DecisionBatch } from '../definitions/index.js'
import { decide, ProcessHistory } from '../definitions/index.js'
import type { HistoryEvent } from '../history/index.js'

/**
 * What a workflow decides after a history.
 *
 * @param history of a process that runs, or made by {@link historyOf}
 * @example
 * expect(decideOn(checkout, historyOf(checkout, order)).decisions).toEqual([scheduleActivity(charge, order)])
 * @throws `bad-history`, `bad-decision`, `unsupported-value`, and what the decider throws
 */
export function decideOn(workflow: AnyWorkflow, history: Iterable<HistoryEvent>): DecisionBatch {
  return decide(workflow, new ProcessHistory('process', history).view())
}
