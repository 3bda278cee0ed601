import { resolve } from 'node:path'
import { isUnitflowError, UnitflowError } from '../errors/index.js'
import type { RecordKey } from '../records/index.js'
import { mediumKey, shownKey } from '../records/record-key.js'
import type { SqliteRecords } from '../records/sqlite/index.js'
import { ExitCode } from './exit-code.js'
import { CommandError, UsageError } from './failures.js'
import type { Io } from './io.js'

/** What the argument that names the file is, for help texts. */
export const FILE_HELP = 'an SQLite file that createSqliteRecords has made'

/** What an argument that names a record is, for help texts. */
export const KEY_HELP = 'key as a JSON array, such as \'["orders",4711]\''

/** Uses the records in a file, and lets go of it at the end. Only where it may make one need there be no file. */
export async function withRecords<T>(
  io: Io,
  file: string,
  { create }: { readonly create: boolean },
  work: (records: SqliteRecords) => Promise<T>,
): Promise<T> {
  const records = io.openRecords(resolve(io.cwd, file), { create })
  try {
    return await work(records)
  } catch (error) {
    // Its usual hint is about the folder of a cache.
    if (!isUnitflowError(error, 'root-missing')) throw error
    throw new CommandError(error.code, error.message, ExitCode.failed, {
      hint: 'Make the folder first.',
      fields: error.fields,
      cause: error,
    })
  } finally {
    await records.close()
  }
}

/** The key of a text: a JSON array, or a collection's name alone. */
export function parseKey(text: string): RecordKey {
  const hint =
    'Quoted for the shell a key looks like \'["orders",4711]\'; the first element is the collection.'
  let key: unknown = [text]
  if (text.trimStart().startsWith('[')) {
    try {
      key = JSON.parse(text)
    } catch {
      throw new UsageError(`expected a key as a JSON array, found ${text.slice(0, 100)}`, hint)
    }
  }
  try {
    return checkedKey(key)
  } catch (error) {
    if (isUnitflowError(error, 'bad-key')) throw new UsageError(error.message, hint)
    throw error
  }
}

/**
 * A key that came as JSON.
 *
 * @throws `bad-key`
 */
export function checkedKey(key: unknown): RecordKey {
  if (!isTuple(key)) {
    const expected = 'an array of strings and numbers that begins with a collection'
    const shown = shownKey(key)
    throw new UnitflowError('bad-key', `the record key ${shown}: expected ${expected}`, {
      key: shown,
      expected,
    })
  }
  mediumKey(key)
  return key
}

function isTuple(value: unknown): value is RecordKey {
  if (!Array.isArray(value) || typeof value[0] !== 'string') return false
  return value.every((element) => typeof element === 'string' || typeof element === 'number')
}
