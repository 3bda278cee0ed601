import type { Value } from '../values/index.js'

/** A field of the form of a user task. */
export interface FormField {
  readonly id: string
  readonly label: string
  /** As the spec has it: `string`, `long`, `boolean`, `enum`, `date` and whatever else there is. */
  readonly type: string
  readonly initial?: string | number | boolean
  readonly options: readonly { readonly id: string; readonly name: string }[]
}

/** The fields of a form, as specs have it; none of what is no form. */
export function fieldsOf(form: unknown): readonly FormField[] {
  const fields = isRecord(form) ? form['fields'] : undefined
  return Array.isArray(fields) ? fields.flatMap((field: unknown) => fieldOf(field)) : []
}

function fieldOf(field: unknown): readonly FormField[] {
  if (!isRecord(field)) return []
  const { id, label, type, default_value: initial, options } = field
  if (typeof id !== 'string') return []
  return [
    {
      id,
      label: typeof label === 'string' && label !== '' ? label : id,
      type: typeof type === 'string' ? type : 'string',
      ...(isPlain(initial) && { initial }),
      options: Array.isArray(options) ? options.flatMap((option: unknown) => optionOf(option)) : [],
    },
  ]
}

function optionOf(option: unknown): FormField['options'] {
  if (!isRecord(option)) return []
  const { id, name } = option
  if (typeof id !== 'string') return []
  return [{ id, name: typeof name === 'string' && name !== '' ? name : id }]
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

/** How a field is asked for, in a line; it need not be printable. */
export function fieldQuestion({ label, type, initial, options }: FormField): string {
  const kinds: Readonly<Record<string, string>> = {
    boolean: 'yes or no',
    long: 'a whole number',
    date: 'a date',
  }
  const kind = options.length > 0 ? options.map(optionText).join(', ') : kinds[type]
  const words = [
    ...(kind === undefined ? [] : [kind]),
    ...(initial === undefined ? [] : [`Enter for ${initial}`]),
  ]
  return words.length === 0 ? label : `${label} (${words.join('; ')})`
}

function optionText({ id, name }: FormField['options'][number]): string {
  return id === name ? id : `${id}: ${name}`
}

/** What was typed for a field, or what is wrong with it. Nothing typed is what the form has, or nothing. */
export function fieldValue(
  { type, initial, options }: FormField,
  typed: string,
): { readonly value: Value } | { readonly problem: string } {
  const text = typed.trim()
  if (text === '') return { value: initial ?? undefined }
  if (options.length > 0) {
    const chosen = options.find(({ id, name }) => text === id || text === name)
    if (chosen !== undefined) return { value: chosen.id }
    return { problem: `expected one of ${options.map(({ id }) => id).join(', ')}` }
  }
  if (type === 'boolean') {
    if (/^(y|yes|true)$/i.test(text)) return { value: true }
    if (/^(n|no|false)$/i.test(text)) return { value: false }
    return { problem: 'expected yes or no' }
  }
  if (type === 'long') {
    const value = Number(text)
    return Number.isSafeInteger(value) ? { value } : { problem: 'expected a whole number' }
  }
  return { value: typed }
}
