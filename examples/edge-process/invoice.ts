import type { Schema } from 'unitflow/deciders'

export interface Invoice {
  /** An address. */
  readonly to: string
  readonly amount: string
  /** Seconds. */
  readonly remindAfter: number
  /** How many there are at most. */
  readonly reminders: number
}

export interface Payment {
  readonly on: string
}

/** What comes over the wire may be anything. Zod, Valibot and ArkType make such schemas, too. */
export const invoiceSchema: Schema<unknown, Invoice> = schemaOf(({ to, amount, remindAfter, reminders }) => ({
  to: text('to', to),
  amount: text('amount', amount),
  remindAfter: whole('remindAfter', remindAfter ?? 86_400, 1),
  reminders: whole('reminders', reminders ?? 3, 0),
}))

export const paymentSchema: Schema<unknown, Payment> = schemaOf(({ on }) => ({ on: text('on', on) }))

/** What it throws is what is wrong with a value. */
function schemaOf<T>(read: (fields: Readonly<Record<string, unknown>>) => T): Schema<unknown, T> {
  const validate = (value: unknown): { readonly value: T } => {
    if (typeof value !== 'object' || value === null) throw new TypeError('expected an object')
    return { value: read({ ...value }) }
  }
  return { '~standard': { version: 1, vendor: 'edge-process', validate } }
}

function text(field: string, value: unknown): string {
  if (typeof value === 'string' && value !== '' && value.length <= 200) return value
  throw new TypeError(`${field}: expected a text of 1 to 200 characters`)
}

function whole(field: string, value: unknown, from: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= from && value < 1e8) return value
  throw new TypeError(`${field}: expected a whole number from ${from}`)
}
