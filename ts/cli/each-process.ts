import type { WorkflowBackend } from '../deciders/index.js'
import { doEach, sayChosen } from './do-each.js'
import type { Things } from './do-each.js'
import { ExitCode } from './exit-code.js'
import { printable } from './printable.js'
import { allProcesses, assertOneOrMany, changeProcesses, filterOf } from './processes-file.js'
import type { Choice } from './processes-file.js'
import type { CommonFlags, Session } from './session.js'

/** Options of what is done to one process, or to all open ones of a choice. */
export interface EachFlags extends CommonFlags, Choice {
  readonly yes?: boolean
}

/** What is done to processes. */
export interface Doing {
  readonly work: (backend: WorkflowBackend, id: string) => Promise<void>
  /** As in `order-1 is canceled`. */
  readonly done: string
}

const OPEN_PROCESSES: Things = {
  one: 'open process',
  many: 'open processes',
  each: 'process',
  all: 'processes',
  refusals: ['process-closed', 'no-such-process'],
}

/**
 * Does something to one process, or to all open ones of a choice: those are counted first, and it is done with `--yes`
 * only. What is done to one does not wait for the others, so an error at one leaves them alone.
 */
export async function eachProcess(
  session: Session,
  file: string,
  id: string | undefined,
  flags: EachFlags,
  { work, done }: Doing,
): Promise<ExitCode> {
  const { io, say, sayJson } = session
  assertOneOrMany(id, flags)
  return changeProcesses(io, file, async (backend) => {
    if (id !== undefined) {
      await work(backend, id)
      if (!sayJson(() => ({ processes: [{ process: id }] }))) say(`${printable(id)} ${done}\n`)
      return ExitCode.fine
    }
    const ids: string[] = []
    for await (const info of allProcesses(backend, filterOf(flags, 'open'), io.signal)) ids.push(info.id)
    if (flags.yes !== true) return sayChosen(session, OPEN_PROCESSES, ids)
    return doEach(session, OPEN_PROCESSES, ids, { work: (process) => work(backend, process), done })
  })
}
