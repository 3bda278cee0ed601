import { type ErrorFields, isUnitflowError, UnitflowError } from '../../errors/index.js'
import { type FilesystemPromises, systemCode } from './filesystem-promises.js'

/** What a call was about, for its errors. `key` is empty where it concerned no single key. */
export type StoreCall = ErrorFields['store-failed']

const READ_ONLY = new Set(['EACCES', 'EPERM', 'EROFS'])
const FULL = new Set(['ENOSPC', 'EDQUOT'])

/** The typed error for a read that failed. */
export function readError(error: unknown, call: StoreCall): Error {
  return isUnitflowError(error) ? error : failed(error, call)
}

/** The typed error for a write that failed. */
export function writeError(error: unknown, call: StoreCall): Error {
  if (isUnitflowError(error)) return error
  const code = systemCode(error) ?? ''
  const { key } = call
  if (READ_ONLY.has(code)) {
    return new UnitflowError(
      'store-read-only',
      `${what(call)}: the store may not be written (${code})`,
      { key },
      { cause: error },
    )
  }
  if (FULL.has(code)) {
    return new UnitflowError(
      'store-full',
      `${what(call)}: no space is left (${code})`,
      { key },
      { cause: error },
    )
  }
  return failed(error, call)
}

function failed(error: unknown, call: StoreCall): Error {
  const reason = systemCode(error) ?? (error instanceof Error ? error.message : String(error))
  return new UnitflowError('store-failed', `${what(call)}: the file system failed (${reason})`, call, {
    cause: error,
  })
}

function what(call: StoreCall): string {
  return call.key === '' ? call.operation : `${call.operation} "${call.key}"`
}

/** The error for a key that cannot be held beside one that is held already. */
export function keyConflict(key: string, existing: string): UnitflowError<'key-conflict'> {
  const message = `the file system cannot hold the key "${key}" beside the existing "${existing}"`
  return new UnitflowError('key-conflict', message, { key, existing })
}

/** The error that says what is wrong with the root, if something is. */
export async function rootError(
  fs: FilesystemPromises,
  root: string,
): Promise<UnitflowError<'root-missing'> | UnitflowError<'root-not-a-directory'> | undefined> {
  try {
    if ((await fs.stat(root)).isDirectory()) return undefined
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT') {
      return new UnitflowError(
        'root-missing',
        `the store's root "${root}" does not exist`,
        { root },
        { cause: error },
      )
    }
    if (code !== 'ENOTDIR') throw error
  }
  return new UnitflowError('root-not-a-directory', `the store's root "${root}" is not a directory`, { root })
}
