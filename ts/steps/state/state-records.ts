import type { RecordKey, RecordTransaction, Value } from '../../records/index.js'
import { UnitflowError } from '../../errors/index.js'
import { STEP_SCHEMA } from '../cache/index.js'
import type { LargeValues } from '../values/index.js'
import {
  bytesInRecord,
  digestOfMark,
  fieldsOf,
  HeldValue,
  isPlainMark,
  markOf,
  MOST_IN_RECORD,
  plainValue,
} from '../values/index.js'
import type { LastResult } from './state-medium.js'

/** All there are: marks and what steps were computed from are small. */
const ALL = Number.MAX_SAFE_INTEGER

/** State in records: nobody else knows how it is stored. */
export class StateRecords {
  readonly #name: string
  readonly #large: LargeValues | undefined
  /** That the store is of a version that is known; and has one. */
  #isChecked = false
  #isClaimed = false

  constructor(name: string, large: LargeValues | undefined) {
    this.#name = name
    this.#large = large
  }

  /** How often the state was written. @throws (by rejecting) `newer-schema` */
  async writes(transaction: RecordTransaction): Promise<number> {
    if (!this.#isChecked) await STEP_SCHEMA.check(transaction)
    this.#isChecked = true
    const found = await transaction.get(this.#writesKey)
    return typeof found === 'number' ? found : 0
  }

  /** To be called once by what writes. @throws (by rejecting) `newer-schema` */
  async countWrite(transaction: RecordTransaction): Promise<number> {
    if (!this.#isClaimed) await STEP_SCHEMA.claim(transaction)
    const found = await transaction.get(this.#writesKey)
    const writes = (typeof found === 'number' ? found : 0) + 1
    transaction.set(this.#writesKey, writes)
    return writes
  }

  /** What wrote has been committed. */
  claimed(): void {
    this.#isClaimed = true
  }

  async mark(transaction: RecordTransaction, name: string): Promise<string | undefined> {
    const found = await transaction.get(['step_marks', this.#name, name])
    return typeof found === 'string' ? found : undefined
  }

  async marks(transaction: RecordTransaction): Promise<Map<string, string>> {
    const found = await transaction.scan({ prefix: ['step_marks', this.#name], limit: ALL })
    return new Map(found.map(({ key, value }) => [String(key[2]), typeof value === 'string' ? value : '']))
  }

  /** What the record of a value says; what is plain has none. */
  async stored(transaction: RecordTransaction, name: string, mark: string): Promise<Value | undefined> {
    return isPlainMark(mark) ? undefined : transaction.get(['step_state', this.#name, name])
  }

  /** The value of a mark and a record. @throws `object-missing`, `object-damaged`, what the store of large values throws */
  held(mark: string, stored: Value | undefined): HeldValue | Promise<HeldValue> {
    if (isPlainMark(mark)) return plainValue(mark)
    const digest = digestOfMark(mark)
    if (typeof stored === 'object' && stored !== null && 'value' in stored) {
      return HeldValue.ofStored(digest, stored['value'])
    }
    if (this.#large !== undefined) return this.#large.get(digest)
    const message = `a value is elsewhere, and nothing was given to read it from: hand it over as \`large\``
    throw new UnitflowError('object-missing', message, { key: digest, retryable: true })
  }

  /** What of its values is large is there. */
  set(transaction: RecordTransaction, name: string, held: HeldValue): void {
    const mark = markOf(held)
    transaction.set(['step_marks', this.#name, name], mark)
    const key: RecordKey = ['step_state', this.#name, name]
    if (isPlainMark(mark)) transaction.delete(key)
    else
      transaction.set(key, this.#large?.isLarge(held) === true ? { large: held.size } : { value: held.value })
  }

  delete(transaction: RecordTransaction, name: string): void {
    transaction.delete(['step_marks', this.#name, name])
    transaction.delete(['step_state', this.#name, name])
  }

  /** @throws `value-too-large` */
  assertFits(name: string, held: HeldValue): void {
    if (this.#large?.isLarge(held) === true) return
    const bytes = bytesInRecord(held)
    if (bytes <= MOST_IN_RECORD) return
    throw new UnitflowError(
      'value-too-large',
      `the value of the state '${name}' takes ${bytes} bytes, at most ${MOST_IN_RECORD} may be: give the state somewhere for \`large\` values`,
      { key: name, bytes, maximum: MOST_IN_RECORD },
    )
  }

  async lasts(transaction: RecordTransaction, workflow: string): Promise<Map<string, LastResult>> {
    const lasts = new Map<string, LastResult>()
    const found = await transaction.scan({ prefix: ['step_lasts', this.#name, workflow], limit: ALL })
    for (const { key, value } of found) {
      const last = lastOf(value)
      if (last !== undefined) lasts.set(String(key[3]), last)
    }
    return lasts
  }

  setLast(transaction: RecordTransaction, workflow: string, step: string, last: LastResult): void {
    transaction.set(['step_lasts', this.#name, workflow, step], { ...last })
  }

  /** In the place of the one before. A long one takes several records. */
  async setReport(transaction: RecordTransaction, workflow: string, report: string): Promise<void> {
    const parts = Math.ceil(report.length / REPORT_PART)
    for (let part = 0; part < parts; part++) {
      const text = report.slice(part * REPORT_PART, (part + 1) * REPORT_PART)
      transaction.set(['step_reports', this.#name, workflow, part], text)
    }
    const old = await transaction.scan({
      from: ['step_reports', this.#name, workflow, parts],
      to: ['step_reports', this.#name, workflow, ''],
    })
    for (const { key } of old) transaction.delete(key)
  }

  async report(transaction: RecordTransaction, workflow: string): Promise<string | undefined> {
    const parts = await transaction.scan({ prefix: ['step_reports', this.#name, workflow] })
    return parts.length === 0
      ? undefined
      : parts.map(({ value }) => (typeof value === 'string' ? value : '')).join('')
  }

  get #writesKey(): RecordKey {
    return ['step_writes', this.#name]
  }
}

/** Characters of a report in one record. */
const REPORT_PART = 200_000

function lastOf(value: Value): LastResult | undefined {
  const { step, inputs, outputs, at } = fieldsOf(value)
  if (typeof step !== 'string' || typeof at !== 'number' || !isTexts(inputs) || !isTexts(outputs)) {
    return undefined
  }
  return { step, inputs, outputs, at }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}
