/**
 * A value that can be stored, hashed and sent: JSON, and what JSON cannot say. Plain objects and arrays of any depth up to
 * 1,000; no cycles, no holes, no class instances beside those named here, no functions, no symbols.
 */
export type Value =
  | null
  | undefined
  | boolean
  | number
  | string
  | bigint
  | Date
  | Uint8Array
  | readonly Value[]
  | ReadonlyMap<Value, Value>
  | ReadonlySet<Value>
  | { readonly [key: string]: Value }
