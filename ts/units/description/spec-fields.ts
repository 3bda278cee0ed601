import { isObject } from '../json-reading.js'

/** An object of a parsed spec. Keys are data; only names that no prototype has are read from it directly. */
export type SpecFields = Readonly<Record<string, unknown>>

/** The value where it is an object, no list. */
export function fieldsOf(value: unknown): SpecFields | undefined {
  return isObject(value) ? value : undefined
}

/** The object's fields where it has any. */
export function someFieldsOf(value: unknown): SpecFields | undefined {
  return isObject(value) && Object.keys(value).length > 0 ? value : undefined
}

/** The value where it is a string that says something: specs write "no name" as null and as ''. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A name as drawn: one of nothing but space is none. */
export function nameOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

/** A reference: '' may be one. */
export function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

export function flagOf(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}

/** The list's values; nothing where it is no list. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((item) => typeof item === 'string')
}

/** What `read` makes of the list's values, without those that it makes nothing of; an empty list is no list. */
export function someOf<T>(value: unknown, read: (item: unknown) => T | undefined): readonly T[] | undefined {
  const found = listOf(value)
    .map(read)
    .filter((item) => item !== undefined)
  return found.length > 0 ? found : undefined
}

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** The object without the fields that are undefined, which JSON and structured clone treat differently. */
export function withoutAbsent<T extends object>(fields: T): Present<T>
export function withoutAbsent(fields: SpecFields): object {
  const present: Record<string, unknown> = {}
  // Pairs of all fields would be most of what describing an element takes.
  for (const name of Object.keys(fields)) if (fields[name] !== undefined) present[name] = fields[name]
  return present
}
