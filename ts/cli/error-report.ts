import { isUnitflowError } from '../errors/index.js'
import type { AnyUnitflowError, ErrorCode, LimitName, SpecPlace } from '../errors/index.js'
import { colorsOf } from './colors.js'
import { ExitCode, exitCodeOf } from './exit-code.js'
import { CommandError, FileError, InputError, LineError, UsageError } from './failures.js'
import type { Io } from './io.js'
import { printable, printableJson, printableLines } from './printable.js'

/** An error as it is told. */
interface Report {
  readonly code: string
  readonly message: string
  readonly hint?: string
  /** The file that it is about. */
  readonly input?: string
  readonly fields?: object
  readonly exitCode: ExitCode
}

/** Tells an error on stderr, for people or as JSON, and gives what the program ends with. */
export function reportError(io: Io, error: unknown, json: boolean): ExitCode {
  const report = io.signal.aborted && isAbort(io.signal, error) ? INTERRUPTED : reportOf(io, error)
  const { exitCode, ...told } = report
  if (json) {
    io.stderr.write(`${printableJson({ error: told, exitCode })}\n`)
    return exitCode
  }
  const colors = colorsOf(io.stderr, io.env)
  const at = placeText(error)
  const where = pointerOf(error)
  const pointer = where === '' ? '' : ` ${colors.bold(printable(where))}`
  const about = pointer !== '' ? ':' : report.input === undefined ? '' : ` ${printable(report.input)}:`
  io.stderr.write(
    `${colors.red(`error[${report.code}]`)}${pointer}${about} ${printableLines(report.message)}\n`,
  )
  if (where !== '' || at !== undefined) {
    const file = report.input === undefined ? undefined : printable(report.input)
    io.stderr.write(`  in ${[file, at].filter((part) => part !== undefined).join(', ')}\n`)
  }
  if (report.hint !== undefined) io.stderr.write(`${colors.cyan('hint:')} ${printable(report.hint)}\n`)
  return exitCode
}

const INTERRUPTED: Report = {
  code: 'interrupted',
  message: 'ended before it was done',
  exitCode: ExitCode.interrupted,
}

function isAbort(signal: AbortSignal, error: unknown): boolean {
  if (error === signal.reason) return true
  return (
    error instanceof Error &&
    (error.name === 'AbortError' || (error.cause !== undefined && isAbort(signal, error.cause)))
  )
}

function reportOf(io: Io, error: unknown): Report {
  if (error instanceof UsageError) {
    return { code: 'usage', message: error.message, ...hinted(error.hint), exitCode: ExitCode.usage }
  }
  if (error instanceof FileError) {
    return { code: 'file', message: error.message, fields: { path: error.path }, exitCode: ExitCode.failed }
  }
  if (error instanceof CommandError) {
    const { code, message, hint, fields, exitCode } = error
    return { code, message, ...hinted(hint), ...(fields === undefined ? {} : { fields }), exitCode }
  }
  if (error instanceof LineError) {
    const { code, message, line, hint } = error
    return { code, message, ...hinted(hint), fields: { line }, exitCode: ExitCode.refused }
  }
  if (error instanceof InputError) return { ...reportOf(io, error.cause), input: error.input }
  if (isUnitflowError(error)) {
    return {
      code: error.code,
      message: messageOf(error),
      ...hinted(hintOf(io, error)),
      fields: error.fields,
      exitCode: exitCodeOf(error),
    }
  }
  const shown = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return {
    code: 'internal',
    message: shown,
    hint: 'This is a mistake in unitflow itself. Please report it, with the lines above.',
    exitCode: ExitCode.failed,
  }
}

function hinted(hint: string | undefined): { readonly hint?: string } {
  return hint === undefined ? {} : { hint }
}

function placeText(error: unknown): string | undefined {
  const cause = error instanceof InputError ? error.cause : error
  if (cause instanceof LineError) return `line ${cause.line}`
  const place = placeOf(cause)
  return place === undefined ? undefined : `line ${place.line}, column ${place.column}`
}

function placeOf(cause: unknown): SpecPlace | undefined {
  if (isUnitflowError(cause, 'not-json') || isUnitflowError(cause, 'bad-spec')) return cause.fields
  return undefined
}

function pointerOf(error: unknown): string {
  const cause = error instanceof InputError ? error.cause : error
  return isUnitflowError(cause, 'limit-exceeded') ? cause.fields.pointer : (placeOf(cause)?.pointer ?? '')
}

/** The message without what is said beside it. */
function messageOf(error: AnyUnitflowError): string {
  if (isUnitflowError(error, 'not-json') || isUnitflowError(error, 'bad-spec')) {
    return `expected ${error.fields.expected}, found ${error.fields.found}`
  }
  if (error.code === 'not-a-spec') return error.message.replace(error.fields.hint, '').trim()
  if (error.code === 'limit-exceeded') {
    return `the input has more than ${error.fields.maximum} ${LIMITED[error.fields.limit]}`
  }
  // The rest of the message is about an option that a command line has not.
  if (error.code === 'sqlite-unavailable') return error.fields.reason
  // What lay beneath says why a medium failed.
  const cause = error.code.startsWith('store-') && error.cause instanceof Error ? error.cause.message : ''
  return cause === '' || error.message.includes(cause) ? error.message : `${error.message}: ${cause}`
}

const LIMITED: Readonly<Record<LimitName, string>> = {
  bytes: 'bytes',
  depth: 'levels of nesting',
  processes: 'processes',
  idLength: 'characters in an id',
}

function hintOf(io: Io, error: AnyUnitflowError): string | undefined {
  const { command } = io
  if (error.code === 'not-a-spec') {
    if (error.fields.kind !== 'process-spec') return error.fields.hint
    return `Wrap it as {"spec": ..., "subprocess_specs": {}}, or save it into a cached workflow: ${command} cache <file> --key <key> --process`
  }
  if (error.code === 'limit-exceeded')
    return `Allow more with --limit ${error.fields.limit}=${error.fields.maximum * 10}`
  return HINTS[error.code]?.(command)
}

const HINTS: Partial<Record<ErrorCode, (command: string) => string>> = {
  'unknown-cache-key': (command) => `${command} list shows what is cached; --store names another folder.`,
  'root-missing': (command) =>
    `Nothing was cached there yet: ${command} cache <specs>. --store names another folder.`,
  'unknown-process': (command) => `${command} graph <key> --json shows the processes of a workflow.`,
  'unknown-element': (command) => `${command} describe <key> <process> shows the elements of a process.`,
  'root-damaged': (command) => `${command} verify looks at all that is cached.`,
  'object-damaged': (command) => `Cache the workflow again, and see ${command} verify.`,
  'object-missing': (command) => `Cache the workflow again, and see ${command} verify.`,
  'write-conflict': () => 'Try again.',
  'store-missing': (command) => `Only ${command} records import, flows run and flows work make a file.`,
  'foreign-store': () => 'unitflow reads what createSqliteRecords of unitflow/records/sqlite has made.',
  'newer-schema': () => 'Use the version of unitflow that has written it, or a later one.',
  'store-damaged': (command) => `${command} records check says what is wrong.`,
  'bad-value-form': (command) => `${command} records check says which records are not as they were written.`,
  'store-busy': () => 'Another program has been writing all the time. Try again.',
  'no-such-process': (command) => `${command} processes list <file> shows which there are.`,
  'no-such-execution': (command) => `${command} flows list <file> shows which there are.`,
  'definition-changed': () => 'Give the flow a `migrate`, which says how its old executions go on.',
  'unknown-type': () => 'A manager or a worker makes a workflow known; the file has not seen it yet.',
  'sqlite-unavailable': () => 'Run this with Node 22.13 or later.',
}
