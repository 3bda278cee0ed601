import { errorToData } from '../../errors/index.js'
import { canonicalForm } from '../../fingerprint/index.js'
import type { HistoryEvent } from '../history/index.js'
import { decide } from './decide.js'
import type { DecisionBatch } from './decided.js'
import { ProcessHistory } from './process-history.js'
import type { PlainWorkflow } from './workflow.js'

/** What a decider came to at one point of a history: what it decided, or the message of what it threw. */
export type DecidedOrThrown = DecisionBatch | { readonly threw: string }

/** A point of a history where a decider decided one thing, and then another. */
export interface DeciderDifference {
  /** The `seq` of the event that it decided after. */
  readonly seq: number
  readonly first: DecidedOrThrown
  readonly second: DecidedOrThrown
}

/**
 * Has a decider decide all of a history twice, and tells where it did not decide the same: it has read a clock, drawn a
 * number, kept something between two decisions, or changed what it was handed.
 *
 * Decides after each decision-started event, and at the end.
 *
 * @throws `bad-history`
 */
export function checkDecider(
  workflow: PlainWorkflow,
  history: Iterable<HistoryEvent>,
): readonly DeciderDifference[] {
  const events = [...history]
  const first = decideAll(workflow, events)
  const second = decideAll(workflow, events)
  return first.flatMap(({ seq, decided }, index) => {
    const other = second[index]?.decided
    if (other === undefined || canonicalForm(decided) === canonicalForm(other)) return []
    return [{ seq, first: decided, second: other }]
  })
}

interface Taken {
  readonly seq: number
  readonly decided: DecidedOrThrown
}

function decideAll(workflow: PlainWorkflow, events: readonly HistoryEvent[]): readonly Taken[] {
  const history = new ProcessHistory('process')
  return events.flatMap((event, index) => {
    history.add([event])
    const isPoint = event.type === 'decision-started' || index === events.length - 1
    return isPoint ? [{ seq: event.seq, decided: decidedOrThrown(workflow, history) }] : []
  })
}

function decidedOrThrown(workflow: PlainWorkflow, history: ProcessHistory): DecidedOrThrown {
  try {
    // A copy, because whoever decides may change what it has given once it decides again.
    return structuredClone(decide(workflow, history.view()))
  } catch (error) {
    return { threw: errorToData(error).message }
  }
}
