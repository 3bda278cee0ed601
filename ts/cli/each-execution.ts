import type { ExecutionInfo, FlowRunner } from '../flows/index.js'
import { doEach, sayChosen } from './do-each.js'
import type { Things } from './do-each.js'
import { ExitCode } from './exit-code.js'
import { allExecutions, assertOneOrAll, changeExecutions, flowFilterOf } from './flows-file.js'
import type { ManyFlags } from './flows-file.js'
import { printable } from './printable.js'
import type { CommonFlags, Session } from './session.js'

/** Options of what is done to one execution, or to all of a choice. */
export interface EachExecutionFlags extends CommonFlags, ManyFlags {
  readonly yes?: boolean
}

export const EXECUTIONS: Things = {
  one: 'execution',
  many: 'executions',
  each: 'execution',
  all: 'executions',
  refusals: ['illegal-transition', 'no-such-execution', 'bad-argument'],
}

/** What is done to executions. */
export interface DoneToExecutions {
  readonly things: Things
  /** Which of a choice. */
  readonly isMeant: (info: ExecutionInfo) => boolean
  readonly work: (runner: FlowRunner, id: string) => Promise<void>
  /** As in `order-1 is canceled`. */
  readonly done: string
  /** The same for one alone, of which more is known. */
  readonly doneNow: (runner: FlowRunner, id: string) => Promise<string>
}

/** Does something to one execution, or to all of a choice: those are counted first, and it is done with `--yes` only. */
export async function eachExecution(
  session: Session,
  file: string,
  id: string | undefined,
  flags: EachExecutionFlags,
  { things, isMeant, work, done, doneNow }: DoneToExecutions,
): Promise<ExitCode> {
  const { io, say, sayJson } = session
  assertOneOrAll(id, flags)
  return changeExecutions(io, file, async (runner) => {
    if (id !== undefined) {
      await work(runner, id)
      const now = await doneNow(runner, id)
      const { status } = await runner.execution(id)
      if (!sayJson(() => ({ executions: [{ execution: id, status }] }))) say(`${printable(id)} ${now}\n`)
      return ExitCode.fine
    }
    const ids: string[] = []
    for await (const info of allExecutions(runner, flowFilterOf(flags), io.signal))
      if (isMeant(info)) ids.push(info.id)
    if (flags.yes !== true) return sayChosen(session, things, ids)
    return doEach(session, things, ids, { work: (one) => work(runner, one), done })
  })
}
