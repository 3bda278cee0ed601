import { resolve } from 'node:path'
import type { CacheStore } from '../stores/index.js'
import { colorsOf } from './colors.js'
import type { Colors } from './colors.js'
import type { ExitCode } from './exit-code.js'
import { columnsOf } from './io.js'
import type { Io } from './io.js'
import { printableJson } from './printable.js'
import { table } from './table.js'
import type { Column } from './table.js'

/** Options that every command has. */
export interface CommonFlags {
  readonly json?: boolean
}

/** Options of the commands that use a cache. */
export interface StoreFlags extends CommonFlags {
  readonly store: string
}

/** One run of a command. */
export interface Session {
  readonly io: Io
  readonly json: boolean
  /** Colours of stdout; without effect where there are none. */
  readonly colors: Colors
  /** Columns to fit into. */
  readonly width: number
  /** Text on stdout; it must be printable already. */
  readonly say: (text: string) => void
  /** A remark on stderr, for people only; it must be printable already. */
  readonly note: (text: string) => void
  /** What `--json` prints; returns whether it did. */
  readonly sayJson: (value: () => unknown) => boolean
  /** A table on stdout; cells need not be printable. */
  readonly sayTable: (
    columns: readonly Column[],
    rows: readonly (readonly (string | readonly string[])[])[],
  ) => void
}

/** Does the work of a command and settles what the program ends with. */
export type Runner = (flags: CommonFlags, work: (session: Session) => Promise<ExitCode>) => Promise<void>

/** Lines longer than this are hard to read. */
const MAX_WIDTH = 120

/** Columns that text on stdout fits into. */
export function tableWidth({ stdout }: Io): number {
  return Math.min(Math.max(columnsOf(stdout), 40), MAX_WIDTH)
}

/** What a command works with. */
export function createSession(io: Io, json: boolean): Session {
  const colors = colorsOf(io.stdout, io.env)
  const remarks = colorsOf(io.stderr, io.env)
  const width = tableWidth(io)
  return {
    io,
    json,
    colors,
    width,
    say: (text) => {
      if (!json) io.stdout.write(text)
    },
    note: (text) => {
      if (!json) io.stderr.write(`${remarks.dim(text)}\n`)
    },
    sayJson: (value) => {
      if (json) io.stdout.write(`${printableJson(value())}\n`)
      return json
    },
    sayTable: (columns, rows) => {
      if (!json) io.stdout.write(table(columns, rows, width, colors))
    },
  }
}

/** Uses the store in a folder, and lets go of it at the end. */
export async function withStore<T>(
  io: Io,
  folder: string,
  work: (store: CacheStore) => Promise<T>,
): Promise<T> {
  const store = io.createStore(resolve(io.cwd, folder))
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}
