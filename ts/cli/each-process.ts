import { isUnitflowError } from '../errors/index.js'
import type { WorkflowBackend } from '../deciders/index.js'
import { counted } from './amounts.js'
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

/** What came of one process. */
interface Done {
  readonly process: string
  readonly error?: { readonly code: string; readonly message: string }
}

/** Ids that are named where nothing is done yet. */
const NAMED = 10

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
    if (flags.yes !== true) return sayChosen(session, ids)
    return doEach(session, ids, backend, { work, done })
  })
}

function sayChosen({ say, sayJson, note }: Session, ids: readonly string[]): ExitCode {
  if (sayJson(() => ({ dryRun: true, processes: ids.map((process) => ({ process })) }))) return ExitCode.fine
  say(`${counted(ids.length, 'open process', 'open processes')}\n`)
  for (const id of ids.slice(0, NAMED)) say(`  ${printable(id)}\n`)
  if (ids.length > NAMED) say(`  and ${counted(ids.length - NAMED, 'more', 'more')}\n`)
  if (ids.length > 0) note('nothing was changed: with --yes it is')
  return ExitCode.fine
}

async function doEach(
  { io, say, sayJson, colors }: Session,
  ids: readonly string[],
  backend: WorkflowBackend,
  { work, done }: Doing,
): Promise<ExitCode> {
  say(`${counted(ids.length, 'open process', 'open processes')}\n`)
  const told: Done[] = []
  try {
    for (const process of ids) {
      io.signal.throwIfAborted()
      const error = await refusal(work(backend, process))
      told.push({ process, ...(error !== undefined && { error }) })
      const came = error === undefined ? done : colors.red(printable(error.message))
      say(`  ${printable(process)} ${came}\n`)
    }
  } finally {
    // What was done is told, whatever came in between.
    sayJson(() => ({ processes: told }))
  }
  return told.some(({ error }) => error !== undefined) ? ExitCode.notFine : ExitCode.fine
}

/** What the process itself refuses; any other failure is that of the file, and ends the command. */
async function refusal(work: Promise<void>): Promise<Done['error']> {
  try {
    await work
    return undefined
  } catch (error) {
    if (!isUnitflowError(error, 'process-closed') && !isUnitflowError(error, 'no-such-process')) throw error
    return { code: error.code, message: error.message }
  }
}
