import type { WorkflowBackend } from '../deciders/index.js'
import type { FlowRunner, FlowRunnerOptions } from '../flows/index.js'
import type { RecordStore } from '../records/index.js'
import type { SqliteRecords } from '../records/sqlite/index.js'
import type { CacheStore } from '../stores/index.js'

/** Where text goes. */
export interface Output {
  readonly write: (text: string) => void
  /** A person looks at it. */
  readonly isTTY: boolean
  /** Characters in a line; 0 or nothing where that is not known. */
  readonly columns?: number | undefined
  /** Lines that are seen at once; 0 or nothing where that is not known. */
  readonly rows?: number | undefined
}

/** All that the command line has of the world. */
export interface Io {
  readonly stdout: Output
  readonly stderr: Output
  /** All of the standard input; rejects with the signal's reason when it is aborted. */
  readonly readStdin: (signal: AbortSignal) => Promise<Uint8Array>
  /** A person types on the standard input. */
  readonly stdinIsTTY: boolean
  /**
   * The next line of the standard input; nothing after its end. A person is asked for it with this text, on stderr, which
   * must be printable already. Rejects with the signal's reason when it is aborted.
   */
  readonly readLine: (question: string, signal: AbortSignal) => Promise<string | undefined>
  /** The folder that relative paths start from. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Rejects with an error that has Node's `code`. */
  readonly readFile: (path: string) => Promise<Uint8Array>
  /** Writes a whole file or nothing; rejects with an error that has Node's `code`, or with what the content throws. */
  readonly writeFile: (path: string, content: string | AsyncIterable<string>) => Promise<void>
  /** Writes piece by piece, as fast as they are taken; ends early where nobody reads any more. */
  readonly writeStdout: (content: AsyncIterable<string>) => Promise<void>
  /** Whether two paths lead to one file that is there. */
  readonly isSameFile: (a: string, b: string) => Promise<boolean>
  /** Does something with a folder that nobody else can read, and takes it away. */
  readonly withTemporaryFolder: <T>(work: (path: string) => Promise<T>) => Promise<T>
  /** A store over a folder; it need not exist. */
  readonly createStore: (root: string) => CacheStore
  /** Records in an SQLite file; throws `sqlite-unavailable`. */
  readonly openRecords: (path: string, options: { readonly create: boolean }) => SqliteRecords
  /** What keeps processes, over records. */
  readonly createBackend: (records: RecordStore) => WorkflowBackend
  /** What schedules and runs flows. */
  readonly createFlowRunner: (options: FlowRunnerOptions) => FlowRunner
  /** What a module exports; rejects with what its code throws, or with an error that has Node's `code`. */
  readonly importModule: (path: string) => Promise<object>
  /** Hands over what code of the user's prints, in place of printing it. @returns ends it */
  readonly capture: (print: (text: string) => void) => () => void
  /** Calls again and again, so many milliseconds apart, and keeps the program alive. @returns ends it */
  readonly every: (ms: number, call: () => void) => () => void
  /** Milliseconds since 1970, with fractions. */
  readonly now: () => number
  /** Resolves after so many milliseconds, or when the user interrupts. */
  readonly sleep: (ms: number) => Promise<void>
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal
  /** Who works here, for people: a program on a host. */
  readonly identity: string
  /** Whether whoever has worked under an identity is known to be gone. */
  readonly isGone: (identity: string) => boolean
  /** How this program is called, for commands to type next. */
  readonly command: string
}

/** Columns where nobody says how many there are. */
const WIDTH = 80

/** Characters in a line of an output. */
export function columnsOf({ columns = 0 }: Output): number {
  return columns > 0 ? columns : WIDTH
}
