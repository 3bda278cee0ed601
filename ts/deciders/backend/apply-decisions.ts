import type { UnitflowError } from '../../errors/index.js'
import { areWellFormed, completeDecision } from '../process/index.js'
import type { Decided, DecisionClaim, StepTime } from '../process/index.js'
import { neededBy, takenOf, typesOf } from './judged-by.js'
import { Messenger } from './messenger.js'
import type { ProcessRecords } from './process-records.js'

/** What is decided, of which process, and by whom. */
export interface DecidedOf {
  readonly process: string
  readonly claim: DecisionClaim
  readonly decided: Decided
  /** The id of the process that goes on, where one is continued as new. */
  readonly next: string
}

/**
 * Applies a batch of decisions, and carries what it asks of other processes.
 *
 * @returns why it was refused, which is written down; nothing where it was applied
 * @throws `no-such-process`, `unknown-decision`
 */
export async function applyDecisions(
  processes: ProcessRecords,
  { process: id, claim, decided, next }: DecidedOf,
  time: StepTime,
): Promise<UnitflowError | undefined> {
  const process = await processes.get(id)
  // What is malformed is refused, whatever else is known.
  const asked = areWellFormed(decided.decisions) ? decided.decisions : []
  const needed = neededBy(asked)
  const open = needed === 'all' ? await process.readAll() : await process.read(needed)
  const types = await typesOf(processes, asked)
  const taken = await takenOf(processes, asked)
  const outcome = completeDecision(process.state, claim, decided, { open, types, taken, next }, time)
  process.apply(outcome.step)
  await new Messenger(processes, time).deliver(id, outcome.step.messages)
  return outcome.applied ? undefined : outcome.error
}
