import { isUnitflowError } from '../errors/index.js'
import type { ErrorCode } from '../errors/index.js'

/** What the program ends with. */
export const ExitCode = {
  /** Done, and nothing to object to. */
  fine: 0,
  /** Done, and the answer is no: `check` and `verify` found something, `diff` saw a difference, a flow did not complete. */
  notFine: 1,
  /** The command was not understood. */
  usage: 2,
  /** What is handed in is not what is expected (a workflow spec, an export of records), cannot be taken, or goes over a limit. */
  refused: 3,
  /** A file, store, cache key, process, element, record, execution or flow is not there, or the medium failed. */
  failed: 4,
  /** A run waits for a person, and there is nobody here to ask. */
  waiting: 5,
  /** Ended by the user. */
  interrupted: 130,
} as const

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

const CODES: Partial<Record<ErrorCode, ExitCode>> = {
  'not-json': ExitCode.refused,
  'not-utf8': ExitCode.refused,
  'lone-surrogate': ExitCode.refused,
  'bad-spec': ExitCode.refused,
  'not-a-spec': ExitCode.refused,
  'limit-exceeded': ExitCode.refused,
  'process-closed': ExitCode.refused,
  'process-exists': ExitCode.refused,
  'illegal-transition': ExitCode.refused,
  'execution-exists': ExitCode.refused,
  'definition-changed': ExitCode.refused,
  'invalid-value': ExitCode.refused,
  'unsupported-value': ExitCode.refused,
  'value-too-large': ExitCode.refused,
  'not-linear': ExitCode.refused,
  'unbound-elements': ExitCode.refused,
  'expansion-limit': ExitCode.refused,
  'bad-flow': ExitCode.refused,
  'bad-argument': ExitCode.usage,
  'bad-cache-key': ExitCode.usage,
  'top-process': ExitCode.usage,
}

/** What the program ends with after an error of this package, or of the file system. */
export function exitCodeOf(error: unknown): ExitCode {
  return (isUnitflowError(error) ? CODES[error.code] : undefined) ?? ExitCode.failed
}
