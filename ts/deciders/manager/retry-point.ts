import { isClosing } from '../history/index.js'
import type { HistoryEvent } from '../history/index.js'

/**
 * Where a process that went wrong is taken up again (D83): before the first activity or child that had not succeeded when
 * the decision to close it was made, so that this is done anew; where there is none, before that decision itself; where
 * nobody decided to close it, before it was closed.
 *
 * @returns the `seq` of the last event that is kept
 */
export function retryPoint(history: readonly HistoryEvent[]): number {
  const closed = history.findLast(({ type }) => type === 'process-closed')?.seq ?? history.length + 1
  const last = history.findLast((event) => event.type === 'decision-completed' && event.seq < closed)
  if (last?.type !== 'decision-completed') return closed - 1
  const batch = history.slice(last.seq, closed - 1)
  if (!batch.some((event) => event.type === 'decision' && isClosing(event.decision))) return closed - 1
  const before = history.findLast((event) => event.type === 'decision-completed' && event.seq < last.seq)
  const seen = before?.type === 'decision-completed' ? before.started : 0
  const wrong = history.slice(seen, last.started - 1).find(isWrong)
  return (wrong?.seq ?? last.started) - 1
}

function isWrong(event: HistoryEvent): boolean {
  return (event.type === 'activity' || event.type === 'child-process') && event.result.type !== 'completed'
}
