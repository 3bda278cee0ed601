import { UnitflowError } from '../errors/index.js'

/** Longest store key, in characters. */
export const MAX_STORE_KEY_LENGTH = 400

const SAFE = /^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/
/** A segment that ends in a dot (so also `.` and `..`), or that Windows gives to a device, with or without extension. */
const UNSAFE_SEGMENT = /\.(?:\/|$)|(?:^|\/)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:[./]|$)/i

/** Whether a store takes this key: safe on every file system and in every key-value medium. */
export function isStoreKey(key: string): boolean {
  return key.length <= MAX_STORE_KEY_LENGTH && SAFE.test(key) && !UNSAFE_SEGMENT.test(key)
}

/**
 * Refuses a key that is not safe.
 *
 * @throws `bad-key`
 */
export function assertStoreKey(key: string): void {
  if (typeof key === 'string' && isStoreKey(key)) return
  const expected =
    `1 to ${MAX_STORE_KEY_LENGTH} characters of segments of A-Z a-z 0-9 . _ - joined by /, ` +
    'no segment ending in a dot or being the name of a device'
  throw new UnitflowError('bad-key', `store key ${quote(key)} is refused: expected ${expected}`, {
    key: typeof key === 'string' ? key : typeof key,
    expected,
  })
}

/** A key as it may stand in a message: quoted, control characters escaped, cut where it is long. */
function quote(key: unknown): string {
  const text = JSON.stringify(typeof key === 'string' ? key.slice(0, 80) : typeof key)
  return typeof key === 'string' && key.length > 80 ? `${text}… (${key.length} characters)` : text
}
