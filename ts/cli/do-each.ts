import { isUnitflowError } from '../errors/index.js'
import type { ErrorCode } from '../errors/index.js'
import { counted } from './amounts.js'
import { ExitCode } from './exit-code.js'
import { printable } from './printable.js'
import type { Session } from './session.js'

/** What something is done to. */
export interface Things {
  /** As in `1 open process`. */
  readonly one: string
  readonly many: string
  /** What JSON calls the id of one, and the list of them. */
  readonly each: string
  readonly all: string
  /** What one of them may refuse; any other failure is that of the file, and ends the command. */
  readonly refusals: readonly ErrorCode[]
}

/** What is done to each. */
export interface DoneToEach {
  readonly work: (id: string) => Promise<void>
  /** As in `order-1 is canceled`. */
  readonly done: string
}

/** What came of one. */
interface Done {
  readonly id: string
  readonly error?: { readonly code: string; readonly message: string }
}

/** Ids that are named where nothing is done yet. */
const NAMED = 10

/** Says what was chosen, where nothing is done to it yet. */
export function sayChosen(
  { say, sayJson, note }: Session,
  { one, many, each, all }: Things,
  ids: readonly string[],
): ExitCode {
  if (sayJson(() => ({ dryRun: true, [all]: ids.map((id) => ({ [each]: id })) }))) return ExitCode.fine
  say(`${counted(ids.length, one, many)}\n`)
  for (const id of ids.slice(0, NAMED)) say(`  ${printable(id)}\n`)
  if (ids.length > NAMED) say(`  and ${counted(ids.length - NAMED, 'more', 'more')}\n`)
  if (ids.length > 0) note('nothing was changed: with --yes it is')
  return ExitCode.fine
}

/** Does something to one after the other; what one refuses does not hold up the others. */
export async function doEach(
  { io, say, sayJson, colors }: Session,
  { one, many, each, all, refusals }: Things,
  ids: readonly string[],
  { work, done }: DoneToEach,
): Promise<ExitCode> {
  say(`${counted(ids.length, one, many)}\n`)
  const told: Done[] = []
  try {
    for (const id of ids) {
      io.signal.throwIfAborted()
      const error = await refusal(work(id), refusals)
      told.push({ id, ...(error !== undefined && { error }) })
      const came = error === undefined ? done : colors.red(printable(error.message))
      say(`  ${printable(id)} ${came}\n`)
    }
  } finally {
    // What was done is told, whatever came in between.
    sayJson(() => ({ [all]: told.map(({ id, ...more }) => ({ [each]: id, ...more })) }))
  }
  return told.some(({ error }) => error !== undefined) ? ExitCode.notFine : ExitCode.fine
}

async function refusal(work: Promise<void>, refusals: readonly ErrorCode[]): Promise<Done['error']> {
  try {
    await work
    return undefined
  } catch (error) {
    if (!isUnitflowError(error) || !refusals.includes(error.code)) throw error
    return { code: error.code, message: error.message }
  }
}
