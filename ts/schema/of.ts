import type { Schema } from './schema.js'

const VENDOR = 'unitflow'

/** One for all types, so that it is one schema wherever it stands. */
const anything: Schema<never> = Object.freeze({
  '~standard': Object.freeze({
    version: 1,
    vendor: VENDOR,
    // It is of the type because whoever wrote `of<T>()` says so.
    validate: (value: unknown) => ({ value: value as never }),
  }),
})

/**
 * Declares a type where no schema is wanted: it is checked by the compiler and not at run time.
 *
 * @example
 * defineWorkflow({ name: 'checkout', input: of<Order>(), … })
 */
export function of<T>(): Schema<T> {
  return anything
}

/** Whether a schema is one of {@link of}, which takes anything as it is; also of another copy of this package. */
export function isTypeOnly(schema: Schema): boolean {
  return schema['~standard'].vendor === VENDOR
}
