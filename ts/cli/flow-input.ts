import { resolve } from 'node:path'
import { isUnitflowError } from '../errors/index.js'
import { decodeValue } from '../values/index.js'
import type { Value } from '../values/index.js'
import { ExitCode } from './exit-code.js'
import { CommandError, FileError } from './failures.js'
import type { Io } from './io.js'

/** What the option that gives the input is, for help texts. */
export const INPUT_HELP = 'what it is run with: a file of JSON, - for stdin, or the JSON itself (default: {})'

/** Characters of an input that are shown where it is wrong. */
const SHOWN = 60

/**
 * The input of a flow; what JSON cannot say stands in it as `{"$type": ...}`.
 *
 * @throws {@link CommandError} `bad-input`, {@link FileError}
 */
export async function readInput(io: Io, given: string | undefined): Promise<Readonly<Record<string, Value>>> {
  if (given === undefined) return {}
  if (given.trimStart().startsWith('{')) return parsed(given, '--input')
  if (given === '-') return parsed(textOf(await io.readStdin(io.signal), 'stdin'), 'stdin')
  let bytes: Uint8Array
  try {
    bytes = await io.readFile(resolve(io.cwd, given))
  } catch (error) {
    io.signal.throwIfAborted()
    throw new FileError('read', given, error)
  }
  return parsed(textOf(bytes, given), given)
}

function textOf(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw badInput(name, 'expected text in UTF-8')
  }
}

function parsed(text: string, name: string): Readonly<Record<string, Value>> {
  let value: Value
  try {
    JSON.parse(text)
    value = decodeValue(text)
  } catch (error) {
    if (isUnitflowError(error)) throw badInput(name, error.message)
    const found = text.length > SHOWN ? `${text.slice(0, SHOWN)}\u2026` : text
    throw badInput(name, `expected a JSON object, found ${found.trim() === '' ? 'nothing' : found}`)
  }
  if (!isRecord(value)) throw badInput(name, `expected a JSON object of inputs by name`)
  return value
}

/** Also what has a tag is an object: a date, say. */
function isRecord(value: Value): value is Readonly<Record<string, Value>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function badInput(name: string, problem: string): CommandError {
  return new CommandError('bad-input', `${name}: ${problem}`, ExitCode.refused, { fields: { input: name } })
}
