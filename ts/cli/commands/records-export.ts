import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import type { RecordKey } from '../../records/index.js'
import type { SqliteRecords } from '../../records/sqlite/index.js'
import { counted } from '../amounts.js'
import { ExitCode } from '../exit-code.js'
import { CommandError, UsageError } from '../failures.js'
import type { Io } from '../io.js'
import { collected, jsonOption } from '../options.js'
import { printable } from '../printable.js'
import { HEAD, recordLine, tailLine } from '../record-lines.js'
import { FILE_HELP, withRecords } from '../records-file.js'
import type { CommonFlags, Runner } from '../session.js'
import { writeOutput } from './read.js'

interface ExportFlags extends CommonFlags {
  readonly collection?: readonly string[]
  readonly output?: string
}

/** Records in memory at once; each may have a value of 1 MiB. */
const PAGE = 100

/** Characters that are written at once: lines one by one took twice the time. */
const PIECE = 65_536

/** `unitflow records export` */
export function addExport(records: Command, run: Runner): void {
  records
    .command('export')
    .summary('write records as JSON lines')
    .description(
      'Writes the records as they are at this moment as JSON lines, in the order of their keys, for import or for other programs. What JSON cannot say stands as {"$type": ...}. It needs the room of a copy in the folder for temporary files.',
    )
    .argument('<file>', FILE_HELP)
    .option('-c, --collection <name>', 'these records only; repeatable', collected)
    .option('-o, --output <file>', 'write to a file, which is there when it is whole')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  unitflow records export shop.db -o shop.jsonl\n  unitflow records export shop.db -c orders | gzip > orders.jsonl.gz',
    )
    .action((file: string, flags: ExportFlags) =>
      run(flags, async ({ io, json, say, sayJson }) => {
        const { collection: wanted, output } = flags
        if (json && output === undefined) {
          throw new UsageError(
            'an export is JSON lines already',
            'With -o, --json tells what was written there.',
          )
        }
        if (output !== undefined) await assertNotTheSame(io, file, output)
        let count = 0
        await withCopy(io, file, async (store) => {
          const lines = exportLines(
            store,
            await chosen(store, file, wanted),
            io.signal,
            (more) => (count += more),
          )
          if (output === undefined) await io.writeStdout(lines)
          else await writeOutput(io, output, lines)
        })
        if (output !== undefined && !sayJson(() => ({ output, records: count })))
          say(`${printable(output)}: ${counted(count, 'record')}\n`)
        return ExitCode.fine
      }),
    )
}

/**
 * Uses a copy of the records. A transaction would hold a state of them as well, but it may await nothing else, so a slow
 * reader of the export could not be waited for; and SQLite's log would grow as long as the state is held, while others
 * write. The copy holds them up for no longer than it takes to copy a file, and needs the room of one.
 */
async function withCopy(io: Io, file: string, work: (store: SqliteRecords) => Promise<void>): Promise<void> {
  await io.withTemporaryFolder(async (folder) => {
    const copy = join(folder, 'records.db')
    await withRecords(io, file, { create: false }, (store) => store.backup(copy))
    io.signal.throwIfAborted()
    await withRecords(io, copy, { create: false }, work)
  })
}

/** The collections to export, in their order. */
async function chosen(
  store: SqliteRecords,
  file: string,
  wanted: readonly string[] | undefined,
): Promise<readonly string[]> {
  const known = await store.collections()
  for (const name of wanted ?? []) {
    if (known.includes(name)) continue
    throw new CommandError(
      'unknown-collection',
      `${file} has no collection ${JSON.stringify(name)}`,
      ExitCode.failed,
    )
  }
  return known.filter((name) => wanted?.includes(name) !== false).sort()
}

/** An export, piece by piece. */
async function* exportLines(
  store: SqliteRecords,
  collections: readonly string[],
  signal: AbortSignal,
  onRecords: (records: number) => void,
): AsyncGenerator<string> {
  let piece = `${HEAD}\n`
  let count = 0
  for (const collection of collections) {
    let last: RecordKey | undefined
    for (;;) {
      signal.throwIfAborted()
      const from: RecordKey = last ?? [collection]
      // The last one of a page comes first in the next.
      const found = await store.transact((transaction) => transaction.scan({ from, limit: PAGE + 1 }), {
        readonly: true,
        signal,
      })
      const entries = last === undefined ? found : found.slice(1)
      for (const entry of entries) {
        piece += `${recordLine(entry)}\n`
        if (piece.length < PIECE) continue
        yield piece
        piece = ''
      }
      count += entries.length
      onRecords(entries.length)
      if (found.length <= PAGE) break
      last = found.at(-1)?.key
    }
  }
  yield `${piece}${tailLine(count)}\n`
}

/** What is read would be gone. */
async function assertNotTheSame(io: Io, file: string, output: string): Promise<void> {
  const [from, to] = [resolve(io.cwd, file), resolve(io.cwd, output)]
  // SQLite's own files beside it are a part of it.
  const isPart = ['', '-wal', '-shm', '-journal'].some((suffix) => from + suffix === to)
  if (isPart || (await io.isSameFile(from, to))) {
    throw new UsageError(`-o ${output} would write over the records themselves`)
  }
}
