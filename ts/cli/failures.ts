import type { ExitCode } from './exit-code.js'

/** The command was not understood: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly hint: string | undefined

  constructor(message: string, hint?: string) {
    super(message)
    this.hint = hint
  }
}

/** A file could not be read or written: exit code 4. */
export class FileError extends Error {
  override readonly name = 'FileError'
  readonly path: string

  constructor(action: 'read' | 'write', path: string, cause: unknown) {
    super(`cannot ${action} ${path}: ${reasonOf(cause)}`, { cause })
    this.path = path
  }
}

/** An error about an input, with the name of that input; `cause` is the error itself. */
export class InputError extends Error {
  override readonly name = 'InputError'
  readonly input: string

  constructor(input: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.input = input
  }
}

/** What only the command line finds out, with a code as the errors of the package have. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly code: string
  readonly exitCode: ExitCode
  readonly hint: string | undefined
  readonly fields: object | undefined

  constructor(
    code: string,
    message: string,
    exitCode: ExitCode,
    about: { readonly hint?: string; readonly fields?: object; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: about.cause })
    this.code = code
    this.exitCode = exitCode
    this.hint = about.hint
    this.fields = about.fields
  }
}

/** A line of an input is not what it should be, or cannot be taken: exit code 3. */
export class LineError extends Error {
  override readonly name = 'LineError'
  readonly code: string
  /** Counted from 1. */
  readonly line: number
  readonly hint: string | undefined

  constructor(code: 'bad-line' | 'record-exists', line: number, message: string, hint?: string) {
    super(message)
    this.code = code
    this.line = line
    this.hint = hint
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ERR_FS_FILE_TOO_LARGE: 'it is too large to be read at once',
}

function reasonOf(cause: unknown): string {
  const code = systemCodeOf(cause)
  return REASONS[code ?? ''] ?? code ?? (cause instanceof Error ? cause.message : String(cause))
}

/** Node's code of an error, such as `ENOENT`. */
export function systemCodeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
