/** Bytes of UTF-8 that the form of a value may have. Larger ones belong in a `CacheStore`. */
export const MAX_VALUE_BYTES: number = 1024 * 1024
