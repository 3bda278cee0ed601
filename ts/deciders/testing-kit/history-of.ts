import type { AnyActivity, AnyWorkflow, StatusText, WorkflowInput } from '../definitions/index.js'
import { flattened } from '../definitions/flatten-decisions.js'
import type { HistoryEvent, MadeDecision } from '../history/index.js'
import { HISTORY_VERSION } from '../history/index.js'
import type { Happening } from './happened.js'
import { valueOf } from './happened.js'
import { HistoryWriter } from './history-writer.js'

/** What was decided, as deciders give it. */
type DecidedStep = AnyActivity | { readonly type: MadeDecision['type'] | 'status' } | readonly DecidedStep[]

/**
 * A step of a history that is written by hand: what was decided, by the functions that deciders use, or what
 * {@link happened}.
 */
export type HistoryStep = Happening | DecidedStep

/** What else a process is started with. */
export interface HistoryOptions {
  /** @default 'process' */
  readonly id?: string
  readonly tags?: readonly string[]
  /**
   * When it is started, in ms since 1970.
   *
   * @default 0
   */
  readonly at?: number
}

/**
 * The history of a process, written by hand: the events that a backend would have written, up to a decision that begins now.
 * Decisions that stand one after another are one batch.
 *
 * @param input as the decider sees it: what the schema has made
 * @example
 * historyOf(checkout, order, [scheduleActivity(charge, order), happened.completed(charge, receipt)])
 * @throws `bad-argument` where something ends that is not open; `bad-decision`; `unsupported-value`
 */
export function historyOf<W extends AnyWorkflow>(
  workflow: W,
  input: WorkflowInput<NoInfer<W>>,
  steps: readonly HistoryStep[] = [],
  { id = 'process', tags = [], at = 0 }: HistoryOptions = {},
): readonly HistoryEvent[] {
  const writer = new HistoryWriter(id, at)
  const { name, version } = workflow
  writer.append({
    type: 'process-started',
    history: HISTORY_VERSION,
    workflow: name,
    version,
    input: valueOf(input),
    tags,
  })
  let batch: (MadeDecision | StatusText)[] = []
  const decide = (): void => {
    if (batch.length === 0) return
    const text = batch.filter((one) => one.type === 'status').at(-1)?.text
    writer.decide(
      batch.filter((one) => one.type !== 'status'),
      text,
    )
    batch = []
  }
  for (const step of steps) {
    if (isHappening(step)) {
      decide()
      step.write(writer)
    } else {
      batch.push(...flattened(workflow, writer.view, step))
    }
  }
  decide()
  writer.append({ type: 'decision-started' })
  return writer.events
}

function isHappening(step: HistoryStep): step is Happening {
  return 'type' in step && step.type === 'happening'
}
