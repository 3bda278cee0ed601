import type { Command } from 'commander'
import { isUnitflowError, UnitflowError } from '../../errors/index.js'
import type { RecordKey, RecordTransaction } from '../../records/index.js'
import type { Limits } from '../../core/index.js'
import { counted } from '../amounts.js'
import { ExitCode } from '../exit-code.js'
import { InputError, LineError } from '../failures.js'
import { jsonOption, limitOption } from '../options.js'
import { printable } from '../printable.js'
import { readLines } from '../record-lines.js'
import type { ReadRecord } from '../record-lines.js'
import { withRecords } from '../records-file.js'
import type { CommonFlags, Runner } from '../session.js'
import { aboutInput, readSpecs } from '../source.js'

interface ImportFlags extends CommonFlags {
  readonly replace?: boolean
  readonly limit?: Pick<Limits, 'bytes'>
}

/** Bytes of an export that are read, unless one says otherwise: all of it is in memory until all of it is written. */
const MAX_BYTES = 256 * 1024 * 1024

/** `unitflow records import` */
export function addImport(records: Command, run: Runner): void {
  records
    .command('import')
    .summary('write what was exported: all of it, or nothing')
    .description(
      'Writes what was exported, in one transaction: all of it, or nothing. An export that was cut off or altered is refused, with the line.',
    )
    .argument('<file>', 'an SQLite file; it is made where there is none')
    .argument('[input]', 'an export, or - for stdin', '-')
    .option('--replace', 'write over records that are there already; without it they are refused')
    .addOption(limitOption(['bytes']))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  unitflow records import copy.db shop.jsonl\n  unitflow records export shop.db -c orders | unitflow records import copy.db',
    )
    .action((file: string, input: string, flags: ImportFlags) =>
      run(flags, async ({ io, say, sayJson }) => {
        const { name, bytes } = await readSpecs(io, input)
        const lines = await aboutInput(name, () => {
          assertSize(bytes, flags.limit?.bytes ?? MAX_BYTES)
          return readLines(bytes, io.signal)
        })
        io.signal.throwIfAborted()
        const { length: written } = lines
        const replaced = await withRecords(io, file, { create: true }, (store) =>
          store.transact((transaction) => write(transaction, lines, name, flags.replace === true), {
            signal: io.signal,
          }),
        )
        if (!sayJson(() => ({ written, replaced }))) {
          const changed =
            replaced === 0 ? '' : `, ${replaced.toLocaleString('en')} of them in the place of others`
          say(`${printable(file)}: ${counted(written, 'record')} written${changed}\n`)
        }
        return ExitCode.fine
      }),
    )
}

function assertSize(bytes: Uint8Array, maximum: number): void {
  if (bytes.length <= maximum) return
  throw new UnitflowError('limit-exceeded', `the input has ${bytes.length} bytes`, {
    limit: 'bytes',
    maximum,
    pointer: '',
  })
}

/** @returns how many of them were there already */
async function write(
  transaction: RecordTransaction,
  records: readonly ReadRecord[],
  input: string,
  replace: boolean,
): Promise<number> {
  let count = 0
  for (const { key, value, line } of records) {
    if (await isThere(transaction, key)) {
      if (!replace) {
        const message = `the record ${JSON.stringify(key)} is there already, and nothing was written`
        const hint = '--replace writes over what is there.'
        throw new InputError(input, new LineError('record-exists', line, message, hint))
      }
      count++
    }
    transaction.set(key, value)
  }
  return count
}

async function isThere(transaction: RecordTransaction, key: RecordKey): Promise<boolean> {
  try {
    return (await transaction.get(key)) !== undefined
  } catch (error) {
    // Somebody has altered it with SQL; an export from before mends that.
    if (isUnitflowError(error, 'bad-value-form')) return true
    throw error
  }
}
