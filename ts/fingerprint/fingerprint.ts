import { sha256Hex } from '../sha256/index.js'
import { canonicalForm } from './canonical-form.js'

/**
 * What tells whether two values are the same: the SHA-256, as 64 hex digits, of their {@link canonicalForm} in UTF-8.
 *
 * @throws `unsupported-value` with the path of what cannot be said
 */
export function fingerprint(value: unknown): string {
  return sha256Hex(canonicalForm(value))
}
