import { encodeValue } from '../values/index.js'

/**
 * A value as the one text that all spellings of it share: RFC 8785 (members in the order of the UTF-16 code units of their
 * keys, numbers and strings as JavaScript writes them) over the form that `ts/values` gives, so that `undefined`, `NaN`,
 * infinities, `-0`, bigints, dates, bytes, maps and sets are told from what resembles them. Beyond RFC 8785, a lone
 * surrogate is written as its escape, `\ud800`.
 *
 * The entries of a Map and the items of a Set count in their order, because that is what whoever goes through one sees: a
 * cache that misses for it costs time, one that hit would give the result of another input.
 *
 * @throws `unsupported-value` with the path of what cannot be said
 */
export function canonicalForm(value: unknown): string {
  const form: unknown = JSON.parse(encodeValue(value))
  return written(form)
}

/** @param form what JSON.parse gave, so its keys are its own and its depth is limited */
function written(form: unknown): string {
  if (typeof form !== 'object' || form === null) return JSON.stringify(form)
  if (Array.isArray(form)) return `[${form.map(written).join(',')}]`
  const members = Object.entries(form).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${written(item)}`).join(',')}}`
}
