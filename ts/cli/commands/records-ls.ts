import { Buffer } from 'node:buffer'
import type { Command } from 'commander'
import type { RecordEntry, RecordKey } from '../../records/index.js'
import { encodeValue } from '../../values/index.js'
import { size } from '../amounts.js'
import { ExitCode } from '../exit-code.js'
import { UsageError } from '../failures.js'
import { jsonOption, wholeNumber } from '../options.js'
import { printable } from '../printable.js'
import { formOf } from '../record-lines.js'
import { FILE_HELP, parseKey, withRecords } from '../records-file.js'
import type { CommonFlags, Runner, Session } from '../session.js'

interface LsFlags extends CommonFlags {
  readonly limit?: number
  readonly reverse?: boolean
}

const DEFAULT_LIMIT = 100

/** `unitflow records ls` */
export function addLs(records: Command, run: Runner): void {
  records
    .command('ls')
    .summary('list the collections, or the records of one')
    .description('Lists the collections of a file, or records in the order of their keys.')
    .argument('<file>', FILE_HELP)
    .argument('[keys]', 'a collection, or how keys begin, such as \'["orders",5]\'')
    .option('--limit <n>', `records at most (default: ${DEFAULT_LIMIT})`, wholeNumber('--limit', 1))
    .option('--reverse', 'from the last to the first')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `\nExamples:\n  unitflow records ls shop.db\n  unitflow records ls shop.db orders --reverse --limit 10`,
    )
    .action((file: string, keys: string | undefined, flags: LsFlags) =>
      run(flags, async (session) => {
        if (keys !== undefined) await listRecords(session, file, parseKey(keys), flags)
        else if (flags.limit === undefined && flags.reverse === undefined)
          await listCollections(session, file)
        else throw new UsageError('--limit and --reverse are for the records of a collection: name one')
        return ExitCode.fine
      }),
    )
}

async function listCollections(session: Session, file: string): Promise<void> {
  const { io } = session
  const found = await withRecords(io, file, { create: false }, (store) => store.sizes())
  const sizes = [...found].sort((a, b) => (a.collection < b.collection ? -1 : 1))
  if (session.sayJson(() => sizes)) return
  if (sizes.length === 0) {
    session.note(`${printable(file)} holds no records yet`)
    return
  }
  session.sayTable(
    [{ head: 'Collection' }, { head: 'Records', align: 'right' }, { head: 'Values', align: 'right' }],
    sizes.map(({ collection, records, bytes }) => [collection, records.toLocaleString('en'), size(bytes)]),
  )
}

async function listRecords(session: Session, file: string, prefix: RecordKey, flags: LsFlags): Promise<void> {
  const { io } = session
  const { limit = DEFAULT_LIMIT, reverse = false } = flags
  const found = await withRecords(io, file, { create: false }, (store) =>
    store.transact((transaction) => transaction.scan({ prefix, limit: limit + 1, reverse }), {
      readonly: true,
      signal: io.signal,
    }),
  )
  const entries = found.slice(0, limit)
  const hasMore = found.length > limit
  if (
    session.sayJson(() => ({
      records: entries.map(({ key, value }) => ({ key, value: formOf(value) })),
      more: hasMore,
    }))
  )
    return
  if (entries.length === 0) {
    session.note(`no key in ${printable(file)} begins with ${printable(JSON.stringify(prefix))}`)
    return
  }
  session.sayTable(
    [
      { head: 'Key', flexible: 'shorten' },
      { head: 'Size', align: 'right' },
      { head: 'Value', flexible: 'cut' },
    ],
    entries.map((entry) => rowOf(entry, session.width)),
  )
  if (hasMore) session.note(`there are more: --limit ${limit * 10} shows more of them`)
}

function rowOf({ key, value }: RecordEntry, width: number): readonly string[] {
  const text = encodeValue(value)
  // More than there is room for, and not all of a value that may be long, since a table measures all that it is given.
  return [JSON.stringify(key), size(Buffer.byteLength(text)), text.slice(0, width * 2)]
}
