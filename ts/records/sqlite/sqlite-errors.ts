import { isUnitflowError, UnitflowError } from '../../errors/index.js'

/** SQLite's result codes that mean something here. https://sqlite.org/rescode.html */
const CODES = {
  SQLITE_BUSY: 5,
  SQLITE_LOCKED: 6,
  SQLITE_READONLY: 8,
  SQLITE_IOERR: 10,
  SQLITE_CORRUPT: 11,
  SQLITE_FULL: 13,
  SQLITE_CANTOPEN: 14,
  SQLITE_NOTADB: 26,
} as const

/** The memory that connections share could not be given its size: on Linux a full disk. */
const IOERR_SHMSIZE = 4874

/** Whether an error says that another connection is in the way, so that trying again helps. */
export function isBusy(error: unknown): boolean {
  const code = resultCode(error)
  return code !== undefined && (primary(code) === CODES.SQLITE_BUSY || primary(code) === CODES.SQLITE_LOCKED)
}

/** Whether an error says that SQLite could not open the file, or not in this way. */
export function isCannotOpen(error: unknown): boolean {
  const code = resultCode(error)
  return (
    code !== undefined && (primary(code) === CODES.SQLITE_CANTOPEN || primary(code) === CODES.SQLITE_READONLY)
  )
}

/** The typed error for what SQLite threw. */
export function sqliteError(error: unknown, path: string, operation: string): Error {
  if (isUnitflowError(error)) return error
  const code = resultCode(error)
  const message = error instanceof Error ? error.message : String(error)
  const what = `${operation} in "${path}"`
  const options = { cause: error }
  if (code === IOERR_SHMSIZE)
    return new UnitflowError('store-full', `${what}: no space is left (${message})`, { key: '' }, options)
  switch (primary(code ?? 0)) {
    case CODES.SQLITE_FULL:
      return new UnitflowError('store-full', `${what}: no space is left (${message})`, { key: '' }, options)
    case CODES.SQLITE_READONLY:
      return new UnitflowError('store-read-only', `${what}: it may not be written`, { key: '' }, options)
    case CODES.SQLITE_CORRUPT:
      return new UnitflowError(
        'store-damaged',
        `"${path}" is damaged: ${message}`,
        { problem: message },
        options,
      )
    case CODES.SQLITE_NOTADB:
      return foreignStore(path, 'no SQLite database', error)
    default:
      return new UnitflowError(
        'store-failed',
        `${what}: SQLite failed (${message})`,
        { operation, key: '' },
        options,
      )
  }
}

/** The error for a file that no record store of this package has made. */
export function foreignStore(path: string, found: string, cause?: unknown): UnitflowError<'foreign-store'> {
  return new UnitflowError(
    'foreign-store',
    `"${path}" holds no records: it is ${found}`,
    { found },
    { cause },
  )
}

/** SQLite's result code, as far as an error has one. */
function resultCode(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  if ('errcode' in error && typeof error.errcode === 'number') return error.errcode
  if ('code' in error && typeof error.code === 'string') {
    for (const [name, code] of Object.entries(CODES)) if (error.code.startsWith(name)) return code
  }
  if ('errno' in error && typeof error.errno === 'number') return error.errno
  return undefined
}

/** Extended codes add to a primary one above its eight bits. */
function primary(code: number): number {
  return code & 0xff
}
