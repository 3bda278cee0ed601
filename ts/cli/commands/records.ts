import { resolve } from 'node:path'
import type { Command } from 'commander'
import { isUnitflowError } from '../../errors/index.js'
import { counted } from '../amounts.js'
import { ExitCode } from '../exit-code.js'
import { CommandError } from '../failures.js'
import type { Io } from '../io.js'
import { jsonOption } from '../options.js'
import { printable, printableJson } from '../printable.js'
import { formOf } from '../record-lines.js'
import { FILE_HELP, KEY_HELP, parseKey, withRecords } from '../records-file.js'
import type { CommonFlags, Runner } from '../session.js'
import { addExport } from './records-export.js'
import { addImport } from './records-import.js'
import { addLs } from './records-ls.js'

/** `unitflow records` */
export function addRecords(program: Command, run: Runner): void {
  const records = program
    .command('records')
    .summary('look into records that are kept in an SQLite file')
    .description(
      'Looks into records that are kept in an SQLite file, takes them out and puts them in. Others may use the file meanwhile.',
    )
  for (const add of [addLs, addGet, addCheck, addBackup, addExport, addImport]) add(records, run)
}

/** `unitflow records get` */
function addGet(records: Command, run: Runner): void {
  records
    .command('get')
    .summary('print the value of a record')
    .description(
      'Prints the value of a record as JSON; what JSON cannot say stands as {"$type": ...}. Exit code 4 where there is no such record.',
    )
    .argument('<file>', FILE_HELP)
    .argument('<key>', KEY_HELP)
    .addOption(jsonOption())
    .addHelpText('after', `\nExample:\n  unitflow records get shop.db '["orders",4711]'`)
    .action((file: string, text: string, flags: CommonFlags) =>
      run(flags, async ({ io, say, sayJson }) => {
        const key = parseKey(text)
        const value = await withRecords(io, file, { create: false }, (store) =>
          store.transact((transaction) => transaction.get(key), { readonly: true, signal: io.signal }),
        )
        if (value === undefined) {
          const shown = JSON.stringify(key)
          throw new CommandError('unknown-record', `${file} has no record ${shown}`, ExitCode.failed, {
            hint: `${io.command} records ls ${file} ${key[0]} shows what there is.`,
            fields: { key },
          })
        }
        const form = formOf(value)
        if (!sayJson(() => ({ key, value: form }))) say(`${printableJson(form)}\n`)
        return ExitCode.fine
      }),
    )
}

/** `unitflow records check` */
function addCheck(records: Command, run: Runner): void {
  records
    .command('check')
    .summary('read all of a file, and say what is wrong')
    .description(
      "Reads all of a file: SQLite's integrity check, then whether every record is as it was written. Exit code 1 where something is wrong, which is said in a line each.",
    )
    .argument('<file>', FILE_HELP)
    .addOption(jsonOption())
    .action((file: string, flags: CommonFlags) =>
      run(flags, async ({ io, colors, say, sayJson }) => {
        const problems = await problemsOf(io, file)
        const isFine = problems.length === 0
        if (!sayJson(() => ({ problems }))) {
          const found = isFine
            ? colors.green('all as written')
            : colors.red(counted(problems.length, 'problem'))
          say(`${printable(file)}: ${found}\n`)
          for (const problem of problems) say(`${printable(problem)}\n`)
        }
        return isFine ? ExitCode.fine : ExitCode.notFine
      }),
    )
}

async function problemsOf(io: Io, file: string): Promise<readonly string[]> {
  try {
    return await withRecords(io, file, { create: false }, (store) => store.check())
  } catch (error) {
    // So damaged that it could not be looked through.
    if (isUnitflowError(error, 'store-damaged')) return [error.fields.problem]
    throw error
  }
}

/** `unitflow records backup` */
function addBackup(records: Command, run: Runner): void {
  records
    .command('backup')
    .summary('copy a file as it is at this moment')
    .description(
      'Copies the records as they are at this moment into a new file, while others go on writing. It is there when it is whole.',
    )
    .argument('<file>', FILE_HELP)
    .argument('<target>', 'the copy: nothing may be there yet')
    .addOption(jsonOption())
    .action((file: string, target: string, flags: CommonFlags) =>
      run(flags, async ({ io, say, sayJson }) => {
        await withRecords(io, file, { create: false }, (store) => store.backup(resolve(io.cwd, target)))
        const sizes = await withRecords(io, target, { create: false }, (store) => store.sizes())
        const count = sizes.reduce((sum, { records: more }) => sum + more, 0)
        if (!sayJson(() => ({ backup: target, records: count })))
          say(`${printable(target)}: ${counted(count, 'record')}\n`)
        return ExitCode.fine
      }),
    )
}
