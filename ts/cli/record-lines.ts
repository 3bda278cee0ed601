import { Buffer } from 'node:buffer'
import { setImmediate } from 'node:timers/promises'
import { isUnitflowError } from '../errors/index.js'
import { MAX_VALUE_BYTES } from '../records/index.js'
import type { RecordEntry, RecordKey, Value } from '../records/index.js'
import { mediumKey } from '../records/record-key.js'
import { decodeValue, encodeValue } from '../values/index.js'
import { LineError } from './failures.js'
import { printableJsonText } from './printable.js'
import { checkedKey } from './records-file.js'

const FORMAT = 'unitflow-records'
const VERSION = 1

/** The first line of an export. */
export const HEAD: string = JSON.stringify({ format: FORMAT, version: VERSION })

/** The line of a record. It is printable, and JSON all the same. */
export function recordLine({ key, value }: RecordEntry): string {
  return printableJsonText(`{"key":${JSON.stringify(key)},"value":${encodeValue(value)}}`)
}

/** A value in a line of JSON, which is printable. */
export function jsonLine(value: unknown): string {
  return printableJsonText(encodeValue(value))
}

/** A value as JSON says it. */
export function formOf(value: unknown): unknown {
  return JSON.parse(encodeValue(value))
}

/** The last line of an export. Without it nobody could tell that one was cut off between two lines. */
export function tailLine(records: number): string {
  return JSON.stringify({ records })
}

/** A record of an export, and where it stands. */
export interface ReadRecord {
  readonly key: RecordKey
  readonly value: Value
  /** Counted from 1. */
  readonly line: number
}

/** Lines that are read before a signal gets its turn. */
const STRETCH = 1000

/**
 * All records of an export. What is not just as an export has it is refused: a later version may mean more by it, and what
 * was damaged on its way must not get in.
 *
 * @throws {@link LineError}
 */
export async function readLines(bytes: Uint8Array, signal: AbortSignal): Promise<readonly ReadRecord[]> {
  const records: ReadRecord[] = []
  const seen = new Map<string, number>()
  let number = 0
  let isWhole = false
  for (const text of linesOf(bytes)) {
    number++
    if (number % STRETCH === 0) {
      await setImmediate()
      signal.throwIfAborted()
    }
    const line = new Line(number, text)
    if (number === 1) {
      line.assertHead()
    } else if (isWhole) {
      throw line.error('expected nothing after the line that says how many records there are')
    } else if (line.has('records')) {
      line.assertTail(records.length)
      isWhole = true
    } else {
      const record = line.record()
      const { collection, sort } = mediumKey(record.key)
      const name = `${collection} ${sort}`
      const first = seen.get(name)
      if (first !== undefined) throw line.error(`the key stands in line ${first} already`)
      seen.set(name, number)
      records.push(record)
    }
  }
  if (isWhole) return records
  if (number === 0) throw new LineError('bad-line', 1, `expected ${HEAD}, found nothing`)
  throw new LineError(
    'bad-line',
    number,
    `the export is cut off here: its last line would say how many records there are`,
    `A file that was written by hand and is whole ends with ${tailLine(records.length)}`,
  )
}

/** One line, read as JSON. */
class Line {
  readonly #number: number
  readonly #fields: Readonly<Record<string, unknown>>

  constructor(number: number, bytes: Uint8Array) {
    this.#number = number
    this.#fields = this.#parsed(bytes)
  }

  has(field: string): boolean {
    return Object.hasOwn(this.#fields, field)
  }

  assertHead(): void {
    const { format, version } = this.#fields
    if (format !== FORMAT) {
      const hint =
        'unitflow records export writes such files. One that was written by hand begins with this line, too.'
      throw this.error(`expected ${HEAD} as the first line: this is no export of records`, hint)
    }
    if (version !== VERSION) {
      throw this.error(`expected version ${VERSION} of the format, found ${shown(version)}`)
    }
    this.#assertFields(['format', 'version'])
  }

  assertTail(records: number): void {
    this.#assertFields(['records'])
    const said = this.#fields['records']
    if (said === records) return
    throw this.error(
      `it says that there are ${shown(said)} records, and here are ${records}: lines are missing`,
    )
  }

  record(): ReadRecord {
    this.#assertFields(['key', 'value'])
    try {
      const key = checkedKey(this.#fields['key'])
      return { key, value: this.#value(this.#fields['value']), line: this.#number }
    } catch (error) {
      if (isUnitflowError(error)) throw this.error(error.message)
      // That is how JSON that is nested without end, or almost, comes out.
      if (error instanceof RangeError) throw this.error('the value is nested too deep')
      throw error
    }
  }

  error(message: string, hint?: string): LineError {
    return new LineError('bad-line', this.#number, message, hint)
  }

  #value(form: unknown): Value {
    if (hasOddNumbers(form)) {
      throw this.error('-0 and numbers beyond those of JSON stand as {"$type":"number","value":"-0"}')
    }
    const text = JSON.stringify(form)
    const bytes = Buffer.byteLength(text)
    if (bytes > MAX_VALUE_BYTES) {
      throw this.error(`the value takes ${bytes} bytes, at most ${MAX_VALUE_BYTES} may be`)
    }
    const value = decodeValue(text)
    if (value === undefined) throw this.error('undefined is no value of a record')
    // A tag with more in it than is read, a date of another form.
    if (encodeValue(value) === text) return value
    throw this.error(`the value is not in the form in which values are stored: ${shown(form)}`)
  }

  #assertFields(known: readonly string[]): void {
    for (const name of known) if (!this.has(name)) throw this.error(`expected the field "${name}"`)
    for (const name of Object.keys(this.#fields)) {
      if (!known.includes(name))
        throw this.error(`expected ${known.join(' and ')}, found the field ${shown(name)}`)
    }
  }

  #parsed(bytes: Uint8Array): Readonly<Record<string, unknown>> {
    let text: string
    try {
      text = decoder.decode(bytes)
    } catch {
      throw this.error('expected text in UTF-8')
    }
    let parsed: unknown
    try {
      parsed = JSON.parse(text)
    } catch {
      throw this.error(`expected a JSON object, found ${beginning(text)}`)
    }
    if (isObject(parsed)) return parsed
    throw this.error(`expected a JSON object, found ${shown(parsed)}`)
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true })
const NEWLINE = 10

function* linesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, start)
    const end = newline < 0 ? bytes.length : newline
    yield bytes.subarray(start, end)
    start = end + 1
  }
}

/** JSON.parse reads -0, and makes an infinity of a number that is too large; JSON.stringify would lose both. */
function hasOddNumbers(form: unknown): boolean {
  if (typeof form === 'number') return !Number.isFinite(form) || Object.is(form, -0)
  return typeof form === 'object' && form !== null && Object.values(form).some(hasOddNumbers)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const SHOWN = 80

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : beginning(JSON.stringify(value))
}

function beginning(text: string): string {
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}\u2026`
}
